"""A stretch of the target's time in which something is to be observed."""

from __future__ import annotations

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

    def missed(self, now: float) -> bool:
        """Tell whether the moment has passed."""
        return self.closes is not None and now > self.closes
