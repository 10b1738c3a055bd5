"""A fault -> which check cases it turns red, and whether the directed ones are those it names."""

from __future__ import annotations

import gc
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, filterfalse, repeat
from multiprocessing import get_context
from pathlib import Path

from conformance.checks import catalogue
from conformance.checks.catalogue import CheckCase
from conformance.checks.survey import survey
from conformance.contract import Contract, Level, load
from conformance.faults.catalogue import Fault, find
from conformance.faults.reach import Reach, spared, watched
from conformance.reference import Decisions
from conformance.targets import Effort, start
from conformance.targets.live import start_in_process
from conformance.verdict import Judgement, Outcome
from conformance.verdict.exit import BROWSER

_GENERATED = ("generated.", "lifecycle.")
_NO_SOCKET = "raw_http"
_NONE: frozenset[str] = frozenset()
_MANY = 8  # faults, from which it pays to find out first which cases each can concern

_Work = tuple[int, str, frozenset[str]]  # a seed, a fault, and the cases that it is spared

HEALTHY = Fault("healthy", "Nothing is wrong.", (), {})
"""What a server without any fault is tried as: nothing may turn red."""


@dataclass(frozen=True)
class Trial:
    """What the suite said of a server with one fault; `named` are the cases that it must redden.

    `generated` are the cases of generated requests that turned red. They depend on dice, so that no
    fault names them. `unseen` are those that a machine without a browser could not judge.
    """

    fault: str
    seed: int
    red: frozenset[str]
    named: frozenset[str]
    generated: frozenset[str]
    unseen: frozenset[str]
    broken: Mapping[str, str]
    seconds: float

    @property
    def missed(self) -> frozenset[str]:
        """Return the cases that were named and stayed green: the checks are blunt."""
        return self.named - self.red - self.unseen

    @property
    def unnamed(self) -> frozenset[str]:
        """Return the cases that turned red without being named: the checks are imprecise."""
        return self.red - self.named

    @property
    def survived(self) -> bool:
        """Tell whether nothing at all turned red of what could."""
        return not self.red and not self.named <= self.unseen

    @property
    def exact(self) -> bool:
        """Tell whether the fault was found by just the cases that it names."""
        return not (self.survived or self.missed or self.unnamed or self.broken)


