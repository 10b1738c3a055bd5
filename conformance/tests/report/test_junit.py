"""Tests of `conformance.report.junit`."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from conformance.evidence import Record
from conformance.report import junit
from conformance.tests.verdict.runs import record as made_up
from conformance.tests.verdict.runs import requirement
from conformance.verdict.results import Results, evaluate


@pytest.fixture(scope="module")
def root(record: Record, results: Results) -> ET.Element:
    """Return the parsed report."""
    return ET.fromstring(junit.render(record, results))  # noqa: S314 - our own bytes


@pytest.mark.parametrize(
    ("case", "element"),
    [
        ("code.single-use", "failure"),
        ("placement.accepted[header]", None),
        ("answer.no-store[authorization_code]", None),
        ("refresh.old-access-token", None),
        ("association.clients-apart", "error"),
        ("popup.opener", "skipped"),
        ("lifetime.code-after[late]", "skipped"),
        ("grant.issues[implicit]", "skipped"),
        ("race.code", "skipped"),
    ],
)
def test_each_verdict_is_the_element_that_ci_understands(
    root: ET.Element, case: str, element: str | None
) -> None:
    """A fail is a failure, an unjudged MUST an error, what was left out a skip with its reason."""
    found = root.find(f".//testcase[@name='{case}']")
    assert found is not None
    assert found.get("classname") == case.partition(".")[0]
    results = [one for one in found if one.tag in ("failure", "error", "skipped")]
    assert [one.tag for one in results] == ([element] if element else [])
    assert all(one.get("message") for one in results)


def test_a_warning_is_passed_and_told(root: ET.Element) -> None:
    """A broken SHOULD does not break a build, and is not hidden either."""
    told = root.findtext(".//testcase[@name='answer.no-store[authorization_code]']/system-out")
    assert told == "WARN: it may be cached"


def test_requirements_are_properties(root: ET.Element) -> None:
    """A dashboard can group the cases by requirement, level and verdict."""
    found = root.findall(".//testcase[@name='code.single-use']/properties/property")
    properties = [(one.get("name"), one.get("value")) for one in found]
    assert properties == [
        ("level", "MUST"),
        ("verdict", "fail"),
        ("requirement", "KM-34"),
        ("requirement", "RFC6749-10.5"),
    ]


def test_what_is_to_be_repeated_is_the_run_that_found_it(record: Record, results: Results) -> None:
    """The command names the target, and not the embedded server by leaving it out."""
    asked = replace(results, selection={"target": "/etc/staging.toml"}, seed=7)
    found = ET.fromstring(junit.render(record, asked))  # noqa: S314 - our own bytes
    told = found.findtext(".//testcase[@name='association.clients-apart']/error") or ""
    words = told.splitlines()[-1].split()
    assert words[:4] == ["to", "repeat:", "conformance", "run"]
    assert words[words.index("--target") + 1] == "/etc/staging.toml"
    assert words[-4:] == ["--only", "association.clients-apart", "--seed", "7"]


def test_totals_and_suites_add_up(root: ET.Element) -> None:
    """There is a suite for each group of checks, and the totals are those of its cases."""
    assert root.get("tests") == "9"
    assert (root.get("failures"), root.get("errors"), root.get("skipped")) == ("1", "1", "4")
    assert len(root.findall("testsuite")) == 9


def test_what_xml_cannot_say_is_replaced() -> None:
    """Controls and characters outside XML 1.0 do not make the file unreadable."""
    outcome = {"outcome": "violation", "reason": "a\x00b\x1b\ufffe\ud800]]>c", "seen": "\x08"}
    record = made_up([requirement("R", "MUST", "a.b")], {"a.b": outcome})
    root = ET.fromstring(junit.render(record, evaluate(record)))  # noqa: S314 - our own bytes
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "a\ufffdb\ufffd\ufffd\ufffd]]>c"
