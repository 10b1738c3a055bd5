"""How much a run may cost a target."""

from __future__ import annotations

import enum


class Effort(enum.IntEnum):
    """Smoke in seconds, gate for every change, deep for a release."""

    SMOKE = 0
    GATE = 1
    DEEP = 2

    @classmethod
    def named(cls, name: str) -> Effort:
        """Return the effort with this name, in any case; raises `KeyError`."""
        return cls[name.upper()]
