"""The committed proof is that of the faults and the checks as they are now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.contract import find, load
from conformance.faults.catalogue import faults
from conformance.faults.page import render
from conformance.faults.prove import Prover

PROOFS = Path(__file__).resolve().parents[3] / "reports/proof"


def _proofs() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(PROOFS.glob("*/matrix.json")):
        yield path, json.loads(path.read_text(encoding="utf-8"))


def test_the_committed_proof_holds() -> None:
    """It was made of everything, with a browser, and nothing in it is wrong."""
    for path, told in _proofs():
        assert told["holds"], path
        assert not told["unseen"], path
        assert told["healthy"] == {"runs": 20, "red": []}, path


def test_the_committed_proof_is_of_these_faults() -> None:
    """Each fault of the bank stands in it, with the same sentence and the same `breaks`."""
    for path, told in _proofs():
        prover = Prover(load(find(told["contract"]["name"])))
        asked = filter(prover.concerns, faults().values())
        name = prover.contract.name
        bank = {one.id: (one.sentence, list(one.breaks_by(name))) for one in asked}
        found = {one["id"]: (one["sentence"], one["breaks"]) for one in told["faults"]}
        assert found == bank, f"{path} is of another bank: run `tox run -e prove`"


def test_the_committed_proof_is_of_these_checks() -> None:
    """Each case that can be red stands in it, with its sentence."""
    for path, told in _proofs():
        prover = Prover(load(find(told["contract"]["name"])))
        cases = (*prover.cases, *prover.browser, *prover.generated)
        known = {case.id: case.check.sentence for case in cases}
        found = {one["id"]: one["sentence"] for one in told["checks"]}
        assert found == known, f"{path} is of other checks: run `tox run -e prove`"


def test_the_committed_page_shows_the_committed_matrix() -> None:
    """It is what the matrix gives, to the letter."""
    for path, told in _proofs():
        assert (path.parent / "matrix.html").read_text(encoding="utf-8") == render(told), path
