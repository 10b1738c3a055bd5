"""One thing that the machine does: plain numbers, to be drawn, left out and repeated."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

from conformance.lifecycle import Kind


class Act(enum.StrEnum):
    """What can be done."""

    OBTAIN = "obtain"  # a code from a user, or tokens by client credentials
    PRESENT = "present"  # a value by its own client, for what it is for
    RACE = "race"  # the same, several times at the same moment
    ASK = "ask"  # an access token, whose it is
    STRANGER = "stranger"  # a value by another client
    MISUSE = "misuse"  # a value as one of another kind
    WAIT = "wait"  # until every value of a kind that there is has expired


@dataclass(frozen=True, slots=True)
class Step:
    """An act upon the value of a kind that came by the step marked `of`.

    So a step keeps its meaning when others are left out; where its value is missing it does
    nothing. For OBTAIN, `of` is the number of the starter. `choice` is the place of a token, or the
    kind that a value is passed off as, where numbers that are too great begin anew at 0; in a RACE
    it is how many race beside the first two.
    """

    act: Act
    kind: Kind
    of: int = 0
    choice: int = 0
    mark: int = 0


def marked(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return steps that are marked by their places, from 0."""
    return tuple(replace(step, mark=place) for place, step in enumerate(steps))
