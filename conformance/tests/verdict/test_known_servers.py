"""What is committed of real servers: their baselines, and the matrix that shows them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.report.matrix import render
from conformance.targets.description.file import shipped
from conformance.verdict.baseline import read

REPORTS = Path(__file__).resolve().parents[3] / "reports"
BASELINES = sorted((REPORTS / "baselines").glob("*.toml"))
_CONTROL = "oauth2-mock-server"


def test_there_are_baselines() -> None:
    """The tests below are about something."""
    assert BASELINES


@pytest.mark.parametrize("file", BASELINES, ids=lambda file: file.stem)
def test_a_baseline_names_a_server_and_what_was_read(file: Path) -> None:
    """Each violation has a reason, which names the section, unless it is the negative control's."""
    known = read(file)
    assert known.target == file.stem
    assert known.target in shipped()
    if known.target != _CONTROL:
        reasons = [one.reason for one in known.violation]
        assert all(re.search(r"RFC \d{4} sections? \d", reason) for reason in reasons)


def test_every_finding_of_the_matrix_has_its_words() -> None:
    """The committed data make a page, and no finding in them was left unexplained."""
    matrix = json.loads((REPORTS / "matrix/matrix.json").read_text("utf-8"))
    page = render(matrix).decode()
    assert all(f'id="{one["target"]["name"]}"' in page for one in matrix["servers"])
    found = [(one["target"]["name"], two) for one in matrix["servers"] for two in one["findings"]]
    assert [f"{name}: {two['requirement']}" for name, two in found if not two["words"]] == []
