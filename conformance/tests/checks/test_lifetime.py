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
from conformance.reference.settings import Placement
from conformance.targets import LiveTarget, Service, start_in_process
from conformance.targets.clock import RealClock
from conformance.tests.variants.endings import OneLiveCode, OneLiveGrant
from conformance.tests.variants.pages import AsksOnce
from conformance.verdict import Judgement, Outcome

_CASES = ("lifetime.code-after[soon]", "lifetime.code-after[late]")


class _SparesSecondClient(Decisions):
    """The codes of the client that was registered second never end."""

    def code_lifetime(self, call: Call, record: Issued) -> float:
        spared = record.lineage.client_id == call.settings.clients[1].id
        return math.inf if spared else super().code_lifetime(call, record)


class _OneThatNeverEnds(OneLiveGrant, OneLiveCode):
    """The user's next code or grant ends the one before, and age ends nothing."""

    def code_lifetime(self, call: Call, record: Issued) -> float:
        del call, record
        return math.inf

    refresh_token_lifetime = code_lifetime

    def access_token_alive(self, call: Call, token: Issued, placement: Placement) -> bool:
        del call, token, placement
        return True


def _judged(contract: Contract, live: LiveTarget, ids: tuple[str, ...] = _CASES) -> list[Judgement]:
    cases = [one for one in catalogue.cases(contract) if one.id in ids]
    found = survey(live, cases)
    return [found[one] for one in ids]


@pytest.fixture
def contract() -> Contract:
    """Return the contract of the Authentication page."""
    return load(find("kitchenmonki"))


def test_the_codes_of_all_clients_end(contract: Contract) -> None:
    """A second client whose codes live on is found, and named."""
    for found in _judged(contract, start_in_process(contract, _SparesSecondClient())):
        assert found.outcome is Outcome.VIOLATION
        assert found.expected == "a code of another client and user after its end to be refused"


def test_the_end_that_a_twin_brings_is_not_that_of_age(contract: Contract) -> None:
    """Where one grant lives at a time (KMA-28, KMA-35), what is held is asked before the next."""
    live = start_in_process(contract, _OneThatNeverEnds())
    found = _judged(
        contract,
        live,
        (
            "lifetime.code-after[late]",
            "lifetime.access-token-after[header,client_credentials]",
            "lifetime.refresh-token-after[client_credentials,first]",
        ),
    )
    assert [one.expected for one in found] == [
        "a code after its end to be refused",
        "getQueue to refuse an expired token of client_credentials in header",
        "a first refresh token of client_credentials after its end to be refused",
    ]


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
