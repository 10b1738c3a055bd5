"""Tests of which cases a fault can concern."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from statistics import mean

import pytest

from conformance.contract import find, load
from conformance.faults.catalogue import find as fault
from conformance.faults.prove import Prover
from conformance.faults.reach import spared, watched

_PROOF = Path(__file__).parents[3] / "reports" / "proof"


def test_a_case_comes_to_the_decisions_that_its_requests_need(prover: Prover) -> None:
    """A code is spent where one is redeemed, and is none of client_credentials' business."""
    redeeming, other = "answer.json[authorization_code]", "answer.json[client_credentials]"
    assert "spend_code" in prover.reached([redeeming])[redeeming]
    assert prover.reached([other])[other].isdisjoint({"spend_code", "consent_given"})


@pytest.mark.parametrize("contract", ["kitchenmonki", "oauth2"])
def test_only_what_a_fault_never_reddened_is_spared(contract: str) -> None:
    """A third of all cases and more is spared a fault, none that the committed proof has red."""
    told = json.loads((_PROOF / contract / "matrix.json").read_text(encoding="utf-8"))["faults"]
    prover = Prover(load(find(contract)))
    reach = dict(chain.from_iterable(prover.reached(unit).items() for unit in prover.units))
    left_out = {one["id"]: spared(fault(one["id"]), reach) for one in told}
    wrong = {one["id"]: left_out[one["id"]].intersection(one["red"]) for one in told}
    assert {fault_id: cases for fault_id, cases in wrong.items() if cases} == {}
    assert mean(map(len, left_out.values())) > len(reach) / 3


def test_a_watched_server_is_judged_as_a_healthy_one() -> None:
    """To note a decision changes nothing of it, whatever it is given."""
    prover, taken = Prover(load(find("oauth2"))), set[str]()
    noted, healthy = prover.judge(watched(taken)), prover.judge()
    assert {"spend_code", "told_active"} <= taken
    assert {case: one.outcome for case, one in noted.items()} == {
        case: one.outcome for case, one in healthy.items()
    }
