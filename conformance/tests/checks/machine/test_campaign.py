"""The state machine lets sound servers pass and finds what only a sequence of steps shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.checks.machine import Campaign, campaign_of
from conformance.checks.machine.invariant import ALL
from conformance.contract import Contract, find, load
from conformance.lifecycle import TRANSITIONS, Event, State
from conformance.reference import Decisions, Server, create_app
from conformance.targets import Effort, LiveTarget, Service, start, start_in_process
from conformance.targets.clock import RealClock
from conformance.targets.description.file import parse
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.tests.checks.machine import servers
from conformance.verdict import Inconclusive, Violation
from conformance.wire import Exchange

_SPENT_CODE = "lifecycle.dead-refused[code,spent]"
_SPENT_TOKEN = "lifecycle.dead-refused[refresh_token,spent]"
_EXPIRED_TOKEN = "lifecycle.dead-refused[access_token,expired]"
_STRANGER = "lifecycle.stranger-refused[refresh_token]"
_USER = "lifecycle.user-kept"

_DEFECTS = [
    (servers.ForgetsAfterThree, _SPENT_TOKEN),
    (servers.RevivesCode, _SPENT_CODE),
    (servers.SwapsUser, _USER),
    (servers.NeverEndsInPut, _EXPIRED_TOKEN),
    (servers.GivesWay, _STRANGER),
    (servers.EndlessWhenRefreshed, _EXPIRED_TOKEN),
]


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract of the Authentication page."""
    return load(find("kitchenmonki"))


def played(
    live: LiveTarget, *, seed: int = 1, effort: Effort = Effort.GATE
) -> tuple[Campaign, Service]:
    """Return a campaign that was run against a target, and the service that it judges."""
    service = Service(live, seed=seed, effort=effort)
    return campaign_of(service), service


def violation(campaign: Campaign, service: Service, invariant: str) -> Violation:
    """Return how a campaign says that an invariant is broken."""
    with pytest.raises(Violation) as found:
        campaign.judge(service, invariant)
    return found.value


@pytest.mark.parametrize("effort", [Effort.SMOKE, Effort.GATE])
def test_the_reference_keeps_every_rule_and_every_row_is_exercised(
    contract: Contract, effort: Effort
) -> None:
    """On a sound server each invariant is judged and holds, and no row is left out."""
    campaign, service = played(start_in_process(contract), effort=effort)
    for invariant in ALL:
        campaign.judge(service, invariant)
    campaign.judge_coverage()


def test_the_reference_keeps_every_rule_over_sockets(contract: Contract) -> None:
    """Over sockets the machine plays on a sibling and leaves the clock of the target alone."""
    with start(None, contract) as live:
        campaign, service = played(live, effort=Effort.SMOKE)
        campaign.judge_coverage()
        campaign.judge(service, _USER)
        assert live.clock.ahead == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("defect", "invariant"), _DEFECTS)
def test_a_defect_is_found_with_a_short_script(
    contract: Contract, defect: type[Decisions], invariant: str, seed: int
) -> None:
    """A defect that takes several steps to show is found by every seed, in eight steps at most."""
    campaign, service = played(start_in_process(contract, defect()), seed=seed)
    found = violation(campaign, service, invariant)
    _, *lines = found.seen.splitlines()
    assert len(lines) <= 8
    assert [line.partition(". ")[0] for line in lines] == [
        str(number) for number in range(1, len(lines) + 1)
    ]
    assert found.at is not None


def test_a_script_reads_like_a_story(contract: Contract) -> None:
    """Each line says who did what with which value, and what came of it; no value stands in it."""
    campaign, service = played(start_in_process(contract, servers.RevivesCode()))
    found = violation(campaign, service, _SPENT_CODE)
    answer, first, second, third, fourth = found.seen.splitlines()
    assert answer.startswith("status 200")
    assert first.startswith("1. client obtains code 1 for ")
    assert second == "2. client redeems code 1: accepted, for access token 1 and refresh token 1"
    assert third.startswith("3. client refreshes with refresh token 1: accepted, for ")
    assert fourth == "4. client redeems code 1 again: accepted"
    assert found.expected == "code 1, which was used, to be refused"


def test_use_ends_what_nobody_gives_a_time() -> None:
    """Where nothing tells how long a code lives, its second use is judged all the same."""
    for decisions in (Decisions(), servers.RevivesCode()):
        live = start_in_process(load(find("oauth2")), decisions)
        times = live.file.lifetimes.model_copy(update={"code": None})
        live.file = live.file.model_copy(update={"lifetimes": times})
        campaign, service = played(live)
        if type(decisions) is Decisions:
            campaign.judge(service, _SPENT_CODE)
        else:
            violation(campaign, service, _SPENT_CODE)


