"""What a pytest session with checks holds: the contract at once, the live target when needed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from conformance import contract as contracts
from conformance.checks import catalogue
from conformance.checks.catalogue import CheckCase
from conformance.checks.runner import Recorder, Runner
from conformance.checks.selection import Selection, UnknownId
from conformance.contract import Level
from conformance.evidence import Journal, Redactor
from conformance.plugin.header import header
from conformance.targets import Effort, LiveTarget, Service, TargetFile, start
from conformance.targets.clock import RealClock
from conformance.targets.errors import TargetError
from conformance.targets.file import read
from conformance.verdict import Judgement, Verdict
from conformance.verdict.table import Shown, shown, verdict_of

_KEY = pytest.StashKey["Session"]()
_SEVERITIES = {Level.MUST: "critical", Level.SHOULD: "normal", Level.INFO: "minor"}


class Session:
    """The checks of one pytest process, and the service that they judge."""

    def __init__(self, config: pytest.Config) -> None:
        option = config.getoption
        source: str | None = option("--target")
        self.file: TargetFile | None = read(source) if source else None
        self.contract = contracts.load(_contract_folder(option("--contract"), self.file))
        self.selection = Selection(Effort.named(option("--effort")), tuple(option("--only")))
        self.cases = catalogue.cases(self.contract)
        self.selection.validate(self.contract, self.cases)
        self.seed: int = option("--conformance-seed") or random.SystemRandom().randrange(2**32)
        self.strict: bool = option("--conformance-strict")
        self.worker: str = os.environ.get("PYTEST_XDIST_WORKER", "")
        self._only_real_time: bool = option("--clock") == "real"
        self._journal_file: str | None = option("--conformance-journal")
        self._redactor = Redactor(**_own_numbers(self.worker))
        self._stack = ExitStack()
        self._runner: Runner | None = None
        self._levels = {case.id: self.contract.level_of(case.id) for case in self.cases}

    @classmethod
    def of(cls, config: pytest.Config) -> Session:
        """Return the session of a pytest configuration, made when it is first asked for.

        Raises `pytest.UsageError` for what the user got wrong.
        """
        if _KEY not in config.stash:
            try:
                config.stash[_KEY] = cls(config)
            except (contracts.ContractError, TargetError, UnknownId) as problem:
                raise pytest.UsageError(str(problem)) from None
        return config.stash[_KEY]

    @classmethod
    def existing(cls, config: pytest.Config) -> Session | None:
        """Return the session, if checks were collected."""
        return config.stash.get(_KEY, None)

    @property
    def runner(self) -> Runner:
        """Return what runs the checks; the target is started now if it was not yet."""
        if self._runner is None:
            live = self._stack.enter_context(start(self.file, self.contract))
            if self._only_real_time:
                live.clock = RealClock()
            self._runner = self._started(live)
        return self._runner

    def close(self) -> None:
        """Stop the target and close the journal."""
        self._stack.close()

    def prepare(self, cases: list[CheckCase]) -> None:
        """Prepare what needs time, and write down what is left out."""
        for case in self.cases:
            reason = self.selection.reason_against(self.contract, case)
            if reason and not self.worker:
                self.runner.leave_out(case, reason)
        self.runner.prepare(cases)

    def verdict(self, case: CheckCase, judgement: Judgement) -> Verdict:
        """Return what a judgement means at the level of the case."""
        return verdict_of(judgement.outcome, self._levels[case.id])

    def shown(self, case: CheckCase, judgement: Judgement) -> Shown:
        """Return how a judgement is shown; with `strict` a warning is shown as a failure."""
        verdict = self.verdict(case, judgement)
        if self.strict and verdict is Verdict.WARN:
            verdict = Verdict.FAIL
        return shown(verdict, self._levels[case.id])

    def requirements(self, case: CheckCase) -> list[str]:
        """Return the ids of the requirements that name a case."""
        return [found.id for found in self.contract.requirements if found.names(case.id)]

    def labels(self, case: CheckCase) -> Iterator[tuple[str, str]]:
        """Yield what Allure files a case under: requirements, documents, severity."""
        for found in self.contract.requirements:
            if found.names(case.id):
                yield "tag", found.id
                yield "story", f"{found.id}: {found.statement}"
        named = [found for found in self.contract.requirements if found.names(case.id)]
        if named:
            gravest = max(named, key=lambda found: found.level.gravity)
            yield "epic", self.contract.name
            yield "feature", gravest.document.title
        yield "severity", _SEVERITIES[self._levels[case.id]]

    def safe(self, text: str) -> str:
        """Return a text without secrets."""
        return self._redactor.redact(text)

    def _started(self, live: LiveTarget) -> Runner:
        journal = None
        if self._journal_file:
            part = f".{self.worker}" if self.worker else ""
            journal = self._stack.enter_context(
                Journal(Path(self._journal_file + part), self._redactor)
            )
            journal.header(**header(self, live))
        recorder = Recorder(live, self._redactor, journal)
        service = Service(
            live,
            seed=self.seed,
            effort=self.selection.effort,
            observe=recorder.observe,
            disguise=self._redactor.register_mutant,
        )
        return Runner(service, recorder)


def _contract_folder(name: str | None, file: TargetFile | None) -> Path:
    """Return the contract that the user named, else the target file, else the first of ours."""
    if name or file is None:
        return contracts.find(name or "kitchenmonki")
    return contracts.find(file.contract, beside=file.folder)


def _own_numbers(worker: str) -> dict[str, int]:
    """Keep the names of secrets apart: worker gw1 of three counts 2, 5, 8."""
    if not worker:
        return {}
    count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    return {"first": int(worker.removeprefix("gw")) + 1, "step": count}
