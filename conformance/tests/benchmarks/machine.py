"""How quiet the machine is: the same sum again and again."""

from __future__ import annotations

import statistics
import time

_ROUNDS = 40
_NUMBERS = range(200_000)


def noise() -> dict[str, float]:
    """Return by how much equal work differs, and which part of a core it gets."""
    wall, own = time.perf_counter(), time.process_time()
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        sum(_NUMBERS)
        times.append(time.perf_counter() - started)
    share = (time.process_time() - own) / (time.perf_counter() - wall)
    low, _, high = statistics.quantiles(times, n=4)
    return {"spread": (high - low) / statistics.median(times), "share of a core": share}
