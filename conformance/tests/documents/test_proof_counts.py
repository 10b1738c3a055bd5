"""The README says of the proofs what the committed ones hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_COUNT = re.compile(r"\[(\d+)[^\]]*\]\((reports/proof/\w+)/matrix\.html\)")


def test_the_faults_are_as_many_as_it_says() -> None:
    """Each proof is named with its number of faults, and each of them is there."""
    text = (_ROOT / "README.md").read_text(encoding="utf-8")
    told = {folder: int(count) for count, folder in _COUNT.findall(text)}
    proofs = sorted((_ROOT / "reports/proof").glob("*/matrix.json"))
    held = {
        path.parent.relative_to(_ROOT).as_posix(): len(json.loads(path.read_text())["faults"])
        for path in proofs
    }
    assert told == held
    assert len(held) == 2
