"""The life of one value: its state, and how long the documents vouch for it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from conformance.lifecycle.table import Event, Kind, State, Transition, after


@dataclass(slots=True)
class Life:
    """A value that is certainly alive until one moment and certainly dead from another.

    Both are seconds since the epoch; in between nothing is known of a value that was not used.
    """

    kind: Kind
    alive_until: float
    dead_from: float
    state: State = State.LIVE

    def during(self, received: float) -> State:
        """Return the state that a request met whose answer had arrived at a moment."""
        late = self.state is State.LIVE and received > self.alive_until
        return State.OPEN if late else self.state

    def meet(self, event: Event) -> Transition:
        """Let an event happen that is no request, and return its row."""
        row = after(self.kind, self.state, event)
        self.state = row.becomes
        return row

    def reach(self, now: float) -> Transition | None:
        """Let time pass; return the row of an end that has come, or None."""
        due = now >= self.dead_from and self.state in (State.LIVE, State.OPEN)
        return self.meet(Event.EXPIRE) if due else None

    def renew(self) -> None:
        """Note that the same value was issued again: when it ends is no longer known."""
        if self.state is not State.SPENT:
            self.state, self.dead_from = State.OPEN, math.inf
