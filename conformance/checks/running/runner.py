"""Runs check cases against one service and keeps the journal; pytest is a shell around it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeGuard

from conformance.checks.catalogue import Check, CheckCase, Dated, Lifetimes
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.scenes import Scenes
from conformance.targets import (
    Code,
    Companions,
    Effort,
    Entry,
    Pending,
    Service,
    Timeline,
    Tokens,
    Window,
)
from conformance.targets.errors import TargetError
from conformance.targets.risk import objection
from conformance.targets.service.lockout import locked_out
from conformance.verdict import Inconclusive, Judgement, Outcome, judge
from conformance.verdict.exit import RISK

_DEEP_WAIT = 75.0  # seconds
_PROMPT = 5.0  # seconds within which an observation is not called late
_TOO_LATE = Judgement(
    Outcome.INCONCLUSIVE, "too late to judge: what was to happen in between has not happened"
)
_TO_NOTHING = (Outcome.VIOLATION, Outcome.INCONCLUSIVE)
_LOCKED_OUT = Judgement(
    Outcome.INCONCLUSIVE,
    "what yielded a token at the start is refused by now, as after too many mistakes",
    precondition="lockout",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What a timed check prepared, and when it is to be looked at; or why there is nothing."""

    value: Any
    window: Window | None
    judgement: Judgement | None = None


