"""What a reader wants to know first: the rules that are broken, and where that was seen."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from conformance.verdict.judged import CheckResult, RequirementResult, Results
from conformance.verdict.outcome import Verdict
from conformance.verdict.table import verdict_of

_USUAL_EFFORT = "gate"
_GRAVEST_FIRST = (Verdict.ERROR, Verdict.FAIL, Verdict.WARN)


@dataclass(frozen=True, slots=True)
class Finding:
    """A requirement that is broken, and the check cases that broke it.

    `excused` where the baseline knows all of them.
    """

    requirement: RequirementResult
    checks: tuple[CheckResult, ...]
    repeat: str
    excused: bool


def findings(results: Results) -> tuple[Finding, ...]:
    """Return the broken requirements, the gravest first, else in the order of their documents.

    What is excused comes last.
    """
    broken = [one for one in results.requirements if one.verdict in _GRAVEST_FIRST]
    found = [_finding(results, one) for one in broken]
    found.sort(key=lambda one: (one.excused, _GRAVEST_FIRST.index(one.requirement.verdict)))
    return tuple(found)


def repeat(results: Results, name: str) -> str:
    """Return the command that repeats just one requirement or check case, with the same dice.

    What virtual clients have found is repeated by all that they did.
    """
    asked = results.selection
    soaked = asked.get("soak")
    options = {
        "--target": _near(asked.get("target")),
        "--contract": _near(asked.get("contract")),
        **({f"--{key}": value for key, value in soaked.items()} if soaked else _own(results, name)),
        "--seed": results.seed,
    }
    given = ((option, str(value)) for option, value in options.items() if value is not None)
    words = (word for pair in given for word in pair)
    return shlex.join(["conformance", "soak" if soaked else "run", *words])


def _own(results: Results, name: str) -> dict[str, str | None]:
    """Return the options that only a run has."""
    return {
        "--effort": results.effort if results.effort not in ("", _USUAL_EFFORT) else None,
        "--clock": results.selection.get("clock"),
        "--only": name,
    }


def _near(named: str | None) -> str | None:
    """Return a path as one would type it here; what is not below this folder stays as it is."""
    here = Path.cwd()
    path = Path(named or "")
    return str(path.relative_to(here)) if path.is_relative_to(here) else named


def noted(results: Results) -> tuple[CheckResult, ...]:
    """Return the checks that saw something unexpected which no requirement forbids."""
    return tuple(
        check
        for check in results.checks
        if check.verdict is Verdict.PASS and check.outcome.value == "violation"
    )


def _finding(results: Results, requirement: RequirementResult) -> Finding:
    checks = _breaking(results, requirement)
    known = results.baseline
    excused = known is not None and all(known.forgives(check.id) for check in checks)
    return Finding(requirement, checks, repeat(results, requirement.id), excused)


def _breaking(results: Results, requirement: RequirementResult) -> tuple[CheckResult, ...]:
    return tuple(
        case
        for case in results.cases(requirement)
        if verdict_of(case.outcome, requirement.level) is requirement.verdict
    )
