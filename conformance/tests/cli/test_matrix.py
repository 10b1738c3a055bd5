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


def test_two_targets_of_one_name_are_told_apart_first(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """They would take one folder and one column, so nothing is judged; the message names both."""
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(target_text)
    ended = conformance("matrix", "--target", "one.toml", "--target", "two.toml")
    assert ended.code == 2
    assert "one.toml and two.toml are both called" in ended.text


def test_a_fleet_of_several_contracts_has_a_page_for_each(
    tmp_path: Path, conformance: Command
) -> None:
    """What one contract demands is no row of the other's page."""
    conformance("run", "--effort", "smoke", "--only", "KM-16", "--out", "first")
    journal = (tmp_path / "first/journal.jsonl").read_text()
    (tmp_path / "second").mkdir()
    other = journal.replace(
        '"contract": {"name": "kitchenmonki"', '"contract": {"name": "other"', 1
    )
    (tmp_path / "second/journal.jsonl").write_text(other)
    ended = conformance("matrix", "--from", "first", "--from", "second", "--out", "matrix")
    assert ended.code == 0
    pages = {one.parent.name for one in (tmp_path / "matrix").glob("*/matrix.html")}
    assert pages == {"kitchenmonki", "other"}


def _port(text: str) -> str:
    return text.partition("127.0.0.1:")[2].partition("/")[0]
