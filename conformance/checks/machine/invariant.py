"""The rules that the machine judges by, each one check case of its own."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.lifecycle import TRANSITIONS, Event, Expected, Kind, State, Transition

USER_KEPT = "lifecycle.user-kept"
RACES: Mapping[Kind, str] = {Kind.CODE: "race.code", Kind.REFRESH_TOKEN: "race.refresh-token"}

_BY_EVENT: Mapping[Event, tuple[str, str]] = {
    Event.STRANGER: ("lifecycle.stranger-refused[{kind}]", "in the hands of another client"),
    Event.MISUSE: ("lifecycle.kinds-apart[{kind}]", "passed off as something else"),
}
_BY_STATE: Mapping[State, tuple[str, str]] = {
    State.LIVE: ("lifecycle.live-accepted[{kind}]", "which is live"),
    State.SPENT: ("lifecycle.dead-refused[{kind},spent]", "which was used"),
    State.EXPIRED: ("lifecycle.dead-refused[{kind},expired]", "which has expired"),
}


def invariant_of(row: Transition) -> str:
    """Return the check case that a row belongs to; raises `KeyError` where nothing is expected."""
    return _found(row)[0].format(kind=row.kind)


def expectation(row: Transition) -> str:
    """Return why the row expects what it does, in words."""
    return _found(row)[1]


def _found(row: Transition) -> tuple[str, str]:
    return _BY_EVENT.get(row.event) or _BY_STATE[row.state]


JUDGED_ROWS = tuple(row for row in TRANSITIONS if row.expected in (Expected.YES, Expected.NO))
ALL = frozenset({USER_KEPT, *map(invariant_of, JUDGED_ROWS)})
LIVE = frozenset(one for one in ALL if one.startswith("lifecycle.live-accepted"))
