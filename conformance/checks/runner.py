"""Runs check cases against one service and keeps the journal; pytest is a shell around it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from conformance.checks.catalogue import CheckCase
from conformance.evidence import Journal, Redactor
from conformance.targets import (
    Client,
    Effort,
    Entry,
    LiveTarget,
    Pending,
    Service,
    Timeline,
    Window,
)
from conformance.targets.errors import TargetError
from conformance.verdict import Inconclusive, Judgement, Outcome, judge
from conformance.wire import Exchange

_DEEP_WAIT = 75.0  # seconds


@dataclass(frozen=True, slots=True)
class Held:
    """What a timed check prepared, and when it is to be looked at; or why there is nothing."""

    value: Any
    window: Window | None
    judgement: Judgement | None = None


class Recorder:
    """Writes down every exchange as it happens, under the check that caused it."""

    def __init__(self, live: LiveTarget, redactor: Redactor, journal: Journal | None) -> None:
        self.live = live
        self.redactor = redactor
        self.journal = journal
        self.current: str | None = None
        self.exchanges: list[int] = []
        for secret, kind in declared_secrets(live):
            redactor.register(secret, kind, name=kind)
        live.wire.listeners.append(self.record)

    def begin(self, case_id: str | None) -> None:
        """Attribute what follows to a check case."""
        self.current, self.exchanges = case_id, []

    def record(self, exchange: Exchange) -> None:
        """Learn the secrets in an exchange and write it, without them, into the journal."""
        self.exchanges.append(exchange.number)
        if self.journal:
            self.redactor.learn(exchange)
            self.journal.exchange(exchange, self.current, self.live.clock.ahead)

    def observe(self, name: str, value: object) -> None:
        """Write down something that was measured."""
        if self.journal:
            self.journal.observation(name, value)


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
        self._pending = pending
        self._resuming = resuming
        self._held: dict[str, Held] = {}
        self._earlier: dict[str, list[int]] = {}

    def prepare(self, cases: Iterable[CheckCase]) -> None:
        """Prepare every timed case; the longest-lived first, so that the short-lived stay fresh.

        Where a second grant ends the first (reading KMA-28) only one can be held at a time, so each
        case is prepared when its turn comes.
        """
        timed = [case for case in cases if case.check.hold and case.id not in self._held]
        timed = [case for case in timed if not self._taken_up(case)]
        if len(timed) > 1 and self._solitary():
            return
        for case in sorted(timed, key=self._lifetime, reverse=True):
            self.recorder.begin(case.id)
            self.service.reseed(case.id)
            self._held[case.id] = self._hold(case)
            self._earlier[case.id] = self.recorder.exchanges
        if timed:
            self.timeline = Timeline(self.service.clock, _patience(self.service))
        self.recorder.begin(None)

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
        started = time.monotonic()
        judgement = self._judge(case)
        if self._pending and judgement.outcome is not Outcome.PENDING:
            self._pending.drop(case.id)
        self._write(case, judgement, time.monotonic() - started)
        self.recorder.begin(None)
        return judgement

    def _judge(self, case: CheckCase) -> Judgement:
        held = self._held.get(case.id, Held(None, None))
        if held.judgement:
            return held.judgement
        if held.window is None:
            return judge(lambda: self._attempt(case))
        try:
            return self.timeline.observe(
                held.window, lambda: judge(lambda: self._attempt(case, held.value))
            )
        except TargetError as problem:
            return Judgement(Outcome.INCONCLUSIVE, str(problem), precondition="clock_control")

    def _attempt(self, case: CheckCase, held: object = None) -> None:
        """Run a case; what the target's clock or pages do wrong is not the suite's fault."""
        try:
            case(self.service, held)
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
            held = entry.held(self.service.client, self.service.user)
            self._held[case.id] = Held(held, entry.window)
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
        made: list[Any] = []
        judgement = judge(lambda: made.append(hold.prepare(self.service, **case.parameters)))
        if not made:
            return Held(None, None, judgement)
        window = case.window(partial(self.service.lifetime, held=made[0]), made[0].issued)
        if self._pending and not self.service.clock.movable:
            self._pending.put(Entry.of(case.id, made[0], window))
        return Held(made[0], window)

    def _lifetime(self, case: CheckCase) -> float:
        hold = case.check.hold
        return self.service.contract.expected_lifetime(hold.lifetime).seconds if hold else 0.0

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
            clock=self.service.clock.name if held else None,
            due=held.window.opens if held and held.window else None,
        )


def _patience(service: Service) -> float:
    """Return the longest wait inside a run; a deep run sits the minute-long ones out too."""
    wait = service.live.file.clock.wait
    return max(wait, _DEEP_WAIT) if service.effort is Effort.DEEP else wait


def declared_secrets(live: LiveTarget) -> Iterable[tuple[str, str]]:
    """Yield the secrets that the target file declares, each with a name for it."""
    for role in ("client", "other_client", "service_client", "public_client"):
        client: Client | None = live.client(role)
        if client and client.secret:
            yield client.secret, "client-secret" if role == "client" else f"client-secret ({role})"
    for name, value in live.file.http.headers.items():
        yield value, f"header {name}"
    for role in ("user", "other_user"):
        user = live.user(role)
        if user:
            yield user.password, "password" if role == "user" else f"password ({role})"
