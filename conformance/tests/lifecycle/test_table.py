"""The lifecycle table says each thing once, and nothing impossible."""

from __future__ import annotations

import itertools

import pytest

from conformance.lifecycle import TRANSITIONS, USED_ONCE, Event, Expected, Kind, State, after

_REQUESTS = (Event.PRESENT, Event.STRANGER, Event.MISUSE)
_EVERY = tuple(itertools.product(Kind, State, Event))
_HAPPENINGS = tuple(itertools.product(Kind, Event))
_PRESENTED = tuple(itertools.product(USED_ONCE, State))


def test_every_row_has_a_step_and_a_name_of_its_own() -> None:
    """No two rows begin alike, and no two are called alike."""
    assert len({(row.kind, row.state, row.event) for row in TRANSITIONS}) == len(TRANSITIONS)
    assert len({row.name for row in TRANSITIONS}) == len(TRANSITIONS)


@pytest.mark.parametrize(("kind", "state", "event"), _EVERY)
def test_only_a_request_is_answered(kind: Kind, state: State, event: Event) -> None:
    """A request has an answer, expected or not; what is no request has none."""
    silent = after(kind, state, event).expected is Expected.NOTHING
    assert silent == (event not in _REQUESTS)


@pytest.mark.parametrize(("kind", "event"), _HAPPENINGS)
@pytest.mark.parametrize("state", [State.SPENT, State.EXPIRED])
def test_the_dead_stay_dead(kind: Kind, state: State, event: Event) -> None:
    """Nothing brings back what was used up or has expired, and it is never accepted."""
    row = after(kind, state, event)
    assert row.becomes is state
    assert row.expected is not Expected.YES


@pytest.mark.parametrize("kind", USED_ONCE)
def test_what_is_used_once_is_spent_by_its_use(kind: Kind) -> None:
    """A code and a refresh token are accepted once, and refused the second time."""
    first = after(kind, State.LIVE, Event.PRESENT)
    second = after(kind, first.becomes, Event.PRESENT)
    assert (first.expected, second.expected) == (Expected.YES, Expected.NO)


@pytest.mark.parametrize(("kind", "state"), _PRESENTED)
def test_a_stranger_is_always_refused(kind: Kind, state: State) -> None:
    """In no state is a code or refresh token good for another client."""
    assert after(kind, state, Event.STRANGER).expected is Expected.NO


@pytest.mark.parametrize("event", [Event.REFRESH, Event.DISTURB])
def test_an_access_token_may_or_may_not_outlive_its_grant(event: Event) -> None:
    """After a refresh, and beside a replay, nothing is expected of an access token."""
    row = after(Kind.ACCESS_TOKEN, State.LIVE, event)
    assert after(Kind.ACCESS_TOKEN, row.becomes, Event.PRESENT).expected is Expected.ANY


def test_a_replay_disturbs_and_a_first_use_does_not() -> None:
    """A service may take a second use for an attack, never the first, and no access token's."""
    disturbing = {state: after(Kind.CODE, state, Event.PRESENT).disturbs for state in State}
    assert not disturbing.pop(State.LIVE)
    assert all(disturbing.values())
    assert not any(after(Kind.ACCESS_TOKEN, state, Event.PRESENT).disturbs for state in State)
