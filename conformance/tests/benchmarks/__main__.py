"""`python -m conformance.tests.benchmarks [NAME …]`: measure, compare, and keep what was found."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from conformance.tests.benchmarks import campaign, exchange, page, proving, reports, runs, startup
from conformance.tests.benchmarks.figure import Figure
from conformance.tests.benchmarks.machine import noise

_BENCHMARKS: Mapping[str, Callable[[Path], Figure]] = {
    "exchange": exchange.measure,
    "help": startup.measure_help,
    "collection": startup.measure_collection,
    "report": reports.measure,
    "waiting": runs.measure_waiting,
    "default": runs.measure_default,
    "latency": runs.measure_latency,
    "workers": runs.measure_workers,
    "generated": campaign.measure_generated,
    "faults": campaign.measure_faults,
    "memory": runs.measure_memory,
    "prove": proving.measure,
}


def main() -> int:
    """Measure what is named, or everything; return 1 where something is worse than allowed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_BENCHMARKS))
    parser.add_argument("--out", type=Path, help="write figures.json and page.md here")
    parser.add_argument("--kept", type=Path, default=Path("reports/benchmarks/figures.json"))
    given = parser.parse_args()
    figures = [_told(_BENCHMARKS[name]) for name in given.names or _BENCHMARKS]
    problems = list(page.worse(figures, given.kept))
    if given.out:
        page.write(given.out, figures, noise())
    sys.stdout.writelines(f"worse: {line}\n" for line in problems)
    return 1 if problems else 0


def _told(measure: Callable[[Path], Figure]) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        figure = measure(Path(folder))
    told = ", ".join(f"{name} {value:.3g}" for name, value in figure.details.items())
    sys.stdout.write(f"{figure.name}: {figure.ratio:.2f} ({figure.spread:.0%}; {told})\n")
    sys.stdout.flush()
    return figure


if __name__ == "__main__":
    sys.exit(main())
