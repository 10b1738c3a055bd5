"""States, events and what a service must answer.

    code            LIVE --present--> SPENT           LIVE --expire--> EXPIRED
    refresh token   LIVE --present--> SPENT (and a new one is LIVE)     LIVE --expire--> EXPIRED
    access token    LIVE --present--> LIVE            LIVE --expire--> EXPIRED
                    LIVE --refresh--> OPEN            LIVE --replay--> OPEN

OPEN is where the documents leave room: an access token whose grant was refreshed (reading KMA-17),
whatever descends from a code or refresh token that was replayed (KMA-32), a code or refresh token
that a stranger presented. Nothing is expected of an OPEN value.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What has a life."""

    CODE = "code"
    ACCESS_TOKEN = "access_token"  # noqa: S105 - the kind, not one of it
    REFRESH_TOKEN = "refresh_token"  # noqa: S105


class State(enum.StrEnum):
    """Where in its life a value is."""

    LIVE = "live"
    SPENT = "spent"
    EXPIRED = "expired"
    OPEN = "open"


class Event(enum.StrEnum):
    """What happens to a value."""

    PRESENT = "present"  # its own client uses it for what it is for
    STRANGER = "stranger"  # another client presents it
    EXPIRE = "expire"  # its lifetime and the margin after it pass
    REFRESH = "refresh"  # the refresh token of the same grant is used
    REPLAY = "replay"  # what it descends from is presented again after it was spent


class Expected(enum.StrEnum):
    """What the service must answer; NOTHING where the event is no request."""

    YES = "yes"
    NO = "no"
    ANY = "any"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    kind: Kind
    state: State
    event: Event
    becomes: State
    expected: Expected

    @property
    def name(self) -> str:
        """Return the row's name, as reports write it."""
        return f"{self.kind}: {self.state} --{self.event}--> {self.becomes}"


_USED_ONCE = (Kind.CODE, Kind.REFRESH_TOKEN)

TRANSITIONS: tuple[Transition, ...] = (
    *(Transition(kind, State.LIVE, Event.PRESENT, State.SPENT, Expected.YES) for kind in _USED_ONCE),
    *(Transition(kind, State.SPENT, Event.PRESENT, State.SPENT, Expected.NO) for kind in _USED_ONCE),
    *(Transition(kind, State.LIVE, Event.STRANGER, State.OPEN, Expected.NO) for kind in _USED_ONCE),
    *(Transition(kind, State.LIVE, Event.EXPIRE, State.EXPIRED, Expected.NOTHING) for kind in Kind),
    *(Transition(kind, State.EXPIRED, Event.PRESENT, State.EXPIRED, Expected.NO) for kind in Kind),
    Transition(Kind.ACCESS_TOKEN, State.LIVE, Event.PRESENT, State.LIVE, Expected.YES),
    Transition(Kind.ACCESS_TOKEN, State.LIVE, Event.REFRESH, State.OPEN, Expected.NOTHING),
    Transition(Kind.ACCESS_TOKEN, State.LIVE, Event.REPLAY, State.OPEN, Expected.NOTHING),
    Transition(Kind.REFRESH_TOKEN, State.LIVE, Event.REPLAY, State.OPEN, Expected.NOTHING),
)

_BY_STEP = {(row.kind, row.state, row.event): row for row in TRANSITIONS}


def after(kind: Kind, state: State, event: Event) -> Transition:
    """Return what an event does to a value; where the table is silent it does nothing.

    A request that the table does not foresee may be answered in any way.
    """
    asked = event in (Event.PRESENT, Event.STRANGER)
    silent = Transition(kind, state, event, state, Expected.ANY if asked else Expected.NOTHING)
    return _BY_STEP.get((kind, state, event), silent)
