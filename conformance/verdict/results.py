"""A journal -> verdicts: of every check case, and of every requirement at its own level."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from conformance.contract import Document, Level, Selector
from conformance.evidence import Record
from conformance.verdict import baseline
from conformance.verdict.exit import headline
from conformance.verdict.judged import CheckResult, RequirementResult, Results
from conformance.verdict.outcome import Outcome, Verdict
from conformance.verdict.ratchet import assess
from conformance.verdict.table import verdict_of

__all__ = ["CheckResult", "RequirementResult", "Results", "evaluate", "to_json"]

SCHEMA = "conformance-results/1"

Span = tuple[float, float]

# The verdict of a requirement is the first of these that one of its cases has.
_WORST_FIRST = (
    *(Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.PENDING),
    *(Verdict.PASS, Verdict.NOT_SELECTED, Verdict.NOT_APPLICABLE),
)
_NO_VERDICT = {
    True: "the run wrote no verdict for this check",
    False: "the run ended before this check",
}


@dataclass(frozen=True, slots=True)
class _Coverage:
    """Which case serves which requirement."""

    cases: Mapping[str, tuple[str, ...]]
    uncovered: Mapping[str, tuple[str, ...]]
    requirements: Mapping[str, tuple[str, ...]]


def evaluate(record: Record) -> Results:
    """Judge what a journal says; a case without a verdict is inconclusive, never green."""
    header, footer = record.header or {}, record.footer or {}
    entries: Sequence[Mapping[str, Any]] = header.get("requirements", ())
    written = {line["check"]: line for line in record.verdicts}
    ids = tuple(dict.fromkeys((*header.get("cases", ()), *written)))
    coverage = _coverage(entries, ids)
    levels = {entry["id"]: Level(entry["level"]) for entry in entries}
    missing = _NO_VERDICT[record.footer is not None]
    checks = tuple(
        _check(case_id, written.get(case_id), coverage.requirements[case_id], levels, missing)
        for case_id in ids
    )
    by_id = {check.id: check for check in checks}
    spans = {line["number"]: span(line) for line in record.exchanges}
    results = Results(
        contract=header.get("contract", {}),
        target=header.get("target", {}),
        suite=str(header.get("suite", "")),
        started=header.get("started", ""),
        ended=footer.get("ended"),
        clock=header.get("clock") or "",
        consent=header.get("consent") or "",
        seed=header.get("seed"),
        effort=header.get("effort") or "",
        profile=header.get("profile"),
        exit_code=footer.get("exit_code"),
        problem=footer.get("problem"),
        documents=tuple(_document(entry) for entry in header.get("documents", ())),
        requirements=tuple(_requirement(entry, coverage, by_id, spans) for entry in entries),
        checks=checks,
        observations=record.observations,
        requests=footer.get("requests", len(record.exchanges)),
        phases=footer.get("phases", {}),
        accept=header.get("accept") or {},
        complete=record.footer is not None,
        selection=header.get("selection") or {},
    )
    if header.get("baseline"):
        results = _held_against(baseline.recorded(header["baseline"]), results)
    return replace(results, headline=headline(results))


def span(line: Mapping[str, Any]) -> Span:
    """Return when an exchange began and ended, in seconds since the epoch by this machine."""
    return line["sent_at"], line["sent_at"] + line["duration"]


def round_trips(spans: Iterable[Span]) -> int:
    """Count the exchanges that began when no other was on its way: what is sent at once is one."""
    trips, over = 0, -math.inf
    for began, ended in sorted(spans):
        trips += began >= over
        over = max(over, ended)
    return trips


def to_json(results: Results) -> dict[str, Any]:
    """Return what `results.json` holds."""
    return {
        "schema": SCHEMA,
        "headline": results.headline,
        "exit_code": results.exit_code,
        "contract": dict(results.contract),
        "target": dict(results.target),
        "suite": results.suite,
        "profile": results.profile,
        "clock": results.clock,
        "consent": results.consent,
        "seed": results.seed,
        "effort": results.effort,
        "started": results.started,
        "ended": results.ended,
        "counts": results.counts,
        "requirements": [asdict(one) for one in results.requirements],
        "checks": [asdict(one) for one in results.checks],
        "observations": dict(results.observations),
        "requests": results.requests,
        "phases": dict(results.phases),
        "problem": results.problem,
        "baseline": asdict(results.baseline) if results.baseline else None,
    }


def _held_against(known: baseline.Baseline, results: Results) -> Results:
    accept = {**known.accept, **results.accept}
    return replace(results, accept=accept, baseline=assess(known, results))


def _coverage(entries: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> _Coverage:
    by_check: dict[str, list[str]] = defaultdict(list)
    for case_id in ids:
        by_check[case_id.partition("[")[0]].append(case_id)
    cases, uncovered = {}, {}
    requirements: dict[str, list[str]] = {case_id: [] for case_id in ids}
    for entry in entries:
        named = {
            text: [one for one in by_check[selector.check] if selector.matches(one)]
            for text, selector in ((text, Selector.parse(text)) for text in entry["checks"])
        }
        cases[entry["id"]] = tuple(dict.fromkeys(one for found in named.values() for one in found))
        uncovered[entry["id"]] = tuple(text for text, found in named.items() if not found)
        for case_id in cases[entry["id"]]:
            requirements[case_id].append(entry["id"])
    return _Coverage(cases, uncovered, {key: tuple(ids) for key, ids in requirements.items()})


def _check(
    case_id: str,
    line: Mapping[str, Any] | None,
    requirements: tuple[str, ...],
    levels: Mapping[str, Level],
    missing: str,
) -> CheckResult:
    level = max((levels[one] for one in requirements), key=_gravity, default=Level.INFO)
    entry = line or {"outcome": "inconclusive", "reason": missing}
    outcome = Outcome(entry["outcome"])
    return CheckResult(
        id=case_id,
        verdict=verdict_of(outcome, level),
        outcome=outcome,
        level=level,
        requirements=requirements,
        reason=entry.get("reason") or "",
        expected=entry.get("expected") or "",
        seen=entry.get("seen") or "",
        step=entry.get("step"),
        exchanges=tuple(entry.get("exchanges", ())),
        duration=entry.get("duration") or 0.0,
        precondition=entry.get("precondition"),
        clock=entry.get("clock"),
        due=entry.get("due"),
        late=entry.get("late"),
    )


def _requirement(
    entry: Mapping[str, Any],
    coverage: _Coverage,
    checks: Mapping[str, CheckResult],
    spans: Mapping[int, Span],
) -> RequirementResult:
    level = Level(entry["level"])
    cases = [checks[one] for one in coverage.cases[entry["id"]]]
    uncovered = coverage.uncovered[entry["id"]]
    verdict, reason = _worst(level, cases, uncovered)
    taken = {number for case in cases for number in case.exchanges}
    if entry.get("excluded"):
        verdict, reason = Verdict.NOT_APPLICABLE, entry["excluded"]
    return RequirementResult(
        id=entry["id"],
        level=level,
        document=entry["document"],
        section=entry["section"],
        source=entry["source"],
        statement=entry["statement"],
        verdict=verdict,
        reason=reason,
        origin=entry["origin"],
        severity=entry["severity"],
        checks=tuple(case.id for case in cases),
        uncovered=uncovered,
        excluded=entry.get("excluded"),
        why=entry.get("why"),
        readings=tuple(entry.get("readings", ())),
        requests=len(taken),
        round_trips=round_trips(spans[number] for number in taken if number in spans),
    )


def _worst(
    level: Level, cases: Sequence[CheckResult], uncovered: Sequence[str]
) -> tuple[Verdict, str]:
    """Return the worst verdict at a level, and the reason of the first case that has it."""
    found = (
        {Verdict.INCONCLUSIVE: f"no check is called {', '.join(uncovered)}"} if uncovered else {}
    )
    for case in cases:
        found.setdefault(verdict_of(case.outcome, level), case.reason)
    worst = next((one for one in _WORST_FIRST if one in found), None)
    if worst is None:
        return Verdict.INCONCLUSIVE, "no check verifies it"
    return worst, found[worst]


def _gravity(level: Level) -> int:
    return level.gravity


def _document(entry: Mapping[str, Any]) -> Document:
    cap = Level(entry.get("cap") or "MUST")
    return Document(entry["id"], entry["title"], entry.get("source", ""), cap)
