"""A stretch of the target's time in which something is to be observed."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """When something was made: between the request's start and the answer's end.

    Both are seconds since the epoch by the target's clock, as far as we know it.
    """

    sent: float
    received: float


@dataclass(frozen=True, slots=True)
class Window:
    """From when and until when an observation says what it should; seconds since the epoch."""

    opens: float
    closes: float | None = None

    @property
    def aim(self) -> float:
        """Return when the observation has to begin, so that there is time for the answer."""
        return math.inf if self.closes is None else (self.opens + self.closes) / 2

    def late(self, now: float) -> float:
        """Return how many seconds ago the moment came."""
        return max(0.0, now - self.opens)

    def missed(self, now: float) -> bool:
        """Tell whether the moment has passed."""
        return self.closes is not None and now > self.closes
