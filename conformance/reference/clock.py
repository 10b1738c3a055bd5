"""The server's own time, which can be moved forward."""

from __future__ import annotations

import math
import threading
import time

FURTHEST = 100 * 366 * 86400.0


class Clock:
    """Real time plus an offset that only grows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Return how far ahead of real time this clock is, in seconds."""
        return self._offset

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        A negative step, one that is not a number, and one that leads more than a century ahead
        raise ValueError.
        """
        with self._lock:
            offset = self._offset + seconds
            if math.isnan(offset) or seconds < 0 or offset > FURTHEST:
                raise ValueError("the clock moves forward, by at most a century in all")
            self._offset = offset
