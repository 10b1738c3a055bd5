"""How much may be sent, and how fast."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

_PATIENCE = 3  # times in a row
_LONGEST_PAUSE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """What a target file allows: requests a second, requests a run, seconds, bytes."""

    rate: float | None = None
    requests: int = 20_000
    timeout: float = 10.0
    response_size: int = 2_000_000

    def among(self, workers: int) -> Limits:
        """Return the share of one of several workers, so that together they keep to these."""
        rate = self.rate / workers if self.rate else None
        return replace(self, rate=rate, requests=max(1, self.requests // workers))


class BudgetSpent(Exception):  # noqa: N818 - it is not an error: the run was told to stop here
    """The run may send no further request."""

    def __init__(self, requests: int) -> None:
        super().__init__(
            f"the cap of {requests} requests is reached; raise `requests` under [limits] to go on"
        )


class Budget:
    """A token bucket and a counter, shared by all doors of a run; safe for threads."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.spent = 0
        self._lock = threading.Lock()
        self._free_at = time.monotonic()
        self._refused = 0

    def share(self, workers: int) -> None:
        """Keep to one worker's share of the limits."""
        self.limits = self.limits.among(workers)

    def take(self) -> None:
        """Wait for this request's turn; raises `BudgetSpent`."""
        with self._lock:
            if self.spent >= self.limits.requests:
                raise BudgetSpent(self.limits.requests)
            self.spent += 1
            turn = max(self._free_at, time.monotonic())
            self._free_at = turn + (1 / self.limits.rate if self.limits.rate else 0)
        wait = turn - time.monotonic()
        if wait > 0:  # sleeping for nothing gives the processor away all the same
            time.sleep(wait)

    def calm(self) -> None:
        """Note that the target takes requests: the next time it does not is a first time."""
        self._refused = 0

    def back_off(self, retry_after: str | None, date: str | None = None) -> bool:
        """Let no door send for as long as the target asks; False: it is not worth waiting for.

        `retry_after` is the header of an answer that says "not now" (RFC 9110 section 10.2.3), and
        `date` its Date: the target's clock may have been moved.
        Without one the pause doubles each time. A target that says so again and again is left
        alone with it, so that one which never says anything else ends in time.
        """
        with self._lock:
            pause = _seconds(retry_after, date) if retry_after else 2.0**self._refused
            self._refused += 1
            if self._refused > _PATIENCE or pause > _LONGEST_PAUSE:
                return False
            self._free_at = max(self._free_at, time.monotonic() + pause)
            return True


def _seconds(retry_after: str, date: str | None) -> float:
    """Return how many seconds a header Retry-After asks for, given as such or as a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        now = parsedate_to_datetime(date).timestamp() if date else time.time()
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now)
    except (ValueError, OverflowError):
        return 1.0
