"""How far a soak is goes from one process to another by a file."""

from __future__ import annotations

from pathlib import Path

from conformance.load.standing import Standing


def test_what_was_left_last_is_found(tmp_path: Path) -> None:
    """Before anything was left nothing is done."""
    assert Standing.found(tmp_path) == Standing()
    for done in (3, 8):
        Standing(done, {"race.code": 1}).leave(tmp_path)
    assert Standing.found(tmp_path) == Standing(8, {"race.code": 1})