def test_a_seed_repeats_its_campaign(contract: Contract) -> None:
    """The same seed plays the same steps, and finds the same script."""
    runs = []
    for _ in range(2):
        live = start_in_process(contract, servers.ForgetsAfterThree())
        campaign, service = played(live, seed=7)
        script = violation(campaign, service, _SPENT_TOKEN).seen
        runs.append((script, campaign.tally.judged, live.wire.budget.spent))
    assert runs[0] == runs[1]


def test_the_steps_of_a_break_are_repeated_under_its_own_check(contract: Contract) -> None:
    """Judging a broken invariant sends its script again, and names the exchange that broke it."""
    live = start_in_process(contract, servers.RevivesCode())
    campaign, service = played(live)
    seen: list[Exchange] = []
    live.wire.listeners.append(seen.append)
    found = violation(campaign, service, _SPENT_CODE)
    assert found.at == seen[-1]
    assert 0 < len(seen) < 10


def test_what_breaks_one_rule_is_judged_by_the_others(contract: Contract) -> None:
    """A server that lets a code be used again, as the page may be read, keeps all the rest."""
    campaign, service = played(start_in_process(contract, servers.ReusesCode()))
    assert set(campaign.tally.broken) == {_SPENT_CODE}
    for invariant in ALL - {_SPENT_CODE}:
        campaign.judge(service, invariant)
    campaign.judge_coverage()


def test_a_defect_that_comes_and_goes_is_told_as_it_was_seen(contract: Contract) -> None:
    """What cannot be repeated at will is a violation all the same."""
    campaign, service = played(start_in_process(contract, servers.ForgetsNow()))
    assert "redeems code 1 again: accepted" in violation(campaign, service, _SPENT_CODE).seen


def test_an_answer_that_decides_nothing_is_no_pass(contract: Contract) -> None:
    """Where a server is out of order, what needed its answer is inconclusive."""
    campaign, service = played(start_in_process(contract, servers.Busy()), effort=Effort.SMOKE)
    for invariant in (_STRANGER, "lifecycle.live-accepted[refresh_token]"):
        with pytest.raises(Inconclusive, match="status 500"):
            campaign.judge(service, invariant)
    with pytest.raises(Inconclusive, match="no step"):
        campaign.judge(service, _SPENT_TOKEN)
    assert not campaign.tally.broken


def test_without_a_movable_clock_no_time_is_judged(contract: Contract) -> None:
    """A clock that cannot be moved leaves the ends of lives unjudged, and nothing else."""
    live = start_in_process(contract)
    live.clock = RealClock()
    campaign, service = played(live)
    with pytest.raises(Inconclusive, match="expired") as left:
        campaign.judge_coverage()
    assert left.value.precondition == "clock_control"
    timed = [row for row in TRANSITIONS if State.EXPIRED is row.state or row.event is Event.EXPIRE]
    assert set(TRANSITIONS) - campaign.tally.exercised == set(timed)
    with pytest.raises(Inconclusive, match="a clock of its own to move"):
        campaign.judge(service, _EXPIRED_TOKEN)
    campaign.judge(service, _SPENT_TOKEN)


def test_without_a_second_client_no_stranger_is_judged(contract: Contract) -> None:
    """A target with one client leaves strangers unjudged, and says what is missing."""
    settings = settings_for(contract)
    app = create_app(replace(settings, clients=settings.clients[:1]))
    campaign, service = played(start_in_process(contract, application=app), effort=Effort.SMOKE)
    with pytest.raises(Inconclusive) as missing:
        campaign.judge(service, _STRANGER)
    assert missing.value.precondition == "two_clients"
    campaign.judge(service, _SPENT_TOKEN)


def test_without_a_resource_no_access_token_is_judged() -> None:
    """A service whose tokens open nothing that is known is judged by its codes all the same."""
    contract = load(find("oauth2"))
    settings = settings_for(contract)
    with Server(create_app(settings)) as server:
        told = target_file_for(settings, server.url, "oauth2").model_dump(exclude_unset=True)
        told["resource"].pop("paths")
        file = parse({**told, "identity": None}, Path("reference.toml"))
        with start(file, contract) as live:
            campaign, service = played(live)
            campaign.judge(service, _SPENT_CODE)
            with pytest.raises(Inconclusive) as missing:
                campaign.judge(service, "lifecycle.live-accepted[access_token]")
    assert missing.value.precondition == "resource_endpoint"


def test_a_spent_budget_stops_the_machine(contract: Contract) -> None:
    """When no more requests may be sent, nothing is green."""
    live = start_in_process(contract)
    live.wire.budget.limits = replace(live.wire.budget.limits, requests=100)
    campaign, service = played(live)
    for invariant in ALL:
        with pytest.raises(Inconclusive) as stopped:
            campaign.judge(service, invariant)
        assert stopped.value.precondition == "requests"


def test_nothing_is_left_on_disk(
    contract: Contract,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A campaign prints nothing and writes no file into the working directory."""
    monkeypatch.chdir(tmp_path)
    played(start_in_process(contract, servers.RevivesCode()), effort=Effort.SMOKE)
    assert not list(tmp_path.iterdir())
    assert capsys.readouterr() == ("", "")
