"""Tests of the proof itself; the whole bank is tried by `tox run -e prove`."""

from __future__ import annotations

import pytest

from conformance.checks.running.survey import survey
from conformance.faults.catalogue import find
from conformance.faults.prove import Prover
from conformance.targets import start
from conformance.targets.live import start_in_process
from conformance.verdict import Outcome

_SAMPLE = (
    "answer.expires-in-milliseconds",
    "association.third-refresh-for-owner",
    "authorize.query-and-fragment",
    "client.secret-prefix",
    "code.revived-by-refresh",
    "error.echoes-code",
    "grant.percent-encoding-case",
    "lifetime.access-token-slides",
    "placement.put-unchecked",
    "refresh.third-generation-forgotten",
    "resource.open-removeFromQueue",
    "value.code-is-access-token",
)


@pytest.mark.parametrize("fault_id", _SAMPLE)
def test_a_fault_is_found_by_just_the_checks_that_it_names(prover: Prover, fault_id: str) -> None:
    """Nothing that is named stays green, and nothing else turns red."""
    trial = prover.trial(find(fault_id))
    assert not trial.missed
    assert not trial.unnamed
    assert trial.exact


@pytest.mark.parametrize("seed", range(3))
def test_a_healthy_server_turns_nothing_red(prover: Prover, seed: int) -> None:
    """With no dice is there a violation, nor an error of the suite."""
    judged = prover.judge(seed=seed)
    bad = {Outcome.VIOLATION, Outcome.ERROR}
    assert {case: one.reason for case, one in judged.items() if one.outcome in bad} == {}


def test_both_doors_give_the_same_verdicts(prover: Prover) -> None:
    """A server that is called in process is judged as over its socket, faults and all."""
    found = find("code.reusable-once")
    near = survey(start_in_process(prover.contract, found.decisions()), prover.cases)
    with start(None, prover.contract, decisions=found.decisions()) as live:
        far = survey(live, prover.cases)
    without_socket = {case for case, one in near.items() if one.precondition == "raw_http"}
    assert without_socket == {
        *("race.code", "race.refresh-token"),
        *("placement.http-1-0", "grant.percent-encoding"),
    }
    differ = [
        case
        for case in near
        if case not in without_socket and near[case].outcome is not far[case].outcome
    ]
    assert differ == []


@pytest.mark.parametrize("kind", ["code", "refresh-token"])
def test_a_window_of_a_millisecond_is_always_caught(prover: Prover, kind: str) -> None:
    """Twenty runs of twenty find the race."""
    race = [case for case in prover.cases if case.id == f"race.{kind}"]
    found = find(f"race.{kind}")
    for seed in range(20):
        with start(None, prover.contract, decisions=found.decisions()) as live:
            judged = survey(live, race, seed=seed)
        assert judged[race[0].id].outcome is Outcome.VIOLATION
