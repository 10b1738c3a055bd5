"""Many trials: what each is spared, and which process it is tried in."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain, cycle, islice, repeat
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.contract import load
from conformance.faults.catalogue import Fault, find
from conformance.faults.prove import HEALTHY, Prover, Trial
from conformance.faults.reach import Reach, spared
from conformance.targets import Effort

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

_MANY = 8  # faults, from which it pays to find out first which cases each can concern

_Work = tuple[int, str, frozenset[str]]  # a seed, a fault, and the cases that it is spared


def trials(
    prover: Prover, faults: Iterable[Fault], *, seeds: Iterable[int] = (0,), workers: int = 1
) -> Iterator[Trial]:
    """Try every fault with every seed, in their order; more than one worker are processes.

    Where there are many, each is judged by the cases alone that it can concern. What a browser
    shows has one more worker to itself: that one waits nearly all of its time.
    """
    asked, rounds = tuple(faults), tuple(seeds)
    if workers == 1:
        work = _work(prover, asked, rounds, partial(map, prover.reached))
        yield from (prover.trial(_found(fault), seed, spared) for seed, fault, spared in work)
        return
    shown = {found.id for found in asked if prover.is_shown(found)}
    with pool(prover, [None]) as waiting, pool(prover, kept_to(workers)) as working:
        ready = list(_work(prover, asked, rounds, partial(working.map, _reached, chunksize=8)))
        played = waiting.map(_tried, [one for one in ready if one[1] in shown])
        judged = working.map(_tried, [one for one in ready if one[1] not in shown])
        yield from (next(played if fault in shown else judged) for _, fault, _ in ready)


def _work(
    prover: Prover,
    asked: Sequence[Fault],
    rounds: Iterable[int],
    found_out: Callable[..., Iterable[Reach]],
) -> Iterator[_Work]:
    """Yield the trials; what cases come to is found out where enough faults make up for it."""
    for seed in rounds:
        units = prover.units if len(asked) >= _MANY else ()
        reach = dict(chain.from_iterable(map(dict.items, found_out(units, repeat(seed)))))
        yield from ((seed, found.id, spared(found, reach)) for found in asked)


def cores() -> Sequence[int | None]:
    """Return the cores that this process may use; where the system names none, as many `None`."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return [None] * (os.cpu_count() or 1)


def kept_to(workers: int) -> Sequence[int | None]:
    """Return the core that each worker keeps to, or `None` for each where some core is left over.

    A worker's threads, those of a server and of its client, take turns. Spread over all cores they
    push the next worker aside while another core has nothing to do.
    """
    there = cores()
    return [*islice(cycle(there), workers)] if len(there) <= workers else [None] * workers


def pool(prover: Prover, kept: Sequence[int | None]) -> ProcessPoolExecutor:
    """Return a pool with a worker for each core that is kept to."""
    context = get_context("spawn")
    free: SimpleQueue[int | None] = context.SimpleQueue()
    for core in kept:
        free.put(core)
    told = (prover.contract.folder, prover.effort, free)
    return ProcessPoolExecutor(len(kept), context, _begin, told)


_provers: list[Prover] = []


# Faults that break the server on purpose fill no log.
logging.getLogger("conformance.reference").addHandler(logging.NullHandler())


def _begin(folder: Path, effort: Effort, free: SimpleQueue[int | None]) -> None:
    """Take a core, and load everything once; what is loaded is never garbage."""
    if (core := free.get()) is not None:
        os.sched_setaffinity(0, {core})
    _provers.append(Prover(load(folder), effort=effort))
    gc.freeze()


def _reached(unit: tuple[str, ...], seed: int) -> Reach:
    return _provers[0].reached(unit, seed)


def _tried(work: _Work) -> Trial:
    seed, fault_id, spared = work
    return _provers[0].trial(_found(fault_id), seed, spared)


def _found(fault_id: str) -> Fault:
    return HEALTHY if fault_id == HEALTHY.id else find(fault_id)
