"""Two releases that differ only lawfully: each difference is named, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.tests.verdict.releases import MEASURED, NAMED, NextRelease, judged
from conformance.verdict.comparison import compare

# `tox run -e releases` asks for twenty.
_PAIRS = int(os.environ.get("CONFORMANCE_RELEASES", "1"))


@pytest.mark.parametrize("pair", range(_PAIRS))
def test_each_lawful_difference_is_named_and_nothing_else(pair: int, tmp_path: Path) -> None:
    """Other lifetimes, error codes, headers and token shapes are told, and no dice."""
    contract = load(find("kitchenmonki"))
    sides = []
    for number, decisions in enumerate((Decisions(), NextRelease(), NextRelease())):
        folder = tmp_path / str(number)
        folder.mkdir()
        sides.append(judged(contract, decisions, 3 * pair + number, folder))
    found = compare(sides[0], sides[1])
    assert found.changes == (), [(one.case, one.new) for one in found.changes]
    measured = {one.part for one in found.differences if one.part.startswith("lifetime.")}
    assert measured == MEASURED
    others = [one for one in found.differences if one.part not in MEASURED]
    assert {(one.part, one.old, one.new) for one in others} == NAMED
    unchanged = compare(sides[1], sides[2])
    assert (unchanged.changes, unchanged.differences) == ((), ())
