"""How much of a level has to be judged, so that a run may be green."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from conformance.contract import Level
from conformance.verdict.judged import RequirementResult, Results
from conformance.verdict.outcome import Verdict

# Of the requirements that were asked for, the share without which a verdict is none, whatever was
# accepted. It is low: a server with few grants is judged by few, and rightly.
_LEAST: Mapping[Level, float] = {Level.MUST: 0.25, Level.SHOULD: 0.1}
_OUTSIDE = frozenset({Verdict.NOT_SELECTED, Verdict.NOT_APPLICABLE})
_JUDGED = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.PENDING})


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A level of which too little was judged."""

    level: Level
    judged: int
    asked: int
    needed: int

    def __str__(self) -> str:
        """Say it to a reader."""
        needed = f"at least {self.needed} have to be"
        return f"{self.judged} of {self.asked} {self.level}s judged, and {needed}"


def judged(results: Results, level: Level) -> int:
    """Return how many requirements of a level came to a verdict, or wait for it."""
    return sum(one.verdict in _JUDGED for one in _asked(results, level))


def shortfalls(
    results: Results, excused: Callable[[RequirementResult], bool]
) -> Iterator[Shortfall]:
    """Yield the levels of which too little was judged, by our own floor and by the baseline's.

    A baseline's floor is about whole runs, and there it counts too what is `excused`.
    """
    whole = all(one.verdict is not Verdict.NOT_SELECTED for one in results.requirements)
    known = results.baseline.floor if results.baseline and whole else {}
    for level, share in _LEAST.items():
        asked, done = _asked(results, level), judged(results, level)
        accepted = sum(one.verdict not in _JUDGED and excused(one) for one in asked)
        least = int(share * len(asked))
        if done < least:
            yield Shortfall(level, done, len(asked), least)
        elif done + accepted < known.get(level.value, 0):
            yield Shortfall(level, done, len(asked), known[level.value])


def _asked(results: Results, level: Level) -> list[RequirementResult]:
    return [
        one for one in results.requirements if one.level is level and one.verdict not in _OUTSIDE
    ]
