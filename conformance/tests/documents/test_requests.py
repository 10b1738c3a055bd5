"""What the README says that a run sends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.targets import Effort, start

_README = Path(__file__).parents[3] / "README.md"


@pytest.mark.parametrize("name", ["kitchenmonki", "oauth2"])
def test_a_short_run_sends_what_the_readme_says(name: str) -> None:
    """The figure of a contract is right to the tenth."""
    row = re.search(
        rf"^\| `{name}` \| ([\d,]+) \|", _README.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert row
    with start(None, load(find(name))) as live:
        survey(live, effort=Effort.SMOKE)
        sent = live.wire.budget.spent
    assert sent == pytest.approx(int(row[1].replace(",", "")), rel=0.1)
