"""Carries out observations at their time: by moving the clock, or by waiting for it."""

from __future__ import annotations

import bisect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from conformance.targets.clock import Clock
from conformance.targets.window import Window
from conformance.verdict import Judgement, Outcome


@dataclass(frozen=True, slots=True, order=True)
class _Interlude:
    """Something to be done in its window, whatever is waited for meanwhile."""

    opens: float
    window: Window = field(compare=False)
    act: Callable[[], object] = field(compare=False)


class Timeline:
    """The moments of one run, by one clock.

    `patience` is the longest wait inside the run, in seconds from its beginning; what is due later
    is left to a later run. On a clock that can be moved nothing waits.
    """

    def __init__(self, clock: Clock, patience: float) -> None:
        self.clock = clock
        self._patience = patience
        self._interludes: list[_Interlude] = []
        self.begin()

    def begin(self) -> None:
        """Count the patience from now on."""
        self.until = self.clock.now() + self._patience

    def between(self, window: Window, act: Callable[[], object]) -> None:
        """Have something done in a window, whatever is waited for meanwhile."""
        bisect.insort(self._interludes, _Interlude(window.opens, window, act))

    @property
    def aim(self) -> float:
        """Return when the next interlude has to begin."""
        return min((one.window.aim for one in self._interludes), default=math.inf)

    def catch_up(self) -> None:
        """Do what is due between the observations by now."""
        self._reach(self.clock.now())

    def linger(self) -> None:
        """Wait for the interludes that this run can reach: a later run may be too late for them."""
        if not self.clock.movable:
            while self._next <= self.until:
                self._reach(self._next)

    def out_of_reach(self, window: Window) -> bool:
        """Tell whether a window opens later than this run waits."""
        return not self.clock.movable and window.opens > max(self.until, self.clock.now())

    def observe(self, window: Window, observation: Callable[[], Judgement]) -> Judgement:
        """Reach the window and judge in it.

        What was expected before the window closed says nothing once it has closed, so a violation
        that was seen late is inconclusive.
        """
        if self.out_of_reach(window):
            due = datetime.fromtimestamp(window.opens, UTC)
            return Judgement(Outcome.PENDING, f"due at {due:%Y-%m-%d %H:%M:%S} UTC")
        self._reach(window.opens)
        if window.missed(self.clock.now()):
            return Judgement(Outcome.INCONCLUSIVE, "too late to judge: the moment had passed")
        judgement = observation()
        if judgement.outcome is Outcome.VIOLATION and window.missed(self.clock.now()):
            return Judgement(Outcome.INCONCLUSIVE, "too late to judge: it was answered too late")
        return judgement

    def _reach(self, moment: float) -> None:
        """Come to a moment, and on the way do what is due before it."""
        while self._next <= moment:
            interlude = self._interludes.pop(0)
            self._pass(interlude.opens)
            interlude.act()
        self._pass(moment)

    @property
    def _next(self) -> float:
        return self._interludes[0].opens if self._interludes else math.inf

    def _pass(self, moment: float) -> None:
        ahead = moment - self.clock.now()
        if ahead <= 0:
            return
        if self.clock.movable:
            self.clock.advance(ahead)
        else:
            time.sleep(ahead)
