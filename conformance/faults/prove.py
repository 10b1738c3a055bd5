"""A fault -> which check cases it turns red, and whether the directed ones are those it names."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import filterfalse

from conformance.checks import catalogue
from conformance.checks.catalogue import CheckCase
from conformance.checks.running.survey import survey
from conformance.contract import Contract, Level
from conformance.faults.catalogue import Fault
from conformance.faults.reach import Reach, watched
from conformance.reference import Decisions
from conformance.targets import Effort, start
from conformance.targets.live import start_in_process
from conformance.verdict import Judgement, Outcome
from conformance.verdict.exit import BROWSER

_GENERATED = ("generated.", "lifecycle.")
_NO_SOCKET = "raw_http"
_NONE: frozenset[str] = frozenset()

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


def _is_generated(case: CheckCase) -> bool:
    return case.id.startswith(_GENERATED)


def _with(judged: Mapping[str, Judgement], outcome: Outcome) -> dict[str, str]:
    return {case: one.reason for case, one in judged.items() if one.outcome is outcome}
