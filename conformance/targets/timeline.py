"""Carries out observations at their time: by moving the clock, or by waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from conformance.targets.clock import Clock
from conformance.targets.window import Window
from conformance.verdict import Judgement, Outcome


class Timeline:
    """The moments of one run, by one clock.

    `patience` is the longest wait inside the run, in seconds from now; what is due later is left to
    a later run. On a clock that can be moved nothing waits.
    """

    def __init__(self, clock: Clock, patience: float) -> None:
        self.clock = clock
        self.until = clock.now() + patience

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
        ahead = moment - self.clock.now()
        if ahead <= 0:
            return
        if self.clock.movable:
            self.clock.advance(ahead)
        else:
            time.sleep(ahead)
