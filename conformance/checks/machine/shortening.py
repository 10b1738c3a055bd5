"""Leaves out of a script what its end does not need, and makes plain what is left.

Hypothesis would shrink it too, by changing what it drew; but it repeats the play some hundred times
more often, and each time the service is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from conformance.checks.machine.step import Act, Step
from conformance.checks.machine.tally import Broken

Steps = tuple[Step, ...]
Repeat = Callable[[Steps], Broken | None]
_PATIENCE = 10.0  # seconds, for a target that is far away


def shortened(found: Broken, repeat: Repeat) -> Broken:
    """Return the same break with the fewest and plainest steps that are found to lead there.

    `repeat` carries out steps and returns how they break the same invariant, or None.
    """
    deadline = time.monotonic() + _PATIENCE
    size = len(found.steps) // 2
    while size and time.monotonic() < deadline:
        shorter = _first(_without_part(found.steps, size), repeat)
        found = shorter or found
        size = min(size, len(found.steps) - 1) if shorter else size // 2
    while time.monotonic() < deadline and (plainer := _first(_plainer(found.steps), repeat)):
        found = plainer
    return found


def _first(candidates: Iterator[Steps], repeat: Repeat) -> Broken | None:
    return next(filter(None, map(repeat, candidates)), None)


def _without_part(steps: Steps, size: int) -> Iterator[Steps]:
    """Yield the steps without one part of a size, the latest first; the last step stays."""
    for start in range(len(steps) - 1 - size, -1, -max(1, size // 2)):
        yield steps[:start] + _bridged(steps[start : start + size], steps[start + size :])


def _bridged(left_out: Steps, rest: Steps) -> Steps:
    """Let steps that need what a refresh gave begin with what was refreshed instead."""
    for gone in reversed(left_out):
        if gone.act is Act.PRESENT:
            rest = tuple(_moved(one, gone) for one in rest)
    return rest


def _moved(step: Step, gone: Step) -> Step:
    needed = step.act is not Act.OBTAIN and step.of == gone.mark
    return replace(step, of=gone.of) if needed else step


def _plainer(steps: Steps) -> Iterator[Steps]:
    """Yield the steps with one number that is 0 and was not: the first user, the first place."""
    for place, step in enumerate(steps):
        plain = replace(step, of=0) if step.act is Act.OBTAIN else replace(step, choice=0)
        if plain != step:
            yield (*steps[:place], plain, *steps[place + 1 :])
