"""Locust's statistics -> observations: how fast the service was, which is judged by nobody."""

from __future__ import annotations

from collections.abc import Mapping

from locust.env import Environment
from locust.stats import StatsEntry

_SHARES: Mapping[str, float] = {"median": 0.5, "90%": 0.9, "99%": 0.99, "100%": 1.0}


def measured(environment: Environment) -> Mapping[str, object]:
    """Return throughput, and latencies in milliseconds by what was asked."""
    total = environment.stats.total
    asked = sorted(environment.stats.entries.items())
    if total.last_request_timestamp is None:
        return {}
    return {
        "load.seconds": round(total.last_request_timestamp - total.start_time, 1),
        "load.requests_per_second": round(total.total_rps, 1),
        **{f"load.latency.{method} {name}": _latency(one) for (name, method), one in asked},
        **{
            f"load.error.{one.method} {one.name}: {one.error}": one.occurrences
            for one in environment.stats.errors.values()
        },
    }


def _latency(entry: StatsEntry) -> Mapping[str, float]:
    return {name: entry.get_response_time_percentile(share) for name, share in _SHARES.items()}
