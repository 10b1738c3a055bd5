"""What may lock an account or burden a host is not done to a remote one without leave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import Contract, find, load
from conformance.targets import Effort, LiveTarget, start_in_process
from conformance.targets.description.file import parse
from conformance.targets.startup.embedded import target_file_for
from conformance.verdict import Judgement, Outcome
from conformance.wire import Exchange

RISKY = ("authorize.wrong-password", "race.code", "race.refresh-token")
RISKS = ("lockout", "burst")


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract that has every risky check."""
    return load(find("oauth2"))


def distant(contract: Contract, *risks: str) -> LiveTarget:
    """Return a healthy target that others use too, as its target file says."""
    live = start_in_process(contract)
    if live.application is None:
        raise ValueError("it has nothing that answers")
    settings = live.application.settings
    elsewhere = target_file_for(settings, "https://staging.example", contract.name)
    told = elsewhere.model_dump(exclude_unset=True)
    file = parse({**told, "limits": {"risks": risks}}, Path("target.toml"))
    return replace(live, file=file)


def judged(live: LiveTarget, effort: Effort = Effort.GATE) -> dict[str, Judgement]:
    """Judge a target by the checks that risk something."""
    every = catalogue.cases(live.contract)
    return survey(live, [case for case in every if case.id in RISKY], effort=effort)


def test_every_risk_has_a_check(contract: Contract) -> None:
    """The checks that risk something are those that are judged here."""
    risky = {case.id: case.check.risk for case in catalogue.cases(contract) if case.check.risk}
    assert set(risky) == set(RISKY)
    assert set(risky.values()) == set(RISKS)


def test_a_remote_host_is_spared(contract: Contract) -> None:
    """Nothing is sent, and the reason says how to allow it."""
    live = distant(contract)
    sent: list[Exchange] = []
    live.wire.listeners.append(sent.append)
    found = judged(live)
    assert {(one.outcome, one.precondition) for one in found.values()} == {
        (Outcome.INCONCLUSIVE, "risk")
    }
    assert 'risks = ["lockout"]' in found["authorize.wrong-password"].reason
    assert 'risks = ["burst"]' in found["race.code"].reason
    assert sent == []


@pytest.mark.parametrize(
    ("risks", "spared"),
    [
        (("lockout",), {"race.code", "race.refresh-token"}),
        (("burst",), {"authorize.wrong-password"}),
        (RISKS, set()),
    ],
)
def test_the_target_file_gives_leave(
    contract: Contract, risks: tuple[str, ...], spared: set[str]
) -> None:
    """What it names is judged, and nothing else."""
    found = judged(distant(contract, *risks))
    assert {case for case, one in found.items() if one.precondition == "risk"} == spared


def test_a_deep_run_risks_what_there_is(contract: Contract) -> None:
    """Who asks for it has chosen a host that bears it."""
    found = judged(distant(contract), Effort.DEEP)
    assert {one.precondition for one in found.values()}.isdisjoint({"risk"})


def test_a_server_of_this_machine_needs_no_leave(contract: Contract) -> None:
    """There is nobody else whom it could harm."""
    found = judged(start_in_process(contract))
    assert {one.precondition for one in found.values()}.isdisjoint({"risk"})
