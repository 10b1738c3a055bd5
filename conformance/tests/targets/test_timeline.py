"""Observations at their time: reached by moving, left to a later run, never judged too late."""

from __future__ import annotations

import time

from conformance.reference.clock import Clock
from conformance.targets import Timeline, Window
from conformance.targets.clock import EmbeddedClock, RealClock
from conformance.verdict import Judgement, Outcome

_PASS = Judgement(Outcome.PASS)
_RED = Judgement(Outcome.VIOLATION, "too early")


def test_a_clock_that_can_be_moved_is_moved_to_the_window() -> None:
    """The observation happens when the window has opened, and nobody waited for it."""
    clock = EmbeddedClock(Clock())
    opens = clock.now() + 1_209_600
    seen: list[float] = []

    def observe() -> Judgement:
        seen.append(clock.now())
        return _PASS

    assert Timeline(clock, patience=0).observe(Window(opens, opens + 5), observe) == _PASS
    assert opens <= seen[0] < opens + 5


def test_what_opens_after_our_patience_is_left_to_a_later_run() -> None:
    """It is pending, says when it is due, and was not looked at."""
    timeline = Timeline(RealClock(), patience=1)
    judgement = timeline.observe(Window(time.time() + 3600), lambda: _RED)
    assert judgement.outcome is Outcome.PENDING
    assert "due at" in judgement.reason


def test_a_window_that_has_closed_says_nothing() -> None:
    """Neither a late look nor a late answer is a violation; a late pass is a pass."""
    clock = EmbeddedClock(Clock())
    timeline = Timeline(clock, patience=0)
    closed = Window(clock.now() - 10, clock.now() - 5)
    assert timeline.observe(closed, lambda: _RED).outcome is Outcome.INCONCLUSIVE

    def late(judgement: Judgement) -> Judgement:
        clock.advance(10)
        return judgement

    open_now = Window(clock.now() - 1, clock.now() + 5)
    assert timeline.observe(open_now, lambda: late(_RED)).outcome is Outcome.INCONCLUSIVE
    open_now = Window(clock.now() - 1, clock.now() + 5)
    assert timeline.observe(open_now, lambda: late(_PASS)).outcome is Outcome.PASS
