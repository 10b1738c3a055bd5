"""Tests of the degenerate targets; each of them is tried by `tox run -e prove`."""

from __future__ import annotations

import pytest

from conformance.faults.degenerate.behaviours import (
    DEEP,
    _bomb,
    answering,
    bomb,
    dripping,
    resetting,
)
from conformance.faults.degenerate.catalogue import DEGENERATE
from conformance.faults.degenerate.listener import Behaviour, listening
from conformance.faults.degenerate.ordeal import undergo
from conformance.faults.prove import Prover
from conformance.wire import Failure, Limits, Wire


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (bomb, Failure.TOO_LARGE),
        (dripping, Failure.TIMEOUT),
        (resetting, Failure.BROKEN),
        (answering(DEEP), None),
    ],
)
def test_a_behaviour_is_what_it_says(behaviour: Behaviour, failure: Failure | None) -> None:
    """The wire meets each of them and says what happened."""
    _bomb()  # packed beforehand, which takes a second
    with listening(behaviour) as url:
        wire = Wire([url.partition("//")[2]], Limits(timeout=0.5), trust_env=False)
        exchange = wire.send("GET", f"{url}/v2/queue")
    assert exchange.failure is failure
    assert not exchange.members


@pytest.mark.parametrize("target", ["closed", "empty", "always-401"])
def test_nothing_is_green_on_a_dead_target(prover: Prover, target: str) -> None:
    """The run ends in time, with exit code 5 and a report in which nothing passed."""
    found = next(one for one in DEGENERATE if one.id == target)
    ordeal = undergo(prover.contract, found)
    assert ordeal.exit_code == 5
    assert ordeal.reported
    assert ordeal.green == ()


def test_all_of_them_are_told_apart() -> None:
    """Ids and sentences are unique."""
    assert len({one.id for one in DEGENERATE}) == len(DEGENERATE) >= 15
    assert len({one.sentence for one in DEGENERATE}) == len(DEGENERATE)
