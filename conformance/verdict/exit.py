"""Results -> one sentence and one number."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from conformance.contract import Level
from conformance.verdict.floor import Shortfall, shortfalls
from conformance.verdict.judged import CheckResult, RequirementResult, Results
from conformance.verdict.outcome import Outcome, Verdict
from conformance.verdict.plural import plural

CONFORMS = 0
VIOLATION = 1
USAGE = 2
NOT_JUDGED = 3
STALE = 4
NO_TARGET = 5
SUITE_FAULT = 70
INTERRUPTED = 130

BROWSER = "browser"
RISK = "risk"
TYPING = "typed_password"

# What no target file could change, or need not allow, is accepted without being asked; the headline
# says it aloud.
_GIVEN: Mapping[str | None, Callable[[CheckResult], str]] = {
    BROWSER: lambda check: check.reason,  # which part of one is missing, and what to do
    RISK: lambda check: check.reason,
    TYPING: lambda check: check.reason,
    "tls_deployment": lambda _: "on the loopback interface nothing travels over a network",
}

_OPEN = (Verdict.INCONCLUSIVE, Verdict.PENDING)
_RAN = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.PENDING})
_OUTSIDE = frozenset({Verdict.NOT_SELECTED, Verdict.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A MUST that nobody judged, why, and why that is accepted if it is."""

    requirement: RequirementResult
    reasons: tuple[str, ...]
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    results: Results
    strict: bool
    usage: bool
    reachable: bool
    grants_work: bool
    interrupted: bool
    now: float


# The first that applies is the exit code.
_RULES: tuple[tuple[int, Callable[[_Run], bool]], ...] = (
    (INTERRUPTED, lambda run: run.interrupted),
    (USAGE, lambda run: run.usage),
    (SUITE_FAULT, lambda run: _any(run.results.checks, Verdict.ERROR)),
    (NO_TARGET, lambda run: not (run.reachable and run.grants_work)),
    (VIOLATION, lambda run: bool(violated(run.results, strict=run.strict))),
    (STALE, lambda run: bool(run.results.baseline and run.results.baseline.stale)),
    (NOT_JUDGED, lambda run: bool(unjudged(run.results, run.now) or short(run.results, run.now))),
    (NOT_JUDGED, lambda run: not ran(run.results)),
)


def exit_code(
    results: Results,
    *,
    strict: bool = False,
    usage: bool = False,
    reachable: bool = True,
    grants_work: bool = True,
    interrupted: bool = False,
    now: float | None = None,
) -> int:
    """Return the exit code of a run; `strict` makes a warn count as a fail.

    `now` is the time by which something pending is overdue, in seconds since the epoch.
    """
    at = time.time() if now is None else now
    run = _Run(results, strict, usage, reachable, grants_work, interrupted, at)
    return next((code for code, applies in _RULES if applies(run)), CONFORMS)


def ran(results: Results) -> bool:
    """Tell whether anything was judged, or waits for its time."""
    return any(check.verdict in _RAN for check in results.checks)


def violated(results: Results, *, strict: bool = False) -> tuple[RequirementResult, ...]:
    """Return the requirements that are broken and not excused; `strict` counts warnings too."""
    return tuple(
        one
        for one in results.requirements
        if one.verdict in _violations(strict=strict) and not _excused(results, one)
    )


def unjudged(results: Results, now: float | None = None) -> tuple[Unjudged, ...]:
    """Return the MUSTs that nobody judged, without a reason that is accepted."""
    return tuple(found for found in _open(results, now) if found.accepted is None)


def accepted(results: Results, now: float | None = None) -> tuple[Unjudged, ...]:
    """Return the MUSTs that nobody judged, and for which there is an accepted reason."""
    return tuple(found for found in _open(results, now) if found.accepted is not None)


def short(results: Results, now: float | None = None) -> tuple[Shortfall, ...]:
    """Return the levels of which too little was judged for a run to be green."""

    def excused(requirement: RequirementResult) -> bool:
        cases = [case for case in results.cases(requirement) if case.verdict in _OPEN]
        return bool(cases) and all(acceptance(results, case, now) for case in cases)

    return tuple(shortfalls(results, excused))


def acceptance(results: Results, check: CheckResult, now: float | None = None) -> str | None:
    """Return why a check case may stay unjudged, or None where it may not."""
    at = time.time() if now is None else now
    if check.verdict is Verdict.PENDING:
        in_time = check.due is not None and check.due >= at
        return f"due at {moment(check.due)}" if check.due and in_time else None
    known = results.baseline.accepts(check.id) if results.baseline else None
    if known is not None:
        return known
    if check.precondition in results.accept:
        return results.accept[check.precondition or ""]
    if check.precondition in _GIVEN:
        return _GIVEN[check.precondition](check)
    musts = [one for one in check.requirements if results.requirement(one).level is Level.MUST]
    if musts and all(one in results.accept for one in musts):
        return results.accept[musts[0]]
    return None


