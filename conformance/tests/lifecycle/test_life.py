"""A life ends in time, and near its end nothing is known of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.lifecycle import Event, Kind, Life, State

_MOMENTS = st.floats(0, 1000)


def code() -> Life:
    """Return a code that is alive until 28 and dead from 33."""
    return Life(Kind.CODE, alive_until=28, dead_from=33)


@pytest.mark.parametrize(
    ("received", "state"), [(0, State.LIVE), (28, State.LIVE), (28.1, State.OPEN), (40, State.OPEN)]
)
def test_only_a_timely_answer_meets_a_live_value(received: float, state: State) -> None:
    """What answers after the last certain moment says nothing."""
    assert code().during(received) is state


@pytest.mark.parametrize(("now", "state"), [(32.9, State.LIVE), (33, State.EXPIRED)])
def test_a_life_ends_when_the_margin_has_passed(now: float, state: State) -> None:
    """A value is dead from the end of the margin on, and not before."""
    life = code()
    row = life.reach(now)
    assert life.state is state
    assert (row is not None) == (state is State.EXPIRED)


def test_an_end_comes_once() -> None:
    """A value that has expired does not expire again."""
    life = code()
    assert life.reach(50) is not None
    assert life.reach(60) is None


def test_a_value_that_was_issued_again_has_no_known_end() -> None:
    """Nothing is expected of a value that the service issued a second time, however late."""
    life = code()
    life.renew()
    assert life.reach(10_000) is None
    assert life.during(10_000) is State.OPEN


def test_a_used_value_is_not_renewed() -> None:
    """A code that was used stays used when the service issues it again."""
    life = code()
    life.state = State.SPENT
    life.renew()
    assert life.state is State.SPENT


@given(st.lists(st.sampled_from((Event.REFRESH, Event.DISTURB, Event.EXPIRE))), _MOMENTS)
def test_nothing_makes_a_doubtful_value_live(events: list[Event], now: float) -> None:
    """Once a value is no longer live, no event and no time makes it so."""
    life = Life(Kind.ACCESS_TOKEN, alive_until=100, dead_from=200)
    lived = True
    for event in events:
        life.meet(event)
        life.reach(now)
        assert lived or life.state is not State.LIVE
        lived = life.state is State.LIVE
