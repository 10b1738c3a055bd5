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


def test_what_is_to_happen_in_between_happens_on_the_way() -> None:
    """What opens before a window comes before its observation, in its own time and order."""
    clock = EmbeddedClock(Clock())
    timeline, began = Timeline(clock, patience=0), clock.now()
    happened: list[tuple[str, int]] = []

    def note(name: str) -> Judgement:
        happened.append((name, round(clock.now() - began)))
        return _PASS

    timeline.between(Window(began + 50, began + 90), lambda: note("second"))
    timeline.between(Window(began + 15, began + 30), lambda: note("first"))
    timeline.between(Window(began + 900, began + 950), lambda: note("never"))
    assert round(timeline.aim - began) == 22
    timeline.observe(Window(began + 100), lambda: note("seen"))
    assert happened == [("first", 15), ("second", 50), ("seen", 100)]


def test_a_run_waits_for_what_a_later_one_would_miss() -> None:
    """On a real clock an interlude within the patience is sat out, one beyond it is not."""
    timeline, now = Timeline(RealClock(), patience=1), time.time()
    happened: list[str] = []
    timeline.between(Window(now + 0.2, now + 9), lambda: happened.append("near"))
    timeline.between(Window(now + 60, now + 90), lambda: happened.append("far"))
    timeline.linger()
    assert happened == ["near"]
