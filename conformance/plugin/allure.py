"""What Allure is told of a check case beside pytest's outcome: parameters, steps, attachments.

Steps are the exchanges, at the times at which they happened. The exchanges of a red case are
attached as they went over the wire, with a script that repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import allure
from allure_commons.model2 import Status, TestStepResult
from allure_commons.reporter import AllureReporter

from conformance.checks.catalogue import CheckCase
from conformance.contract import Contract, Level
from conformance.evidence.record import Line
from conformance.plugin.header import header
from conformance.report.allure import write_beside
from conformance.report.script import script
from conformance.verdict import Judgement
from conformance.verdict.judged import CheckResult
from conformance.verdict.outcome import Outcome

if TYPE_CHECKING:
    from conformance.plugin.items import CheckItem
    from conformance.plugin.session import Session

_SEVERITIES = {Level.MUST: "critical", Level.SHOULD: "normal", Level.INFO: "minor"}


def labels(contract: Contract, case: CheckCase) -> Iterator[tuple[str, str]]:
    """Yield label names and values; one feature a case, since two would list it twice."""
    named = contract.naming(case.id)
    if named:
        gravest = max(named, key=lambda found: found.level.gravity)
        yield "epic", contract.name
        yield "feature", gravest.document.title
        yield "story", f"{gravest.id}: {gravest.statement}"
    for found in named:
        yield "tag", found.id
    yield "severity", _SEVERITIES[contract.level_of(case.id)]


def tell(item: CheckItem, judgement: Judgement) -> None:
    """Tell what a case did and came to; it has to be called while the case is running.

    The parameters are what Allure tells the cases of a check apart by, in its history too.
    """
    session, case = item.checks, item.case
    listener = item.config.pluginmanager.get_plugin("allure_listener")
    if not session.told_to_allure or listener is None:
        return
    for name, value in case.parameters.items():
        allure.dynamic.parameter(name, value)
    verdict = session.verdict(case.id, judgement.outcome)
    allure.dynamic.tag(str(verdict))  # type: ignore[no-untyped-call]
    allure.dynamic.description("\n\n".join(_described(item, judgement)))  # type: ignore[no-untyped-call]
    lines = session.runner.recorder.take(case.id)
    red = judgement.outcome is Outcome.VIOLATION
    for line in lines:
        _step(listener.allure_logger, line, judgement, attach=red)
    if red and lines:
        result = CheckResult(
            id=case.id,
            verdict=verdict,
            outcome=judgement.outcome,
            level=session.contract.level_of(case.id),
            requirements=tuple(session.requirements(case)),
            expected=session.safe(judgement.expected),
            seen=session.safe(judgement.seen),
            step=judgement.step,
        )
        _attach(script(result, lines), "a script that repeats it", "sh")


def complete(session: Session, results: Path) -> None:
    """Tell what was judged and how, when all is over; raises `OSError`."""
    told = header(session, session.live)
    target, contract = told["target"], told["contract"]
    environment = {
        "target": target["name"],
        "url": target.get("url"),
        "contract": f"{contract['name']} {contract['version']}",
        **{name: told[name] for name in ("clock", "consent", "effort", "seed", "suite")},
    }
    safe = {name: session.safe(str(value)) for name, value in environment.items() if value}
    write_beside(results, safe)


def _described(item: CheckItem, judgement: Judgement) -> Iterator[str]:
    yield item.case.check.sentence
    for found in item.checks.contract.naming(item.case.id):
        yield f"{found.id} ({found.level}, {found.source}): {found.statement}"
    if judgement.reason:
        yield item.checks.safe(judgement.reason)


def _step(reporter: AllureReporter, line: Line, judgement: Judgement, *, attach: bool) -> None:
    """Tell one exchange, at its own time; the one that broke the rule is a failed step."""
    uuid, started = str(uuid4()), int(line["sent_at"] * 1000)
    step = TestStepResult(
        name=_title(line),
        status=Status.FAILED if line["number"] == judgement.step else Status.PASSED,
        start=started,
        stop=started + int(line["duration"] * 1000),
    )
    reporter.start_step(None, uuid, step)  # type: ignore[no-untyped-call]
    if attach:
        _attach(_message(line["request"], f"{line['request']['method']} "), "request")
        if line["response"]:
            _attach(_message(line["response"], ""), "response")
    reporter.stop_step(uuid)  # type: ignore[no-untyped-call]


def _title(line: Line) -> str:
    answer = line["response"]
    path = urlsplit(line["request"]["url"]).path or "/"
    told = answer["status"] if answer else line["failure"]
    return f"{line['request']['method']} {path}: {told}"


def _message(message: Line, method: str) -> str:
    start = message.get("url") or f"{message['status']} {message['reason']}"
    headers = (f"{name}: {value}" for name, value in message["headers"])
    return "\n".join((f"{method}{start}", *headers, "", message["body"]))


def _attach(text: str, name: str, extension: str = "txt") -> None:
    body = text.encode("utf-8", "backslashreplace")
    allure.attach(body, name, allure.attachment_type.TEXT, extension)
