"""Two things done by turns -> the ratio of their times, and how much it varied."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """What one benchmark found; `limit` is what the ratio may be at most, where that is said.

    `spread` is the part of the ratio by which the middle half of its rounds differs.
    """

    name: str
    sentence: str
    ratio: float
    spread: float
    limit: float | None = None
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Tell whether the ratio is within its limit."""
        return self.limit is None or self.ratio <= self.limit


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def side_by_side(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Return the seconds of both, done by turns, so that a busy machine slows both."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Return the ratio of the best times, and the spread of the ratios of paired ones."""
    ratios = sorted(one / other for one, other in zip(ours, theirs, strict=True))
    quarter = len(ratios) // 4
    best = min(ours) / min(theirs)  # what else runs on the machine only ever adds
    return best, (ratios[-1 - quarter] - ratios[quarter]) / statistics.median(ratios)
