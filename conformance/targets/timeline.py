"""Carries out observations at their time: by moving the clock, or by waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from conformance.targets.clock import Clock
from conformance.targets.window import Window
from conformance.verdict import Judgement, Outcome


class Timeline:
    """The moments of one run, by one clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def observe(self, window: Window, observation: Callable[[], Judgement]) -> Judgement:
        """Reach the window and judge in it.

        What was expected before the window closed says nothing once it has closed, so a late
        answer is inconclusive unless it is a pass.
        """
        self._reach(window.opens)
        if window.missed(self.clock.now()):
            return Judgement(Outcome.INCONCLUSIVE, "too late to judge: the moment had passed")
        judgement = observation()
        if judgement.outcome is Outcome.VIOLATION and window.missed(self.clock.now()):
            return Judgement(
                Outcome.INCONCLUSIVE, "too late to judge: the answer came after the moment"
            )
        return judgement

    def _reach(self, moment: float) -> None:
        ahead = moment - self.clock.now()
        if ahead <= 0:
            return
        if self.clock.movable:
            self.clock.advance(ahead)
        else:
            time.sleep(ahead)
