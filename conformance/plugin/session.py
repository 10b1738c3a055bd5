"""What a run of checks holds: the contract at once, the live target from `start` on."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from conformance import contract as contracts
from conformance.checks import catalogue
from conformance.checks.catalogue import CheckCase
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.runner import Runner
from conformance.checks.running.selection import BadShard, Selection, Shard, UnknownId
from conformance.contract import Contract, ContractError
from conformance.evidence import Journal, JournalError, Redactor
from conformance.evidence.record import COUNTED
from conformance.evidence.visible import visible
from conformance.plugin.header import header
from conformance.targets import Effort, LiveTarget, Pending, Service, TargetFile, start
from conformance.targets.clock import RealClock
from conformance.targets.description.file import read
from conformance.targets.errors import TargetError
from conformance.targets.leavings import Leavings
from conformance.targets.pending import mark
from conformance.targets.preflight import preflight, skew, yields_a_token
from conformance.targets.startup.embedded import told_lifetimes
from conformance.verdict import Outcome, Verdict, judge
from conformance.verdict import baseline as baselines
from conformance.verdict.baseline import Baseline, BaselineError, whose
from conformance.verdict.table import Shown, shown, verdict_of
from conformance.wire import BudgetSpent, Exchange

_KEY = pytest.StashKey["Session"]()
Amended = Callable[[Contract, TargetFile | None], Contract]

_DEFAULT_CONTRACT = "kitchenmonki"
_OWN_SHARE = 2.0  # what we do with an answer takes longer than to get it


@dataclass(frozen=True)
class Options:
    """What a user asks for."""

    target: str | None = None
    contract: str | None = None
    effort: str = "gate"
    only: tuple[str, ...] = ()
    clock: str | None = None
    seed: int | None = None
    journal: str | None = None
    pending: str | None = None
    done: tuple[str, ...] = ()
    strict: bool = False
    baseline: str | None = None
    shard: str | None = None
    soak: Mapping[str, Any] | None = None
    worker: str = ""
    workers: int = 1

    @classmethod
    def of(cls, config: pytest.Config) -> Options:
        """Return the options of a pytest command line."""
        option = config.getoption
        worker: dict[str, Any] = getattr(config, "workerinput", {})
        return cls(
            target=option("--target"),
            contract=option("--contract"),
            effort=option("--effort"),
            only=tuple(option("--only")),
            clock=option("--clock"),
            seed=option("--conformance-seed"),
            journal=option("--conformance-journal"),
            pending=option("--conformance-pending"),
            strict=option("--conformance-strict"),
            shard=option("--conformance-shard"),
            worker=worker.get("workerid", ""),
            workers=worker.get("workercount", 1),
        )


class Session:
    """The checks of one process, and the service that they judge.

    `faults` are defects that are known to turn cases red, which reports tell as their proof.
    `amended` may demand more than the contract does.
    Raises `BadShard`, `BaselineError`, `ContractError`, `TargetError` and `UnknownId` for what the
    user got wrong.
    """

    def __init__(self, options: Options, amended: Amended = lambda contract, _: contract) -> None:
        self.options = options
        self.file: TargetFile | None = read(options.target) if options.target is not None else None
        self.contract = amended(_contract(options.contract, self.file), self.file)
        self.baseline = self._its_baseline(options.baseline)
        self.selection = Selection(Effort.named(options.effort), options.only)
        self.cases = catalogue.cases(self.contract)
        self.selection.validate(self.contract, self.cases)
        if options.shard is not None:
            shard = Shard.parse(options.shard)
            self.selection = self.selection.shared(self.contract, self.cases, shard)
        self.seed = options.seed if options.seed is not None else _dice()
        self.problem: TargetError | None = None
        self.skew: float | None = None
        self.stood_still = False
        self.lost = False
        self.interrupted = False
        self.sent_elsewhere = 0
        self.phases: dict[str, float] = {}
        self.faults: Sequence[Mapping[str, Any]] = ()
        self.told_to_allure = False
        self._redactor = Redactor(**_own_numbers(options))
        self._pending = self._its_pending(options.pending)
        self._stack = ExitStack()
        self._journal: Journal | None = None
        self._runner: Runner | None = None
        self._leavings: Leavings | None = None
        self._answers, self._answering = 0, 0.0

    @classmethod
    def of(cls, config: pytest.Config) -> Session:
        """Return the session of a pytest configuration, made when it is first asked for.

        Raises `pytest.Collector.CollectError` for what the user got wrong.
        """
        if _KEY not in config.stash:
            try:
                cls(Options.of(config)).attach(config)
            except (BadShard, ContractError, TargetError, UnknownId) as problem:
                raise pytest.Collector.CollectError(str(problem)) from None
        return config.stash[_KEY]

    @classmethod
    def existing(cls, config: pytest.Config) -> Session | None:
        """Return the session, if checks were collected."""
        return config.stash.get(_KEY, None)

    def attach(self, config: pytest.Config) -> None:
        """Make this the session of a pytest configuration."""
        config.stash[_KEY] = self
        self.told_to_allure = bool(getattr(config.option, "allure_report_dir", None))

    # The target

    @property
    def runner(self) -> Runner:
        """Return what runs the checks; the target is started now if it was not yet."""
        if self._runner is None:
            self.start()
        if self._runner is None:
            raise RuntimeError("the session was not started")
        return self._runner

    @property
    def shares_clock(self) -> bool:
        """Tell whether other workers judge by the same clock: who moves it ages what they hold."""
        moved = self.file and not self.file.process and self.file.clock.driver == "control"
        return bool(moved) and self.options.workers > 1

    def unhindered(self) -> None:
        """Start the target, when it is started, at its own speed: no clock of it can be moved."""
        process = self.file.process if self.file else None
        if self.file and process:
            plain = process.model_copy(update={"faketime": False})
            self.file = self.file.model_copy(update={"process": plain})

    def start(self) -> None:
        """Start or reach the target and see that it answers and yields a token.

        Raises `TargetError`, which is kept in `problem` too.
        """
        with self.timed("start"):
            try:
                live = self._stack.enter_context(start(self.file, self.contract, called=True))
                live.wire.budget.share(self.options.workers)
                if self.options.clock == "real" or self.shares_clock:
                    live.clock = RealClock()
                self._runner = self._started(live)
                preflight(live)
                self.skew = skew(live)
                self._runner.recorder.observe("clock.skew", self.skew and round(self.skew))
                yields_a_token(self._runner.service)
                if any(case.check.scene for case in self.selected):
                    live.chromium.warm()
            except (BudgetSpent, TargetError) as problem:
                self.problem = TargetError(str(problem))
                self._open_journal(None)
                raise self.problem from problem

    def close(self) -> None:
        """Stop the target; a journal of a run that has ended says so in its last line."""
        with suppress(JournalError):  # `lost` says it
            self._end()
        self.lost = self.lost or bool(self._journal and self._journal.lost)
        self._journal = None
        self._stack.close()

    def _look_at_the_date(self, runner: Runner) -> None:
        """See whether the target's `Date` has followed the clock that was moved."""
        now, ahead = skew(runner.service.live), runner.service.clock.ahead
        if now is not None and self.skew is not None:
            self.stood_still = now - self.skew < -ahead / 2
            runner.recorder.observe("clock.date_follows", not self.stood_still)

    def _tidy(self) -> None:
        """Undo what the run has changed at a target that stays."""
        if self._leavings:
            self._leavings.tidy()

    def _end(self) -> None:
        """Do what comes last in a run that was not stopped, once."""
        runner = self._runner
        if self._journal is None or self._journal.lost or self.interrupted:
            return
        if runner and runner.service.clock.ahead:
            judge(lambda: self._look_at_the_date(runner))
        self._tidy()
        self._journal.footer(**self.ending(), exit_code=None)

    def ending(self) -> dict[str, object]:
        """Return what the last line of a journal says, but for the exit code."""
        return {
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "requests": self.sent,
            "phases": {name: round(seconds, 3) for name, seconds in self.phases.items()},
            "problem": self.safe(str(self.problem)) if self.problem else None,
        }

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Count the seconds of a block as a phase of the run."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.phases[phase] = self.phases.get(phase, 0.0) + time.monotonic() - started

    @property
    def live(self) -> LiveTarget | None:
        """Return the target, if it was reached."""
        return self._runner.service.live if self._runner else None

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far, by this process and those of a soak."""
        own = self._runner.service.wire.budget.spent if self._runner else 0
        return own + self.sent_elsewhere

    def awaited(self, case_id: str) -> float | None:
        """Return the moment that a case has to wait for, or None; seconds since the epoch."""
        if self._runner is None or self._runner.service.clock.movable:
            return None
        window = next(
            (self._runner.window(case) for case in self.selected if case.id == case_id), None
        )
        if window is None or self._runner.timeline.out_of_reach(window):
            return None
        return window.opens if window.opens > self._runner.service.clock.now() else None

    @property
    def pace(self) -> float:
        """Return how many seconds a request takes, by the run so far and by its rate."""
        rate = self.runner.service.wire.budget.limits.rate
        return max(_OWN_SHARE * self._answering / max(self._answers, 1), 1 / rate if rate else 0.0)

    # The cases

    @cached_property
    def selected(self) -> tuple[CheckCase, ...]:
        """Return the cases that are judged here; those of a soak are judged elsewhere."""
        if self.options.soak:
            return ()
        against = self.selection.reason_against
        return tuple(
            case
            for case in self.cases
            if case.id not in self.options.done and against(self.contract, case) is None
        )

    def leave_out(self) -> None:
        """Write down which cases are not selected, and why."""
        for case in self.cases:
            reason = self.selection.reason_against(self.contract, case)
            if reason and self._journal and case.id not in self.options.done:
                outcome = str(Outcome.NOT_SELECTED)
                self._journal.verdict(check=case.id, outcome=outcome, reason=reason)

    def prepare(self) -> None:
        """Prepare every timed case that is selected and was not prepared yet."""
        with self.timed("prepare"):
            self.runner.prepare([case for case in self.selected if case.check.hold])

    def play(self) -> None:
        """Have a browser begin to play what it plays for the cases that are selected."""
        self.runner.play(self.selected)

    def verdict(self, case_id: str, outcome: Outcome) -> Verdict:
        """Return what an outcome means at the level of a case."""
        return verdict_of(outcome, self.contract.level_of(case_id))

    def shown(self, case_id: str, outcome: Outcome) -> Shown:
        """Return how an outcome is shown; with `strict` a warning is shown as a failure."""
        verdict = self.verdict(case_id, outcome)
        if self.options.strict and verdict is Verdict.WARN:
            verdict = Verdict.FAIL
        return shown(verdict, self.contract.level_of(case_id))

    def requirements(self, case: CheckCase) -> list[str]:
        """Return the ids of the requirements that name a case."""
        return [found.id for found in self.contract.naming(case.id)]

    def safe(self, text: str) -> str:
        """Return a text without secrets and controls, whatever of it a target has said."""
        return visible(self._redactor.redact(text))

    def _its_pending(self, named: str | None) -> Pending | None:
        if named is None:
            return None
        return Pending.read(Path(named), mark(self.file, self.contract.name))

    def begin_anew(self) -> None:
        """Forget what is held of a server that was started for an earlier run, and ended with it.

        What waits at a remote target is never touched: it is judged when it is due.
        """
        if self._pending and (self.file is None or self.file.process):
            self._pending.forget()

    def _its_baseline(self, named: str | None) -> Baseline | None:
        if named is None:
            return None
        found = baselines.read(Path(named))
        target = self.file.name if self.file else "embedded"
        mine = whose(target, self.contract.name, under_load=self.options.soak is not None)
        if found.whose != mine:
            raise BaselineError(
                f"{named}: this is the baseline of {found.whose}; the run is of {mine}"
            )
        return found

    def _count(self, exchange: Exchange) -> None:
        self._answers += 1
        self._answering += exchange.duration

    def _started(self, live: LiveTarget) -> Runner:
        live.wire.listeners.append(self._count)
        journal = self._open_journal(live)
        if self.options.journal:
            live.chromium.pictures = Path(self.options.journal).parent / "pictures"
        recorder = Recorder(live, self._redactor, journal, keep=self.told_to_allure)
        service = Service(
            live,
            seed=self.seed,
            effort=self.selection.effort,
            observe=recorder.observe,
            disguise=self._redactor.register_mutant,
            cite=recorder.cite,
        )
        if live.kind == "remote":  # what else there is ends with the run
            self._leavings = Leavings(
                service, lambda operation, times: recorder.observe(f"{COUNTED}{operation}", times)
            )
        return Runner(service, recorder, self._pending, resuming=bool(self.options.done))

    def _open_journal(self, live: LiveTarget | None) -> Journal | None:
        if self.options.journal and self._journal is None:
            part = f".{self.options.worker}" if self.options.worker else ""
            path = Path(self.options.journal + part)
            self._journal = self._stack.enter_context(Journal(path, self._redactor))
            self._journal.header(**header(self, live))
        return self._journal


def _contract(name: str | None, file: TargetFile | None) -> Contract:
    """Return the contract that the user named, else the target file, else the first of ours.

    A name with a version, `kitchenmonki@2.0.0`, is held to it.
    """
    ours = file.contract if file else _DEFAULT_CONTRACT
    path, at, pinned = (ours if name is None else name).partition("@")
    beside = file.folder if file and name is None else None
    found = contracts.load(contracts.find(path, beside=beside))
    if at and pinned != found.version:
        asked = pinned or "none"
        why = f"the version is {found.version}, and {asked} was asked for; see what changed"
        raise ContractError(found.folder, "", f"{why}, then change the pin")
    try:
        return found.profiled(file.profile if file else None).expecting(told_lifetimes(file))
    except ValueError as problem:
        raise TargetError(str(problem)) from None


def _dice() -> int:
    return random.SystemRandom().randrange(2**32)


def _own_numbers(options: Options) -> dict[str, int]:
    """Keep the names of secrets apart: who sends two workers counts 1, 4, 7, worker gw0 2, 5, 8.

    Shards do likewise.
    """
    shard = Shard.parse(options.shard) if options.shard else Shard(1, 1)
    seats = options.workers + 1 if options.workers > 1 else 1
    seat = int(options.worker.removeprefix("gw")) + 1 if options.worker else 0
    return {"first": (shard.number - 1) * seats + seat + 1, "step": shard.total * seats}
