"""Results -> `junit.xml`: a test suite for a group of checks, a test case for each check case."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from itertools import groupby

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite
from junitparser.junitparser import FinalResult

from conformance.contract import Level
from conformance.evidence import Record
from conformance.report.findings import repeat
from conformance.verdict.exit import acceptance
from conformance.verdict.judged import CheckResult, Results
from conformance.verdict.outcome import Verdict
from conformance.verdict.table import EXCUSED, PRESENTATION, UNJUDGED_MUST, Shown

_ELEMENTS: dict[str, type[FinalResult]] = {"failure": Failure, "error": Error, "skipped": Skipped}
_OPEN = (Verdict.INCONCLUSIVE, Verdict.PENDING)

# What XML 1.0 has no way to say, not even escaped (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(_record: Record, results: Results) -> bytes:
    """Return the file."""
    document = JUnitXml(_xml(f"conformance of {results.target.get('name', 'a target')}"))
    checks = sorted(results.checks, key=lambda check: check.group)
    for group, cases in groupby(checks, key=lambda check: check.group):
        document.add_testsuite(_suite(results, group, cases))
    document.update_statistics()  # type: ignore[no-untyped-call]
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


def _suite(results: Results, group: str, cases: Iterable[CheckResult]) -> TestSuite:
    suite = TestSuite(group)
    suite.timestamp = results.started
    suite.add_testcases([_case(results, check) for check in cases])
    return suite


def _case(results: Results, check: CheckResult) -> TestCase:
    case = TestCase(check.id, check.group, round(check.duration, 4))
    properties = Properties()  # type: ignore[no-untyped-call]
    properties.add_property(Property("level", str(check.level)))
    properties.add_property(Property("verdict", str(check.verdict)))
    for requirement in check.requirements:
        properties.add_property(Property("requirement", requirement))
    case.append(properties)  # type: ignore[no-untyped-call]
    shown = _shown(results, check)
    if shown.junit:
        element = _ELEMENTS[shown.junit](_xml(check.reason or shown.word), str(check.verdict))
        element.text = _xml(_detail(results, check))
        case.result = element
    elif check.reason:
        case.system_out = _xml(f"{shown.word}: {check.reason}")
    return case


def _shown(results: Results, check: CheckResult) -> Shown:
    known = results.baseline
    if check.verdict is Verdict.FAIL and known and known.forgives(check.id):
        return EXCUSED
    must = check.level is Level.MUST and check.verdict in _OPEN
    if must and acceptance(results, check) is None:
        return UNJUDGED_MUST
    return PRESENTATION[check.verdict]


def _detail(results: Results, check: CheckResult) -> str:
    told = (
        ("expected", check.expected),
        ("seen", check.seen),
        ("requirements", ", ".join(check.requirements)),
        ("to repeat", repeat(results, check.id)),
    )
    return "\n".join(f"{name}: {value}" for name, value in told if value)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
