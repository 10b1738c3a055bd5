"""Whole runs: over the wait they chose, over plain schemathesis, and what memory they take."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conformance.checks import catalogue
from conformance.contract import Contract, find, load
from conformance.evidence import read
from conformance.targets.description.file import read as read_target
from conformance.tests.benchmarks.figure import Figure, ratio_of, seconds, side_by_side
from conformance.tests.benchmarks.server import COMMAND, called, distant, served
from conformance.verdict.results import round_trips, span

_CONTRACT = "kitchenmonki"
_WAIT = 40.0  # what a target file says by default
_WAITING_LIMIT = 1.10
_LATENCY = 0.1  # seconds
_LATENCY_LIMIT = 1.5
_WORKERS_LIMIT = 0.6
_WALL_LIMIT = 1.0
_MEMORY_LIMIT = 2.0
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_UNJUDGED = ("pending", "inconclusive", "not_selected")


def measure_waiting(folder: Path) -> Figure:
    """Judge everything that fits into one wait, on a clock that nobody moves."""
    wall = seconds(lambda: called("run", "--clock", "real", "--out", "real", folder=folder))
    longest = _longest_wait(load(find(_CONTRACT)), folder / "real" / "journal.jsonl")
    sentence = "`conformance run --clock real` over the longest wait that it sat out"
    details = {"seconds": wall, "longest wait": longest}
    return Figure("waiting", sentence, wall / longest, 0.0, _WAITING_LIMIT, details)


def measure_latency(folder: Path) -> Figure:
    """Judge a server that is far away: what matters there is how many round trips it takes."""
    with distant(folder, _LATENCY) as file:
        wall = seconds(lambda: called("run", "--target", str(file), "--out", "far", folder=folder))
    trips = round_trips(map(span, read(folder / "far" / "journal.jsonl").exchanges))
    sentence = "a run with 100 ms of latency over its round trips, one after the other"
    details = {"seconds": wall, "round trips": trips}
    return Figure("latency", sentence, wall / (trips * _LATENCY), 0.0, _LATENCY_LIMIT, details)


def measure_workers(folder: Path) -> Figure:
    """Judge a server that is far away with four workers, and with one."""
    with distant(folder, _LATENCY) as file:
        judge = ("run", "--target", str(file), "--effort", "smoke", "--out", "far")
        times = side_by_side(
            lambda: called(*judge, "-n", "4", folder=folder),
            lambda: called(*judge, folder=folder),
            rounds=1,
        )
    sentence = "`run -n 4` over `run -n 1`, with 100 ms of latency"
    details = {"seconds": times[0][0], "seconds of one": times[1][0]}
    return Figure("workers", sentence, *ratio_of(*times), _WORKERS_LIMIT, details)


def measure_default(folder: Path) -> Figure:
    """Run the suite as it comes, and schemathesis as it comes, against the same kind of server."""
    contract = load(find(_CONTRACT))
    with served(folder) as file:
        url = str(read_target(str(file)).endpoints.api)
        description = str(contract.folder / "openapi.yaml")
        plain = (sys.executable, "-m", "schemathesis.cli", "run", description, "--url", url)
        times = side_by_side(
            lambda: called("run", "--out", "default", folder=folder),
            lambda: subprocess.run(plain, cwd=folder, capture_output=True, check=False),  # noqa: S603 - our own
            rounds=3,
        )
    sentence = "`conformance run` over plain `schemathesis run`"
    details = {"seconds": min(times[0]), "seconds of schemathesis": min(times[1])}
    return Figure("default", sentence, *ratio_of(*times), _WALL_LIMIT, details)


def measure_memory(folder: Path) -> Figure:
    """Compare what a deep run takes at most with what a default one takes."""
    deep = _peak(folder, "--effort", "deep", "--out", "deep")
    default = _peak(folder, "--out", "default")
    sentence = "the memory of a deep run over that of a default one, of a seventh of its requests"
    details = {"megabytes": deep / 1024}
    return Figure("memory", sentence, deep / default, 0.0, _MEMORY_LIMIT, details)


def _peak(folder: Path, *arguments: str) -> int:
    """Return how many kilobytes a run held at once, without the browser that it may start.

    A child begins with what its parent holds (getrusage(2)), so a small one stands between.
    """
    done = subprocess.run(  # noqa: S603 - our own command line
        (sys.executable, "-c", _MEASURED, *COMMAND, "run", *arguments),
        cwd=folder,
        env={**os.environ, "CONFORMANCE_BROWSER": "/none"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def _longest_wait(contract: Contract, journal: Path) -> float:
    """Return how long after its preparation the last timed case was due that was waited for.

    What falls due while a slow machine is still busy with the others was not chosen.
    """
    judged = {line["check"] for line in read(journal).verdicts if line["outcome"] not in _UNJUDGED}
    timed = (case for case in catalogue.cases(contract) if case.check.hold and case.id in judged)
    moments = (case.moment(contract.expected_lifetime) for case in timed)
    return max(moment for moment in moments if moment <= _WAIT)
