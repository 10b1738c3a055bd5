"""Prints the table of the README: which faults this suite finds, and which plain schemathesis.

Both judge the same running server, one after the other. A fault is found by this suite where a
check turns red, and by schemathesis where it complains of something that it does not complain of on
the healthy server.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.faults.catalogue import Fault, faults
from conformance.faults.prove import HEALTHY, Prover
from conformance.targets import start
from conformance.tests.versus.plain import Complaint, complaints
from conformance.verdict import Outcome

_SEEDS = (1, 2)  # of the healthy server's runs: what one of them complains of is a false alarm


@dataclass(frozen=True)
class Bout:
    """What came of one server: red check cases, schemathesis' complaints, and the seconds."""

    fault: str
    red: frozenset[str]
    complaints: frozenset[Complaint]
    ours: float
    theirs: float


def bout(prover: Prover, fault: Fault, seed: int = _SEEDS[0]) -> Bout:
    """Let both judge one server, over its socket."""
    with start(None, prover.contract, decisions=fault.decisions()) as live:
        began = time.monotonic()
        judged = survey(live, prover.asked_about(fault), seed=seed)
        between = time.monotonic()
        found = complaints(live, seed)
        ended = time.monotonic()
    red = frozenset(case for case, one in judged.items() if one.outcome is Outcome.VIOLATION)
    return Bout(fault.id, red, found, between - began, ended - between)


def table(bouts: Sequence[Bout], healthy: Sequence[Bout]) -> Iterator[str]:
    """Yield the lines of the table, a row for each module of the bank."""
    alarms = frozenset().union(*(one.complaints for one in healthy))
    red = frozenset().union(*(one.red for one in healthy))
    yield "| faults of | tried | found by this suite | found by schemathesis |"
    yield "| --- | --- | --- | --- |"
    groups: dict[str, list[Bout]] = {}
    for one in bouts:
        groups.setdefault(one.fault.partition(".")[0], []).append(one)
    for name, group in (*sorted(groups.items()), ("**all**", list(bouts))):
        found = sum(bool(one.red) for one in group)
        seen = sum(bool(one.complaints - alarms) for one in group)
        yield f"| {name} | {len(group)} | {found} | {seen} |"
    yield f"| false alarms on the healthy server | | {len(red)} | {len(alarms)} |"
    times = len(bouts) + len(healthy)
    ours = sum(one.ours for one in (*bouts, *healthy)) / times
    theirs = sum(one.theirs for one in (*bouts, *healthy)) / times
    yield f"| seconds a server, side by side | | {ours:.1f} | {theirs:.1f} |"


def sample(prover: Prover, size: int) -> list[Fault]:
    """Return some faults of the contract, the same ones each time; all of them for 0."""
    bank = list(filter(prover.concerns, faults().values()))
    random.Random(1).shuffle(bank)  # noqa: S311 - it must repeat, not surprise
    return bank[:size] if size else bank


def main() -> None:
    """Judge the healthy server and the faulty ones, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contract", default="kitchenmonki")
    parser.add_argument("--sample", type=int, default=40, help="how many faults; 0 for all")
    parser.add_argument("-n", "--workers", type=int, default=2)
    asked = parser.parse_args()
    prover = Prover(load(find(asked.contract)))
    chosen = sample(prover, asked.sample)
    with ThreadPoolExecutor(asked.workers) as pool:
        healthy = pool.map(lambda seed: bout(prover, HEALTHY, seed), _SEEDS)
        bouts = pool.map(lambda one: bout(prover, one), chosen)
        seen = []
        for one in bouts:
            print(f"{one.fault}: {len(one.red)} red, {sorted(one.complaints)}", flush=True)  # noqa: T201
            seen.append(one)
        print("\n".join(table(seen, list(healthy))))  # noqa: T201


if __name__ == "__main__":
    main()
