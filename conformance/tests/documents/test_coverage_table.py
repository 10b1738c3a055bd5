"""The table of the README says of the standard what its requirement files say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from conformance.contract import find, load

_README = Path(__file__).parents[3] / "README.md"


def _table() -> dict[str, tuple[int, int]]:
    """Return how many requirements a row counts, and how many of them are excluded."""
    rows = re.findall(r"^\| RFC ([\d, ]+),[^|]*\|(.+)\|$", _README.read_text(), re.MULTILINE)
    numbers = {name: [int(one) for one in cells.split("|")] for name, cells in rows}
    return {name: (found[0], found[3]) for name, found in numbers.items()}


def test_the_table_counts_what_is_there() -> None:
    """Of each document all requirements are counted, and those that are excluded."""
    contract = load(find("oauth2")).profiled("rfc6749")
    every = Counter(one.document.id for one in contract.requirements)
    excluded = Counter(one.document.id for one in contract.requirements if one.excluded)
    for name, told in _table().items():
        ids = [f"RFC{number.strip()}" for number in name.split(",")]
        counted = (sum(every[one] for one in ids), sum(excluded[one] for one in ids))
        assert told == counted, name
    assert sum(found for found, _ in _table().values()) == len(contract.requirements)


def test_the_columns_add_up() -> None:
    """Whatever is not verified is in one of the other columns."""
    rows = re.findall(r"^\| RFC [^|]*\|(.+)\|$", _README.read_text(), re.MULTILINE)
    for cells in rows:
        total, *parts = (int(one) for one in cells.split("|"))
        assert total == sum(parts), cells
