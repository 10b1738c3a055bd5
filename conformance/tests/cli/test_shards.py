"""A run that several machines share: its parts make the report that one machine would have made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conformance.checks import catalogue
from conformance.checks.running.selection import Shard
from conformance.contract import find, load
from conformance.evidence import read
from conformance.tests.cli.conftest import Command

_ASKED = ("--effort", "smoke", "--seed", "5")
_BY_CHANCE = ("exchanges", "step", "duration", "due")


def _lasting(folder: Path) -> dict[str, Any]:
    """Return what a report says, without numbers, seconds and what a shard left to another."""
    found = json.loads((folder / "results.json").read_text())
    checks = [
        {key: value for key, value in check.items() if key not in _BY_CHANCE}
        for check in found["checks"]
    ]
    kept = ("headline", "exit_code", "counts", "contract", "effort", "seed")
    requirements = [(one["id"], one["verdict"], one["reason"]) for one in found["requirements"]]
    return {
        **{key: found[key] for key in kept},
        "checks": sorted(checks, key=lambda check: str(check["id"])),
        "requirements": requirements,
        "measured": sorted(found["observations"]),
    }


def test_every_case_falls_to_one_shard() -> None:
    """No case is judged twice and none is lost, and what belongs together stays together."""
    cases = catalogue.cases(load(find("kitchenmonki")))
    shares = [
        {case.id for case in cases} - Shard(number, 3).others(cases) for number in range(1, 4)
    ]
    assert sum(map(len, shares)) == len(set().union(*shares)) == len(cases)
    for share in shares:
        assert share
        companies = {case.company for case in cases if case.id in share}
        assert {case.id for case in cases if case.company in companies} == share


def test_two_shards_merged_say_what_one_run_says(tmp_path: Path, conformance: Command) -> None:
    """Verdicts, reasons, counts and exit code are the same; no name stands for two secrets."""
    asked = (*_ASKED, "--only", "KM-34", "--only", "answer.status", "--only", "lifetime.code-after")
    whole = conformance("run", *asked, "--out", "whole")
    for number in (1, 2):
        part = conformance("run", *asked, "--shard", f"{number}/2", "--out", f"part{number}")
        assert "PARTIAL" in part.text
    merged = conformance("merge", "part1", "part2", "--out", "merged")
    assert merged.code == whole.code, merged.text
    assert _lasting(tmp_path / "merged") == _lasting(tmp_path / "whole")
    far = "merged-" + "a" * 90
    assert f"{far}/report.html" in conformance("merge", "part1", "part2", "--out", far).text
    names: list[set[str]] = []
    for number in (1, 2):
        exchanges = read(tmp_path / f"part{number}/journal.jsonl").exchanges
        names.append({name for line in exchanges for name in line["names"] if "#" in name})
    assert all(names)
    assert not names[0] & names[1]


def test_what_is_no_whole_run_is_not_merged(tmp_path: Path, conformance: Command) -> None:
    """A missing shard, one of another number or a stricter one, and an impossible one are told."""
    asked = (*_ASKED, "--only", "answer.status")
    conformance("run", *asked, "--shard", "1/2", "--out", "part1")
    alone = conformance("merge", "part1", "--out", "merged")
    assert alone.code == 2
    assert "missing: 2/2" in alone.text
    conformance("run", *asked, "--shard", "2/3", "--out", "part2")
    others = conformance("merge", "part1", "part2", "--out", "merged")
    assert others.code == 2
    assert "missing: 2/2" in others.text
    conformance("run", *asked, "--shard", "2/2", "--strict", "--out", "part2")
    stricter = conformance("merge", "part1", "part2", "--out", "merged")
    assert stricter.code == 2
    assert "part2: another strictness than in part1" in stricter.text
    assert not (tmp_path / "merged").exists()
    impossible = conformance("run", "--shard", "3/2")
    assert impossible.code == 2
    assert "expected K/N" in impossible.text
