"""`conformance matrix`: many servers, one after the other."""

from __future__ import annotations

import json
from pathlib import Path

from conformance.tests.cli.conftest import Command


def test_servers_are_judged_side_by_side(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """Each target gets a report of its own; one that has gone is told, and the other is judged."""
    (tmp_path / "good.toml").write_text(target_text)
    gone = target_text.replace(_port(target_text), "9")
    (tmp_path / "gone.toml").write_text(gone.replace('name = "', 'name = "no-', 1))
    ended = conformance(
        *("matrix", "--target", "good.toml", "--target", "gone.toml", "--effort", "smoke"),
        *("--runs", "runs", "--out", "matrix"),
    )
    assert ended.code == 5
    matrix = json.loads((tmp_path / "matrix/matrix.json").read_text())
    codes = {one["target"]["name"]: one["exit_code"] for one in matrix["servers"]}
    assert sorted(codes.values()) == [0, 5]
    assert all(f"{name}: exit code {code}" in ended.text for name, code in codes.items())


def _port(text: str) -> str:
    return text.partition("127.0.0.1:")[2].partition("/")[0]
