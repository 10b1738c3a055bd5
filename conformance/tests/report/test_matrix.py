"""The matrix: every server by every requirement."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conformance.evidence import Record
from conformance.report.matrix import gathered, render, write_matrix
from conformance.tests.report.sample import SECRETS
from conformance.verdict.baseline import Assessment
from conformance.verdict.results import Results

WORDS = "Codes can be used again; RFC 6749 section 4.1.2."


@pytest.fixture
def known(results: Results) -> Results:
    """Return the run, its finding put into words by a baseline."""
    excused = Assessment(
        file="base.toml",
        excused={"code.single-use": WORDS},
        flaky={},
        changed={},
        listed={},
        reported=(),
        unlisted=(),
        stale=(),
    )
    return replace(results, baseline=excused)


def test_every_server_has_a_column_and_every_requirement_a_row(
    record: Record, results: Results, tmp_path: Path
) -> None:
    """Two servers side by side, each cell with its verdict in words."""
    other = replace(results, target={"name": "other", "version": "2.1", "language": "Go"})
    page = BeautifulSoup(
        render(gathered([(record, results), (record, other)], tmp_path)), "html.parser"
    )
    heads = [one.text for one in page.select("table.matrix")[0].select("thead th")]
    assert heads == ["Requirement", "other", "sample"]
    rows = page.select("table.matrix tbody tr")
    assert len(rows) == len(results.requirements)
    titles = [str(cell["title"]) for cell in rows[0].select("td.cell")]
    assert [one.partition(":")[0] for one in titles] == ["other", "sample"]
    assert all("fail" in one for one in titles)


def test_its_policy_lets_its_own_styles_in_alone(record: Record, results: Results) -> None:
    """Each style sheet of the page is known to it by its digest, and nothing else is let in."""
    page = BeautifulSoup(render(gathered([(record, results)], Path())), "html.parser")
    policy = str(page.select_one("meta[http-equiv]")["content"])  # type: ignore[index]
    for style in page.select("style"):
        digest = base64.b64encode(sha256((style.string or "").encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe-inline" not in policy


def test_a_finding_is_told_in_words_and_can_be_repeated(
    record: Record, known: Results, tmp_path: Path
) -> None:
    """Beside each finding stand the baseline's words, a command, and a script; no secret does."""
    text = render(gathered([(record, known)], tmp_path)).decode()
    panel = BeautifulSoup(text, "html.parser").find(id="sample.KM-34")
    assert panel is not None
    assert WORDS in panel.text
    assert "conformance run --only KM-34 --seed 7" in panel.text
    assert "#!/usr/bin/env bash" in panel.text
    assert not [secret for secret in SECRETS if secret in text]
    assert "<script" not in text


def test_a_server_that_is_judged_again_takes_its_own_place(
    record: Record, results: Results, tmp_path: Path
) -> None:
    """The others stay, unless they were judged by another contract."""
    other = replace(results, target={"name": "other"})
    write_matrix(gathered([(record, results), (record, other)], tmp_path), tmp_path)
    again = replace(results, requests=4711)
    write_matrix(gathered([(record, again)], tmp_path), tmp_path)
    kept = json.loads((tmp_path / "matrix.json").read_text())
    assert {one["target"]["name"]: one["requests"] for one in kept["servers"]} == {
        "other": results.requests,
        "sample": 4711,
    }
    newer = replace(again, contract={**results.contract, "digest": "1" * 64})
    assert len(gathered([(record, newer)], tmp_path)["servers"]) == 1


def test_what_any_profile_demands_has_a_row(
    record: Record, results: Results, tmp_path: Path
) -> None:
    """Of servers that are judged by different profiles, some are not asked for all of it."""
    less = replace(results, target={"name": "less"}, requirements=results.requirements[1:])
    matrix = gathered([(record, results), (record, less)], tmp_path)
    assert [one["id"] for one in matrix["requirements"]] == [one.id for one in results.requirements]
    page = BeautifulSoup(render(matrix), "html.parser")
    titles = [str(cell["title"]) for cell in page.select("table.matrix tbody td.cell")]
    assert any(title.startswith("less: not selected") for title in titles)
