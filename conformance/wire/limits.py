"""How much may be sent, and how fast."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a target file allows: requests a second, requests a run, seconds, bytes."""

    rate: float | None = None
    requests: int = 20_000
    timeout: float = 10.0
    response_size: int = 2_000_000


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
