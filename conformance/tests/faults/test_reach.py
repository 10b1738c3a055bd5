"""Tests of which cases a fault can concern."""

from __future__ import annotations

import json
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from conformance.contract import find, load
from conformance.faults.catalogue import faults
from conformance.faults.catalogue import find as fault
from conformance.faults.prove import Prover
from conformance.faults.reach import Reach, spared, watched

_PROOF = Path(__file__).parents[3] / "reports" / "proof"


@cache
def _reach(contract: str) -> Reach:
    prover = Prover(load(find(contract)))
    return dict(chain.from_iterable(prover.reached(unit).items() for unit in prover.units))


def test_a_case_comes_to_the_decisions_that_its_requests_need() -> None:
    """A code is spent where one is redeemed, and is none of client_credentials' business."""
    reach = _reach("kitchenmonki")
    assert "spend_code" in reach["answer.json[authorization_code]"]
    assert reach["answer.json[client_credentials]"].isdisjoint({"spend_code", "consent_given"})


@pytest.mark.parametrize("contract", ["kitchenmonki", "oauth2"])
def test_no_case_is_spared_that_a_fault_has_reddened(contract: str) -> None:
    """What turned red in the committed proof comes to a decision that the fault replaces."""
    told = json.loads((_PROOF / contract / "matrix.json").read_text(encoding="utf-8"))["faults"]
    reach = _reach(contract)
    wrong = {one["id"]: spared(fault(one["id"]), reach).intersection(one["red"]) for one in told}
    assert {fault_id: cases for fault_id, cases in wrong.items() if cases} == {}


def test_some_fault_spares_most_cases_and_some_spares_none() -> None:
    """A rare decision concerns few cases, one that all requests come to concerns each."""
    reach = _reach("kitchenmonki")
    left_out = [len(spared(one, reach)) for one in faults().values()]
    assert max(left_out) > 0.9 * len(reach)
    assert min(left_out) < 0.1 * len(reach)


def test_a_watched_server_is_judged_as_a_healthy_one() -> None:
    """To note a decision changes nothing of it, whatever it is given."""
    prover, taken = Prover(load(find("oauth2"))), set[str]()
    noted, healthy = prover.judge(watched(taken)), prover.judge()
    assert {"spend_code", "told_active"} <= taken
    assert {case: one.outcome for case, one in noted.items()} == {
        case: one.outcome for case, one in healthy.items()
    }
