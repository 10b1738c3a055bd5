"""What the proof costs a fault, and what a second worker saves."""

from __future__ import annotations

from pathlib import Path

from conformance.contract import find, load
from conformance.faults.catalogue import faults
from conformance.faults.prove import Prover
from conformance.faults.workers import trials
from conformance.tests.benchmarks.figure import Figure, ratio_of, side_by_side

_FAULTS = 96
_LIMIT = 1 / 1.7


def measure(_folder: Path) -> Figure:
    """Prove some faults with two workers, and with one."""
    prover = Prover(load(find("kitchenmonki")))
    every = list(faults().values())
    chosen = every[:: len(every) // _FAULTS][:_FAULTS]
    times = side_by_side(
        lambda: list(trials(prover, chosen, workers=2)),
        lambda: list(trials(prover, chosen, workers=1)),
        rounds=2,
    )
    ratio, spread = ratio_of(*times)
    details = {"seconds a fault": times[0][0] / len(chosen)}
    return Figure("prove", "`prove -n 2` over `prove -n 1`", ratio, spread, _LIMIT, details)
