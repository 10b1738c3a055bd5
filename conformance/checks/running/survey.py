"""Runs check cases against one live target, in the order of a run, without pytest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.checks import catalogue
from conformance.checks.catalogue import CheckCase, Turn
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.runner import Runner
from conformance.evidence import Redactor
from conformance.targets import Effort, LiveTarget, Service
from conformance.verdict import Judgement


def survey(
    live: LiveTarget,
    cases: Iterable[CheckCase] | None = None,
    *,
    effort: Effort = Effort.GATE,
    seed: int = 0,
    recorder: Recorder | None = None,
) -> dict[str, Judgement]:
    """Judge a target by check cases, all of its contract's by default, and return what came of it.

    Cases that need more effort than is given are left out. What the recorder writes down, and
    whether it keeps a journal at all, is the caller's choice.
    """
    contract = live.contract
    recorder = recorder or Recorder(live, Redactor(), None)
    service = Service(
        live,
        seed=seed,
        effort=effort,
        observe=recorder.observe,
        disguise=recorder.redactor.register_mutant,
        cite=recorder.cite,
    )
    runner = Runner(service, recorder)
    asked = catalogue.cases(contract) if cases is None else cases
    selected = [case for case in asked if case.check.effort <= effort]
    selected.sort(key=lambda case: case.moment(contract.expected_lifetime))
    return {case.id: runner.run(case) for case in _prepared(runner, selected)}


def _prepared(runner: Runner, cases: list[CheckCase]) -> Iterator[CheckCase]:
    """Yield the cases in their order; what a browser plays is begun once no user is undecided.

    What is timed is prepared when all that is untimed is done, so that a slow machine does not make
    a short-lived code late.
    """
    decided = [case for case in cases if case.check.turn is not Turn.FIRST]
    timed = [case for case in cases if case.check.hold]
    for case in cases:
        if case in decided[:1]:
            runner.play(decided)
        if case in timed[:1]:
            runner.prepare(timed)
        yield case