class Prover:
    """Runs the directed checks of one contract against servers with faults."""

    def __init__(self, contract: Contract, *, effort: Effort = Effort.GATE) -> None:
        self.contract = contract
        self.effort = effort

    @cached_property
    def cases(self) -> tuple[CheckCase, ...]:
        """Return the directed cases that can be red; a browser's and generated ones stand apart."""
        apart = {case.id for case in (*self.browser, *self.generated)}
        return tuple(case for case in self._grave if case.id not in apart)

    @cached_property
    def browser(self) -> tuple[CheckCase, ...]:
        """Return the cases that a browser plays; they take seconds, where others take none."""
        return tuple(case for case in self._grave if case.check.scene)

    @cached_property
    def generated(self) -> tuple[CheckCase, ...]:
        """Return the cases of generated requests that can be red."""
        return tuple(filter(_is_generated, self._grave))

    @cached_property
    def _grave(self) -> tuple[CheckCase, ...]:
        found, level_of = catalogue.cases(self.contract), self.contract.level_of
        return tuple(case for case in found if level_of(case.id) is not Level.INFO)

    @cached_property
    def _by_id(self) -> Mapping[str, CheckCase]:
        return {case.id: case for case in self._grave}

    def concerns(self, fault: Fault) -> bool:
        """Tell whether a fault breaks something that the contract asks for."""
        possible = fault.contract in (None, self.contract.name)
        return possible and bool(self._expected(fault, self._grave))

    def trial(self, fault: Fault, seed: int = 0, spared: frozenset[str] = _NONE) -> Trial:
        """Judge a server that has a fault; the cases that it cannot concern may be spared."""
        started = time.monotonic()
        asked = self.asked_about(fault)
        concerned = [case for case in (*asked, *self.generated) if case.id not in spared]
        judged = self.judge(fault.decisions, seed, concerned)
        red = _with(judged, Outcome.VIOLATION).keys()
        generated = {case.id for case in self.generated}
        return Trial(
            fault=fault.id,
            seed=seed,
            red=frozenset(red - generated),
            named=self._expected(fault, asked),
            unseen=frozenset(case for case, one in judged.items() if one.precondition == BROWSER),
            generated=frozenset(red & generated),
            broken=_with(judged, Outcome.ERROR),
            seconds=time.monotonic() - started,
        )

    def asked_about(self, fault: Fault) -> tuple[CheckCase, ...]:
        """Return the directed cases that judge a fault: a browser's only where it names one."""
        return (*self.cases, *self.browser) if self.is_shown(fault) else self.cases

    def is_shown(self, fault: Fault) -> bool:
        """Tell whether a fault is one that only a browser shows."""
        return bool(self._expected(fault, self.browser))

    def _expected(self, fault: Fault, cases: Iterable[CheckCase]) -> frozenset[str]:
        return fault.expected((case.id for case in cases), self.contract.name)

    @cached_property
    def units(self) -> tuple[tuple[str, ...], ...]:
        """Return the cases by their ids, those of generated requests with what they share."""
        campaigns: dict[str, list[str]] = defaultdict(list)
        for case in self.generated:
            campaigns[case.company].append(case.id)
        return (*((case.id,) for case in self.cases), *map(tuple, campaigns.values()))

    def reached(self, unit: Iterable[str], seed: int = 0) -> Reach:
        """Return which decisions a healthy server takes that cases ask alone, taken for one."""
        taken: set[str] = set()
        self.judge(watched(taken), seed, [self._by_id[case_id] for case_id in unit])
        return dict.fromkeys(unit, frozenset(taken))

    def judge(
        self,
        decisions: Callable[[], Decisions] = Decisions,
        seed: int = 0,
        cases: Sequence[CheckCase] | None = None,
    ) -> dict[str, Judgement]:
        """Judge a server in this thread, by default by all directed cases.

        A few generated requests and walks get a second server, what needs sockets one that has
        them.
        """
        asked = self.cases if cases is None else cases
        drawn = list(filter(_is_generated, asked))
        directed = list(filterfalse(_is_generated, asked))
        judged: dict[str, Judgement] = {}
        for some, effort in ((directed, self.effort), (drawn, Effort.SMOKE)):
            if some:
                with closing(start_in_process(self.contract, decisions())) as near:
                    judged |= survey(near, some, effort=effort, seed=seed)
        left = [case for case in asked if judged[case.id].precondition == _NO_SOCKET]
        if left:
            with start(None, self.contract, decisions=decisions()) as live:
                judged |= survey(live, left, effort=self.effort, seed=seed)
        return judged


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
    with _pool(prover, 1) as waiting, _pool(prover, workers) as working:
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


def _pool(prover: Prover, workers: int) -> ProcessPoolExecutor:
    told = (prover.contract.folder, prover.effort)
    return ProcessPoolExecutor(workers, get_context("spawn"), _begin, told)


_provers: list[Prover] = []


# Faults that break the server on purpose fill no log.
logging.getLogger("conformance.reference").addHandler(logging.NullHandler())


def _begin(folder: Path, effort: Effort) -> None:
    """Load everything once; what is loaded is never garbage."""
    _provers.append(Prover(load(folder), effort=effort))
    gc.freeze()


def _reached(unit: tuple[str, ...], seed: int) -> Reach:
    return _provers[0].reached(unit, seed)


def _tried(work: _Work) -> Trial:
    seed, fault_id, spared = work
    return _provers[0].trial(_found(fault_id), seed, spared)


def _found(fault_id: str) -> Fault:
    return HEALTHY if fault_id == HEALTHY.id else find(fault_id)


def _is_generated(case: CheckCase) -> bool:
    return case.id.startswith(_GENERATED)


def _with(judged: Mapping[str, Judgement], outcome: Outcome) -> dict[str, str]:
    return {case: one.reason for case, one in judged.items() if one.outcome is outcome}