class Runner:
    """Prepares what needs time, runs check cases, and hands every judgement to the journal."""

    def __init__(
        self,
        service: Service,
        recorder: Recorder,
        pending: Pending | None = None,
        *,
        resuming: bool = False,
    ) -> None:
        self.service = service
        self.recorder = recorder
        self.timeline = Timeline(service.clock, _patience(service))
        self._scenes = Scenes(service, recorder)
        self._pending = pending
        self._resuming = resuming
        self._held: dict[str, Held] = {}
        self._earlier: dict[str, list[int]] = {}
        self._late: float | None = None
        self._check: Check | None = None

    def prepare(self, cases: Iterable[CheckCase]) -> None:
        """Prepare every timed case; what is due last comes first, so that the others stay fresh.

        Where a second grant ends the first (reading KMA-28) only one can be held at a time, so each
        case is prepared when its turn comes.
        """
        timed = [case for case in cases if case.check.hold and case.id not in self._held]
        timed = [case for case in timed if not self._taken_up(case)]
        if len(timed) > 1 and self._solitary():
            return
        for case in sorted(timed, key=self._due, reverse=True):
            with self.recorder.aside(case.id) as exchanges:
                self.service.reseed(case.id)
                self._held[case.id] = self._hold(case)
                self._earlier[case.id] = exchanges
        if timed:
            self.timeline.begin()

    def play(self, cases: Iterable[CheckCase]) -> None:
        """Have a browser begin to play what cases judge, while others run.

        Only on a server of ours: another may have one login or one grant of a user end the last.
        """
        played = [case for case in cases if case.check.scene]
        if played and self.service.live.kind == "embedded" and not self._solitary():
            self._scenes.begin(played)

    def window(self, case: CheckCase) -> Window | None:
        """Return when a prepared case is to be observed, by the target's clock; None: any time."""
        held = self._held.get(case.id)
        return held.window if held else None

    def run(self, case: CheckCase) -> Judgement:
        """Run one case, at its time if it has one, and return what came of it."""
        if case.check.hold:
            self.prepare((case,))
        self.recorder.begin(case.id)
        self.service.reseed(case.id)
        if case.check is not self._check:
            self.service.memory.turn()
            self._check = case.check
        self.service.loan.begin()
        self.service.memory.begin()
        self._late = None
        started = time.monotonic()
        judgement = self._judge(case)
        if judgement.outcome in _TO_NOTHING and self._fallen(case):
            judgement = self._judge_alone(case)
        if judgement.outcome is Outcome.VIOLATION and self._locked_out(case):
            judgement = _LOCKED_OUT
        if self._pending and judgement.outcome is not Outcome.PENDING:
            self._pending.drop(case.id)
        self._write(case, judgement, time.monotonic() - started)
        self.recorder.begin(None)
        return judgement

    def _fallen(self, case: CheckCase) -> bool:
        """Tell whether a case leaned on tokens that were ended by what others did."""
        return self._asked(case, self.service.loan.fallen)

    def _judge_alone(self, case: CheckCase) -> Judgement:
        """Judge a case once more, with tokens of its own and all that they show."""
        self.service.memory.forget()
        self.recorder.begin(case.id)
        self.service.reseed(case.id)
        return self._judge(case)

    def _locked_out(self, case: CheckCase) -> bool:
        """Tell whether a target that seems to break a rule lets nobody in any more."""
        return self._asked(case, lambda: locked_out(self.service))

    def _asked(self, case: CheckCase, question: Callable[[], bool]) -> bool:
        """Ask the target something that is no part of the evidence of what it did."""
        found: list[bool] = []
        with self.recorder.aside(case.id):
            judge(lambda: found.append(question()))  # the cap may be spent by now
        return found == [True]

    def _judge(self, case: CheckCase) -> Judgement:
        held = self._held.get(case.id, Held(None, None))
        if held.judgement:
            return held.judgement
        if held.window is None:
            return judge(lambda: self._attempt(case))
        try:
            judgement = self.timeline.observe(held.window, lambda: self._look(case))
        except TargetError as problem:
            return Judgement(Outcome.INCONCLUSIVE, str(problem), precondition="clock_control")
        if judgement.outcome is Outcome.PENDING and not _lasting(held.value):
            why = "it is due after this run, and no other run can go on with an open page"
            return Judgement(Outcome.INCONCLUSIVE, why, precondition="clock_control")
        return judgement

    def _look(self, case: CheckCase) -> Judgement:
        """Judge what is held by now; on the way here something may have happened to it."""
        held = self._held[case.id]
        seconds = held.window.late(self.service.clock.now()) if held.window else 0.0
        self._late = round(seconds, 1) if seconds > _PROMPT else None
        return held.judgement or judge(lambda: self._attempt(case, held.value))

    def _attempt(self, case: CheckCase, held: object = None) -> None:
        """Run a case, where its risk may be taken; raises what the case does.

        What the target's clock or pages do wrong is not the suite's fault.
        """
        against = objection(self.service.live, self.service.effort, case.check.risk)
        if against:
            raise Inconclusive(against, RISK)
        try:
            case(self.service, self._scenes.played(case) if case.check.scene else held)
        except TargetError as problem:
            raise Inconclusive(str(problem)) from None

    def _taken_up(self, case: CheckCase) -> bool:
        """Go on with what an earlier run has prepared.

        A server that was started for that run has forgotten it: a new run prepares it anew, and
        one that is resumed cannot come to a verdict.
        """
        entry = self._pending.entries.get(case.id) if self._pending else None
        if entry is None or (self.service.live.kind != "remote" and not self._resuming):
            return False
        if self.service.live.kind == "remote":
            value = entry.held(self.service.client, self.service.user)
            self._held[case.id] = Held(value, entry.window)
            self._await_midway(case, entry.midway)
        else:
            gone = Judgement(Outcome.INCONCLUSIVE, "the server that issued this has ended since")
            self._held[case.id] = Held(None, None, gone)
        return True

    def _solitary(self) -> bool:
        found: list[bool] = []
        judge(lambda: found.append(self.service.solitary))
        return found == [True]

    def _hold(self, case: CheckCase) -> Held:
        hold = case.check.hold
        if hold is None:
            raise ValueError(f"{case.id} is not timed")
        kept: list[Held] = []

        def hold_it() -> None:
            value = hold.prepare(self.service, **case.parameters)
            midway = case.midway(self._lifetimes(value), value.issued)
            kept.append(self._kept(case, value, midway))
            self._await_midway(case, midway)

        judgement = judge(hold_it)
        return kept[0] if kept else Held(None, None, judgement)

    def _kept(self, case: CheckCase, value: Dated, midway: Window | None) -> Held:
        """Hold a value, in the file of what is pending too."""
        touched = midway is None
        window = case.window(self._lifetimes(value), value.issued, touched=touched)
        if self._pending and not self.service.clock.movable and _lasting(value):
            self._pending.put(Entry.of(case.id, value, window, midway))
        return Held(value, window)

    def _await_midway(self, case: CheckCase, window: Window | None) -> None:
        if window:
            self.timeline.between(window, lambda: self._come_midway(case, window))

    def _come_midway(self, case: CheckCase, window: Window) -> None:
        """Do to what is held what is to happen to it between its preparation and the look at it."""
        hold, held = case.check.hold, self._held[case.id]
        if hold is None or hold.midway is None or held.judgement:
            return
        act, made, dice = hold.midway.act, [], self.service.random
        with self.recorder.aside(case.id) as exchanges:
            self.service.reseed(case.id)
            judgement = (
                _TOO_LATE
                if window.missed(self.service.clock.now())
                else judge(lambda: made.append(act(self.service, held.value, **case.parameters)))
            )
            self._earlier[case.id] = [*self._earlier.get(case.id, ()), *exchanges]
        self.service.random = dice
        kept = self._kept(case, made[0], None) if made else None
        self._held[case.id] = kept or Held(held.value, held.window, judgement)

    def _lifetimes(self, value: object) -> Lifetimes:
        """Return the lifetimes as what is held may tell them."""
        held = value.value if isinstance(value, Companions) else value
        told = held if isinstance(held, Code | Tokens) else None
        return partial(self.service.lifetime, held=told)

    def _due(self, case: CheckCase) -> float:
        return case.moment(self.service.contract.expected_lifetime)

    def _write(self, case: CheckCase, judgement: Judgement, duration: float) -> None:
        if self.recorder.journal is None:
            return
        held = self._held.get(case.id)
        self.recorder.journal.verdict(
            check=case.id,
            outcome=str(judgement.outcome),
            reason=judgement.reason,
            expected=judgement.expected,
            seen=judgement.seen,
            step=judgement.step,
            exchanges=[*self._earlier.get(case.id, ()), *self.recorder.exchanges],
            duration=round(duration, 4),
            precondition=judgement.precondition,
            clock=self.service.clock.name if case.check.ages else None,
            due=held.window.opens if held and held.window else None,
            late=self._late,
        )


def _lasting(held: object) -> TypeGuard[Code | Tokens | Companions]:
    """Tell whether another run can go on with what is held."""
    return isinstance(held, Code | Tokens | Companions)


def _patience(service: Service) -> float:
    """Return the longest wait inside a run; a deep run sits the minute-long ones out too."""
    wait = service.live.file.clock.wait
    return max(wait, _DEEP_WAIT) if service.effort is Effort.DEEP else wait
