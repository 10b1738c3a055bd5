"""Tests of `conformance.report.findings`: the command that repeats one."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.report.findings import repeat
from conformance.verdict.results import Results


def test_it_names_all_that_was_asked_for(results: Results) -> None:
    """Target, contract, effort, clock and dice are those of the run, safe for a shell."""
    asked = {"target": "my targets/a.toml", "contract": "mine", "clock": "real", "only": ["KM-1"]}
    told = repeat(replace(results, selection=asked, effort="deep"), "a.b[c,d]")
    assert shlex.split(told) == [
        *("conformance", "run", "--target", "my targets/a.toml", "--contract", "mine"),
        *("--effort", "deep", "--clock", "real", "--only", "a.b[c,d]", "--seed", "7"),
    ]


def test_a_file_is_named_as_one_would_type_it(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the folder where one is, the way from there; elsewhere the whole way."""
    asked = {"target": str(tmp_path / "staging.toml")}
    monkeypatch.chdir(tmp_path)
    assert " --target staging.toml " in repeat(replace(results, selection=asked), "KM-1")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert f" --target {asked['target']} " in repeat(replace(results, selection=asked), "KM-1")


def test_it_names_no_more_than_that(results: Results) -> None:
    """What is usual, and a seed that the journal does not name, are left out."""
    assert repeat(replace(results, seed=None), "KM-34") == "conformance run --only KM-34"


def test_what_virtual_clients_found_is_repeated_by_all_that_they_did(results: Results) -> None:
    """A soak has no single check to repeat: its crowd and its dice are what led there."""
    asked = {"target": "staging.toml", "soak": {"users": 6, "duration": None, "workers": 2}}
    told = repeat(replace(results, selection=asked, effort="soak"), "race.code")
    expected = f"soak --target staging.toml --users 6 --workers 2 --seed {results.seed}"
    assert told == f"conformance {expected}"
