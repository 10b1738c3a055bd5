"""Ends of lives that do not come for everybody."""

from __future__ import annotations

import math

import pytest

from conformance.checks import catalogue
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.runner import Runner
from conformance.checks.running.survey import survey
from conformance.contract import Contract, find, load
from conformance.evidence import Redactor
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.targets import LiveTarget, Service, start_in_process
from conformance.targets.clock import RealClock
from conformance.tests.variants.pages import AsksOnce
from conformance.verdict import Judgement, Outcome

_CASES = ("lifetime.code-after[soon]", "lifetime.code-after[late]")


class _SparesSecondClient(Decisions):
    """The codes of the client that was registered second never end."""

    def code_lifetime(self, call: Call, record: Issued) -> float:
        spared = record.lineage.client_id == call.settings.clients[1].id
        return math.inf if spared else super().code_lifetime(call, record)


def _judged(contract: Contract, live: LiveTarget) -> list[Judgement]:
    cases = [one for one in catalogue.cases(contract) if one.id in _CASES]
    found = survey(live, cases)
    return [found[one] for one in _CASES]


@pytest.fixture
def contract() -> Contract:
    """Return the contract of the Authentication page."""
    return load(find("kitchenmonki"))


def test_the_codes_of_all_clients_end(contract: Contract) -> None:
    """A second client whose codes live on is found, and named."""
    for found in _judged(contract, start_in_process(contract, _SparesSecondClient())):
        assert found.outcome is Outcome.VIOLATION
        assert found.expected == "a code of another client and user after its end to be refused"


@pytest.mark.parametrize("missing", ["other_client", "other_user"])
def test_one_client_and_one_user_are_enough(contract: Contract, missing: str) -> None:
    """Where there is nobody else, the end of a code is judged by one."""
    live = start_in_process(contract)
    tables = live.file.model_dump(exclude_unset=True, exclude={missing})
    live.file = type(live.file).model_validate(tables)
    assert [one.outcome for one in _judged(contract, live)] == [Outcome.PASS] * len(_CASES)


def test_what_is_held_early_decides_nothing_for_those_who_are_undecided(contract: Contract) -> None:
    """On a real clock codes are held first, and the user who is to refuse must still be asked."""
    live = start_in_process(contract, AsksOnce())
    live.clock = RealClock()
    runner = Runner(Service(live), Recorder(live, Redactor(), None))
    cases = {one.id: one for one in catalogue.cases(contract)}
    runner.prepare([cases[one] for one in _CASES])
    assert runner.run(cases["authorize.denied"]).outcome is Outcome.PASS
