"""A baseline and a run -> what is excused, and what the baseline no longer says rightly.

It turns both ways: a red case without an entry counts, and an entry without its red case does too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from conformance.verdict.baseline import (
    Assessment,
    Baseline,
    Entry,
    Excused,
    Flaky,
    Listed,
    Stale,
)
from conformance.verdict.fingerprint import SEEN, fingerprint, observed
from conformance.verdict.judged import CheckResult, Results
from conformance.verdict.outcome import Verdict

_RED = frozenset({Verdict.FAIL, Verdict.WARN})
_OPEN = frozenset({Verdict.INCONCLUSIVE, Verdict.PENDING})
_JUDGED = _RED | {Verdict.PASS}


def assess(baseline: Baseline, results: Results) -> Assessment:
    """Say what a baseline makes of a run, on the day of the run."""
    turned = _Ratchet(
        baseline,
        checks={check.id: check for check in results.checks},
        other_suite=baseline.suite not in ("", results.suite),
    )
    for entry in baseline.violation:
        turned.excuse(entry)
    for listed in baseline.unjudged:
        turned.list(listed)
    for flaky in baseline.flaky:
        turned.tolerate(flaky)
    turned.stale += [
        *_contradictions(baseline),
        *_expired(baseline, _day(results)),
        *_needless(baseline, results),
    ]
    reported = tuple(
        check.id
        for check in results.checks
        if check.verdict in _RED | _OPEN and not baseline.knows(check.id)
    )
    seen = {*turned.listed, *turned.flaky, *reported}
    return Assessment(
        file=baseline.file,
        excused=turned.excused,
        flaky=turned.flaky,
        changed=turned.changed,
        listed=turned.listed,
        reported=reported,
        unlisted=tuple(
            one.id for one in results.checks if one.verdict in _OPEN and one.id not in seen
        ),
        stale=tuple(turned.stale),
        floor={str(level): number for level, number in baseline.floor.items()},
    )


@dataclass
class _Ratchet:
    """Holds each entry against what its check case came to."""

    baseline: Baseline
    checks: Mapping[str, CheckResult]
    other_suite: bool
    excused: dict[str, str] = field(default_factory=dict)
    flaky: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    stale: list[Stale] = field(default_factory=list)

    def excuse(self, entry: Excused) -> None:
        """Excuse a violation that is the one that was accepted."""
        check = self._found(entry)
        if check is None:
            return
        if check.verdict is Verdict.PASS:
            self._outdated(entry, "it passes now")
        elif check.verdict in _RED and self._same(entry, check):
            self.excused[check.id] = entry.reason

    def list(self, entry: Listed) -> None:
        """Take note of a case that was expected to stay unjudged, and did.

        What a soak comes to judge is up to its dice, and nothing to delete.
        """
        check = self._found(entry)
        if check is None:
            return
        if check.verdict.value == entry.verdict:
            self.listed[check.id] = entry.reason
        elif self.baseline.under_load:
            return
        elif check.verdict in _JUDGED and entry.verdict == "inconclusive":
            self._outdated(entry, f"it is judged now: {check.verdict}")

    def tolerate(self, entry: Flaky) -> None:
        """Bear with a case that is red at times; it is told each time."""
        check = self._found(entry)
        if check is None:
            return
        if check.verdict in _OPEN:
            self.listed[check.id] = entry.reason
        elif check.verdict in _RED and (
            not entry.fingerprint or self._as_before(entry.fingerprint, entry.seen, check)
        ):
            self.flaky[check.id] = entry.reason

    def _found(self, entry: Entry) -> CheckResult | None:
        check = self.checks.get(entry.check)
        if check is None or check.verdict is Verdict.NOT_APPLICABLE:
            self._outdated(entry, "it matches nothing that this contract asks for")
            return None
        return check

    def _same(self, entry: Excused, check: CheckResult) -> bool:
        if (entry.verdict, check.verdict) == ("warn", Verdict.FAIL):
            self.changed[check.id] = "the contract makes a MUST of it now"
            return False
        return self._as_before(entry.fingerprint, entry.seen, check)

    def _as_before(self, known: str, seen: str, check: CheckResult) -> bool:
        same = fingerprint(check) == known
        # Another version of the suite may put the same failure into other words.
        if not same and not (self.other_suite and _seen(seen) == _seen(observed(check))):
            self.changed[check.id] = f"another failure than the one excused ({seen or known})"
        return check.id not in self.changed

    def _outdated(self, entry: Entry, why: str) -> None:
        self.stale.append(Stale(self.baseline.where(entry), entry.check, f"{why}; delete it"))


def _seen(words: str) -> str:
    return words.rpartition(SEEN)[2]


def _contradictions(baseline: Baseline) -> Iterator[Stale]:
    first: dict[str, Entry] = {}
    for entry in sorted(baseline.entries, key=lambda entry: entry.lines):
        known = first.setdefault(entry.check, entry)
        if known is not entry:
            why = f"it contradicts the entry in line {known.lines[0]}; delete one of them"
            yield Stale(baseline.where(entry), entry.check, why)


def _expired(baseline: Baseline, today: date) -> Iterator[Stale]:
    for entry in baseline.entries:
        if entry.expires and entry.expires < today:
            why = f"it expired on {entry.expires}; mend the target, or give a reason for more time"
            yield Stale(baseline.where(entry), entry.check, why)


def _needless(baseline: Baseline, results: Results) -> Iterator[Stale]:
    """Find what `[accept]` names without need; what was left out of the run may need it still."""
    by_id = {one.id: one for one in results.requirements}
    lacking = {check.precondition for check in results.checks}
    partial = any(check.verdict is Verdict.NOT_SELECTED for check in results.checks)
    for name in baseline.accept:
        judged = name in by_id and by_id[name].verdict in _JUDGED
        if judged or not (name in by_id or name in lacking or partial):
            yield Stale(baseline.file, f"[accept] {name}", "nothing needs it; delete it")


def _day(results: Results) -> date:
    """Return the day of a run, so that its report says the same whenever it is written."""
    return date.fromisoformat(results.started[:10]) if results.started else date.min
