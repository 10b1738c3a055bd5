"""States, events and what a service must answer.

    code            LIVE --present--> SPENT           LIVE --expire--> EXPIRED
    refresh token   LIVE --present--> SPENT (and a new one is LIVE)     LIVE --expire--> EXPIRED
    access token    LIVE --present--> LIVE            LIVE --expire--> EXPIRED
                    LIVE --refresh--> OPEN
    any of them     LIVE --stranger, misuse, disturb--> OPEN            OPEN --expire--> EXPIRED

OPEN is where the documents leave room: an access token whose grant was refreshed (reading KMA-17 of
the kitchenmonki contract), whatever stands beside a value that was replayed or abused (KMA-32), an
older grant where there can be only one (KMA-28), a value that failed in the wrong hands or in the
wrong place. Whether an OPEN value is accepted says nothing; that it ends with its lifetime, and is
no good to a stranger, still holds.
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
    MISUSE = "misuse"  # it is presented as a value of another kind
    EXPIRE = "expire"  # its lifetime and the margin after it pass
    REFRESH = "refresh"  # the refresh token of the same grant is used
    DISTURB = "disturb"  # something happens beside it that may lawfully end it


class Expected(enum.StrEnum):
    """What the service must answer; NOTHING where the event is no request."""

    YES = "yes"
    NO = "no"
    ANY = "any"
    NOTHING = "nothing"


USED_ONCE = (Kind.CODE, Kind.REFRESH_TOKEN)
_ASKED = (Event.PRESENT, Event.STRANGER, Event.MISUSE)
_ABUSE = (Event.STRANGER, Event.MISUSE)


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

    @property
    def disturbs(self) -> bool:
        """Tell whether a service may take the request for an attack and end what is related."""
        doubtful = self.event is Event.PRESENT and self.state is not State.LIVE
        return self.event in _ABUSE or (doubtful and self.kind in USED_ONCE)


def _refused(kind: Kind, state: State, event: Event) -> Transition:
    return Transition(kind, state, event, state, Expected.NO)


def _abused(kind: Kind, state: State, event: Event) -> Transition:
    becomes = State.OPEN if state is State.LIVE else state
    return Transition(kind, state, event, becomes, Expected.NO)


def _quiet(kind: Kind, state: State, event: Event, becomes: State) -> Transition:
    return Transition(kind, state, event, becomes, Expected.NOTHING)


def _states(kind: Kind) -> tuple[State, ...]:
    return tuple(one for one in State if kind in USED_ONCE or one is not State.SPENT)


TRANSITIONS: tuple[Transition, ...] = (
    *(Transition(kind, State.LIVE, Event.PRESENT, State.SPENT, Expected.YES) for kind in USED_ONCE),
    Transition(Kind.ACCESS_TOKEN, State.LIVE, Event.PRESENT, State.LIVE, Expected.YES),
    *(_refused(kind, State.SPENT, Event.PRESENT) for kind in USED_ONCE),
    *(_refused(kind, State.EXPIRED, Event.PRESENT) for kind in Kind),
    *(_abused(kind, state, Event.STRANGER) for kind in USED_ONCE for state in State),
    *(_abused(kind, state, Event.MISUSE) for kind in Kind for state in _states(kind)),
    *(
        _quiet(kind, state, Event.EXPIRE, State.EXPIRED)
        for kind in Kind
        for state in (State.LIVE, State.OPEN)
    ),
    _quiet(Kind.ACCESS_TOKEN, State.LIVE, Event.REFRESH, State.OPEN),
    *(_quiet(kind, State.LIVE, Event.DISTURB, State.OPEN) for kind in Kind),
)

_BY_STEP = {(row.kind, row.state, row.event): row for row in TRANSITIONS}


def after(kind: Kind, state: State, event: Event) -> Transition:
    """Return what an event does to a value; where the table is silent it does nothing.

    A request that the table does not foresee may be answered in any way.
    """
    expected = Expected.ANY if event in _ASKED else Expected.NOTHING
    silent = Transition(kind, state, event, state, expected)
    return _BY_STEP.get((kind, state, event), silent)