def headline(results: Results, now: float | None = None) -> str:
    """Return the verdict on the target in one sentence."""
    judged = [one for one in results.requirements if one.verdict not in _OUTSIDE]
    sentence = _sentence(results, judged, now)
    if not results.complete:
        sentence = f"the run did not end: {sentence}"
    if _any(results.requirements, Verdict.NOT_SELECTED):
        total = sum(one.verdict is not Verdict.NOT_APPLICABLE for one in results.requirements)
        return f"PARTIAL, {len(judged)} of {total} requirements: {sentence}"
    return sentence


def moment(seconds: float) -> str:
    """Return a time for a reader, in UTC; `seconds` since the epoch."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _sentence(results: Results, judged: Sequence[RequirementResult], now: float | None) -> str:
    if results.problem:
        return f"not judged: {results.problem}"
    if _any(results.checks, Verdict.ERROR):
        faults = sum(check.verdict is Verdict.ERROR for check in results.checks)
        return f"not judged: the suite itself failed in {plural(faults, 'check')}"
    if not ran(results):
        return "not judged: no check came to a verdict"
    musts = sum(one.level is Level.MUST for one in judged)
    missing = len(unjudged(results, now))
    if _any(judged, Verdict.FAIL):
        also = f", {missing} not judged" if missing else ""
        return _broken(results, judged, musts) + also + _stale(results)
    if missing or short(results, now):
        return _unjudged(results, musts, missing, now)
    return _kept(results, judged) + _accepted(accepted(results, now)) + _stale(results)


def _kept(results: Results, judged: Sequence[RequirementResult]) -> str:
    counted = violated(results, strict=True) if results.selection.get("strict") else ()
    if counted:
        return f"does not conform: --strict counts {plural(len(counted), 'warning')}"
    return "conforms" + _warnings(judged)


def _unjudged(results: Results, musts: int, missing: int, now: float | None) -> str:
    few = [str(one) for one in short(results, now)]
    told = f"{missing} of {plural(musts, 'MUST')} without evidence" if missing else "; ".join(few)
    return f"not judged: {told}{_stale(results)}"


def _broken(results: Results, judged: Sequence[RequirementResult], musts: int) -> str:
    broken = sum(one.verdict is Verdict.FAIL for one in judged)
    fresh = len(violated(results))
    count = f"{broken} of {plural(musts, 'MUST')} {'is' if broken == 1 else 'are'} broken"
    if not fresh:
        return f"nothing new: {count}, as the baseline says"
    excused = f", {broken - fresh} of them excused" if broken > fresh else ""
    return f"does not conform: {count}{excused}"


def _stale(results: Results) -> str:
    found = len(results.baseline.stale) if results.baseline else 0
    return f"; the baseline is stale in {plural(found, 'point')}" if found else ""


def _warnings(judged: Iterable[RequirementResult]) -> str:
    warned = [one for one in judged if one.verdict is Verdict.WARN]
    security = sum(one.severity == "security" for one in warned)
    if not warned:
        return ""
    if security == len(warned):
        return f", with {plural(security, 'security warning')}"
    about = f", {security} of them about security" if security else ""
    return f", with {plural(len(warned), 'warning')}{about}"


def _accepted(found: Sequence[Unjudged]) -> str:
    if not found:
        return ""
    whys = sorted({one.accepted or "" for one in found})
    more = f" and {len(whys) - 1} more" if len(whys) > 1 else ""
    return f"; {plural(len(found), 'MUST')} not judged ({whys[0]}{more})"


def _open(results: Results, now: float | None) -> Iterable[Unjudged]:
    for requirement in results.requirements:
        if requirement.level is Level.MUST and requirement.verdict in _OPEN:
            yield _standing(results, requirement, now)


def _standing(results: Results, requirement: RequirementResult, now: float | None) -> Unjudged:
    cases = [case for case in results.cases(requirement) if case.verdict in _OPEN]
    reasons = tuple(dict.fromkeys(case.reason for case in cases)) or (requirement.reason,)
    if requirement.id in results.accept:
        return Unjudged(requirement, reasons, results.accept[requirement.id])
    whys = [acceptance(results, case, now) for case in cases]
    if requirement.uncovered or not whys or None in whys:
        return Unjudged(requirement, reasons)
    return Unjudged(requirement, reasons, whys[0])


def _excused(results: Results, requirement: RequirementResult) -> bool:
    """Tell whether the baseline knows each case that broke a requirement."""
    known = results.baseline
    broke = [one.id for one in results.cases(requirement) if one.outcome is Outcome.VIOLATION]
    return known is not None and all(map(known.forgives, broke))


def _violations(*, strict: bool) -> tuple[Verdict, ...]:
    return (Verdict.FAIL, Verdict.WARN) if strict else (Verdict.FAIL,)


def _any(results: Iterable[CheckResult | RequirementResult], *verdicts: Verdict) -> bool:
    return any(one.verdict in verdicts for one in results)
