"""The life of codes and tokens as a table: no I/O, no HTTP, no clock."""

from conformance.lifecycle.table import TRANSITIONS, Event, Expected, Kind, State, Transition, after

__all__ = ["TRANSITIONS", "Event", "Expected", "Kind", "State", "Transition", "after"]
