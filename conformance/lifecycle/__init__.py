"""The life of codes and tokens as a table: no I/O, no HTTP, no clock."""

from conformance.lifecycle.life import Life
from conformance.lifecycle.table import (
    TRANSITIONS,
    USED_ONCE,
    Event,
    Expected,
    Kind,
    State,
    Transition,
    after,
)

__all__ = [
    "TRANSITIONS",
    "USED_ONCE",
    "Event",
    "Expected",
    "Kind",
    "Life",
    "State",
    "Transition",
    "after",
]
