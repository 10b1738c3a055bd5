"""What judgements come to for the requirements of a contract, without a journal."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.checks import catalogue
from conformance.contract import Contract
from conformance.evidence import Record
from conformance.plugin.header import promises
from conformance.verdict import Judgement, Outcome, Verdict
from conformance.verdict.exit import unjudged
from conformance.verdict.results import CheckResult, RequirementResult, Results, evaluate


def results(contract: Contract, judgements: Mapping[str, Judgement]) -> Results:
    """Return what judgements come to; a case without one was not selected."""
    cases = [case.id for case in catalogue.cases(contract)]
    left_out = Judgement(Outcome.NOT_SELECTED)
    header = {"type": "header", "cases": cases, **promises(contract)}
    verdicts = [_line(case, judgements.get(case, left_out)) for case in cases]
    return evaluate(Record(header, verdicts=verdicts, footer={"type": "footer"}))


def complaints(found: Results) -> list[str]:
    """Return what is broken, and what was not judged though it must be."""
    return [*broken(found), *_unjudged(found)]


def broken(found: Results) -> list[str]:
    """Return which requirements are broken, and where the suite itself failed."""
    red = (Verdict.FAIL, Verdict.ERROR)
    results: tuple[CheckResult | RequirementResult, ...] = (*found.checks, *found.requirements)
    return [f"{one.id}: {one.verdict}: {one.reason}" for one in results if one.verdict in red]


def _unjudged(found: Results) -> list[str]:
    return [
        f"{one.requirement.id}: not judged: {'; '.join(one.reasons)}" for one in unjudged(found)
    ]


def _line(case_id: str, judgement: Judgement) -> dict[str, object]:
    return {
        "type": "verdict",
        "check": case_id,
        "outcome": str(judgement.outcome),
        "reason": judgement.reason,
        "precondition": judgement.precondition,
    }
