"""Tests of the kill matrix, on trials that were made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.faults.degenerate.ordeal import Ordeal
from conformance.faults.matrix import Matrix, complaints, to_json
from conformance.faults.page import write
from conformance.faults.prove import Prover, Trial

_NAMED = frozenset({"code.client-binding"})


def _trial(red: frozenset[str], seed: int = 0) -> Trial:
    nothing: frozenset[str] = frozenset()
    return Trial("code.any-client", seed, red, _NAMED, nothing, nothing, broken={}, seconds=1.0)


def _matrix(prover: Prover, *red: frozenset[str], ordeals: tuple[Ordeal, ...] = ()) -> Matrix:
    made = [_trial(found, seed) for seed, found in enumerate(red)]
    return Matrix(prover, made, ordeals, whole=False)


def test_an_exact_trial_holds(prover: Prover) -> None:
    """What turns red is what was named: nobody complains."""
    matrix = _matrix(prover, _NAMED)
    assert matrix.holds
    assert list(complaints(matrix)) == []


@pytest.mark.parametrize(
    ("red", "word"),
    [
        (frozenset(), "SURVIVED"),
        (frozenset({"code.unknown"}), "BLUNT"),
        (_NAMED | {"code.unknown"}, "IMPRECISE"),
    ],
)
def test_what_is_not_exact_does_not_hold(prover: Prover, red: frozenset[str], word: str) -> None:
    """A survivor, a blunt check and an imprecise one are each told by name."""
    matrix = _matrix(prover, red)
    assert not matrix.holds
    assert any(line.startswith(word) for line in complaints(matrix))


def test_other_dice_must_find_the_same(prover: Prover) -> None:
    """A fault that is found by other cases with another seed is unsteady."""
    matrix = _matrix(prover, _NAMED, _NAMED | {"code.unknown"})
    assert matrix.unsteady == ("code.any-client",)


def test_a_case_that_nothing_reddens_is_unproven(prover: Prover) -> None:
    """In a whole proof each case has a fault, or a reason why none can be."""
    matrix = Matrix(prover, [_trial(_NAMED)])
    assert "code.unknown" in matrix.unproven
    assert "code.client-binding" not in matrix.unproven
    assert "association.placement[put]" not in matrix.unproven


def test_a_fooled_check_breaks_the_proof(prover: Prover) -> None:
    """A degenerate target that turns something green is told with its exit code."""
    fooled = Ordeal(
        "empty", "It is empty.", 0, frozenset({5}), ("KM-03",), reported=True, seconds=1
    )
    matrix = _matrix(prover, _NAMED, ordeals=(fooled,))
    assert not matrix.holds
    assert list(complaints(matrix)) == [
        "DEGENERATE empty: exit code 0 where 5 is due, green: KM-03"
    ]


def test_a_false_alarm_breaks_the_proof(prover: Prover) -> None:
    """What turns red on the healthy server is told by name."""
    matrix = Matrix(prover, [_trial(_NAMED)], healthy=[_trial(_NAMED)], whole=False)
    assert not matrix.holds
    assert list(complaints(matrix)) == [
        "FALSE      code.client-binding: it turns red on the healthy server."
    ]


def test_without_a_browser_a_fault_is_left_out(prover: Prover) -> None:
    """It is neither found nor a survivor, and the cases that were not seen are told."""
    named = frozenset({"popup.opener"})
    nothing: frozenset[str] = frozenset()
    trial = Trial("popup.silent", 0, nothing, named, nothing, named, broken={}, seconds=1.0)
    matrix = Matrix(prover, [trial], whole=False)
    assert not trial.survived
    assert matrix.holds
    assert matrix.unseen == ("popup.opener",)


def test_the_files_are_whole_and_the_same_each_time(prover: Prover, tmp_path: Path) -> None:
    """The JSON says all of it, the page loads nothing, and neither holds a time or a date."""
    matrix = _matrix(prover, _NAMED)
    write(matrix, tmp_path)
    told = json.loads((tmp_path / "matrix.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(to_json(matrix)))
    assert told["faults"][0]["red"] == ["code.client-binding"]
    page = (tmp_path / "matrix.html").read_text(encoding="utf-8")
    assert "code.any-client" in page
    assert "http://" not in page
    assert "https://" not in page
