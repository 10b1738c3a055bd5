"""Two runs, or a run and a baseline -> what changed, and whether the target changed it.

Where suite or contract differ between the two, a case that one of them does not have is theirs, and
so is a case that is judged otherwise although the target answered it as before.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.contract import Level
from conformance.evidence import Record
from conformance.verdict.baseline import Baseline
from conformance.verdict.behaviour import Behaviour, behaviour
from conformance.verdict.differences import Difference, answered, measured, replaced
from conformance.verdict.fingerprint import fingerprint, observed
from conformance.verdict.judged import CheckResult, Results
from conformance.verdict.outcome import Verdict

_JUDGED = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL})
_RED = frozenset({Verdict.WARN, Verdict.FAIL})
_SAYS_NOTHING = frozenset({Verdict.NOT_SELECTED, Verdict.PENDING, Verdict.ERROR})


class Kind(enum.StrEnum):
    """What became of a check case."""

    REGRESSED = "regressed"
    CHANGED = "fails otherwise"
    LOST = "no longer judged"
    IMPROVED = "improved"
    FOUND = "judged now"
    REJUDGED = "judged otherwise by the suite or the contract"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a check case stands on one side."""

    verdict: Verdict
    seen: str = ""
    fingerprint: str = ""
    level: Level | None = None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """One of the two that are compared. A baseline has no answers, and may not list warnings."""

    name: str
    suite: str
    contract: Mapping[str, Any]
    target: str
    cases: Mapping[str, Standing]
    behaviour: Behaviour = field(default_factory=dict)
    observations: Mapping[str, Any] = field(default_factory=dict)
    warns: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """A check case that does not stand as before; `None` is a side that does not have it."""

    kind: Kind
    case: str
    old: Standing | None
    new: Standing | None


@dataclass(frozen=True)
class Comparison:
    """What changed. `upgrades` name what is not the target: suite, contract, or another target."""

    old: Side
    new: Side
    upgrades: tuple[str, ...]
    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]

    @property
    def regressed(self) -> bool:
        """Tell whether something that was kept is broken now."""
        return any(change.kind is Kind.REGRESSED for change in self.changes)

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of a kind."""
        return tuple(change for change in self.changes if change.kind is kind)


def of_run(name: str, record: Record, results: Results) -> Side:
    """Return a run as a side."""
    return Side(
        name=name,
        suite=results.suite,
        contract=results.contract,
        target=str(results.target.get("name", "")),
        cases={check.id: _standing(check) for check in results.checks},
        behaviour=behaviour(record),
        observations=results.observations,
    )


def of_baseline(name: str, baseline: Baseline) -> Side:
    """Return a baseline as a side: what it knows and does not list is kept."""
    kept = Standing(Verdict.PASS)
    cases = dict.fromkeys(baseline.cases, kept)
    for entry in baseline.violation:
        cases[entry.check] = Standing(Verdict(entry.verdict), entry.seen, entry.fingerprint)
    for listed in baseline.unjudged:
        cases[listed.check] = Standing(Verdict(listed.verdict), listed.seen)
    for flaky in baseline.flaky:
        cases.pop(flaky.check, None)  # whichever way it stands, that is no change
    return Side(
        name=name,
        suite=baseline.suite,
        contract=baseline.contract.model_dump(),
        target=baseline.target,
        cases=cases,
        warns=baseline.strict,
    )


def compare(old: Side, new: Side) -> Comparison:
    """Return what changed from the old side to the new one."""
    upgrades = tuple(_upgrades(old, new))
    warns = old.warns and new.warns
    differing = {
        case: tuple(answered(case, old.behaviour[case], new.behaviour[case]))
        for case in old.behaviour
        if case in new.behaviour and _alike(old.cases.get(case), new.cases.get(case))
    }
    changes = []
    for case in dict.fromkeys((*old.cases, *new.cases)):
        kind = _kind(old.cases.get(case), new.cases.get(case), warns=warns)
        if kind in (Kind.REGRESSED, Kind.IMPROVED) and upgrades and _as_before(old, new, case):
            kind = Kind.REJUDGED
        if kind:
            changes.append(Change(kind, case, old.cases.get(case), new.cases.get(case)))
    found = [one for each in differing.values() for one in each]
    return Comparison(
        old=old,
        new=new,
        upgrades=upgrades,
        changes=tuple(changes),
        differences=(*replaced(found), *measured(old.observations, new.observations)),
    )


def _standing(check: CheckResult) -> Standing:
    told = (observed(check), fingerprint(check)) if check.verdict in _RED else (check.reason, "")
    return Standing(check.verdict, *told, check.level, check.requirements)


def _upgrades(old: Side, new: Side) -> Iterator[str]:
    """Yield what makes the two differ beside the target."""
    if old.target != new.target:
        yield f"these are two targets: {old.target}, {new.target}"
    if old.suite != new.suite:
        yield f"the suite is another: {old.suite or 'unknown'} → {new.suite or 'unknown'}"
    before, after = old.contract, new.contract
    if (before.get("name"), before.get("digest")) != (after.get("name"), after.get("digest")):
        names = [
            f"{one.get('name')} {one.get('version')} ({str(one.get('digest'))[:8]})"
            for one in (before, after)
        ]
        yield f"the contract is another: {' → '.join(names)}"


def _kind(old: Standing | None, new: Standing | None, *, warns: bool) -> Kind | None:
    """Return what became of a case; None where nothing did, or where a side does not say."""
    if _absent(old) or _absent(new):
        return None if _absent(old) and _absent(new) else Kind.NEW if _absent(old) else Kind.GONE
    if old is None or new is None or {old.verdict, new.verdict} & _SAYS_NOTHING:
        return None
    was, now = old.verdict in _JUDGED, new.verdict in _JUDGED
    if not (was and now):
        return None if was is now else Kind.FOUND if now else Kind.LOST
    counted = _RED if warns else {Verdict.FAIL}
    red = (old.verdict in counted, new.verdict in counted)
    if red == (True, True):
        return _still_red(old, new)
    return {(False, True): Kind.REGRESSED, (True, False): Kind.IMPROVED}.get(red)


def _still_red(old: Standing, new: Standing) -> Kind | None:
    if old.fingerprint != new.fingerprint:
        return Kind.CHANGED
    return Kind.REJUDGED if old.verdict is not new.verdict else None


def _absent(standing: Standing | None) -> bool:
    return standing is None or standing.verdict is Verdict.NOT_APPLICABLE


def _alike(old: Standing | None, new: Standing | None) -> bool:
    """Tell whether a case was judged on both sides, and alike."""
    if old is None or new is None or not {old.verdict, new.verdict} <= _JUDGED:
        return False
    return (old.verdict in _RED, old.fingerprint) == (new.verdict in _RED, new.fingerprint)


def _as_before(old: Side, new: Side, case: str) -> bool:
    """Tell whether the target answered a case as before, as far as its answers show."""
    if case not in old.behaviour or case not in new.behaviour:
        return False
    return not any(answered(case, old.behaviour[case], new.behaviour[case]))
