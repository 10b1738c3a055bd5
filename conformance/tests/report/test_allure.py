"""Tests of `conformance.report.allure`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.report.allure import CONFIGURATION, write_beside


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Return a completed folder of results."""
    folder = tmp_path / "allure-results"
    write_beside(folder, {"target": "shop", "url": "http://127.0.0.1:1", "note": "ä\nb = c"})
    return folder


def test_the_environment_is_told(results: Path) -> None:
    """A line a fact; what would be another line or another character is escaped."""
    assert (results / "environment.properties").read_text("ascii").splitlines() == [
        "target = shop",
        "url = http://127.0.0.1:1",
        "note = \\xe4\\nb = c",
    ]


@pytest.mark.parametrize(
    ("status", "message", "name"),
    [
        ("failed", "NotPassed: expected a; seen: b", "A rule is broken"),
        ("broken", "NotJudged: no second client\nin the target file", "A MUST that nobody judged"),
        ("broken", "NotJudged: a fault of the suite: KeyError\nx", "A fault of the suite"),
        ("skipped", "Skipped: due at 2026-01-01 00:00:00 UTC", "Waits for its time"),
        ("skipped", "Skipped: no browser\nhere", "Not judged"),
    ],
)
def test_each_kind_of_red_is_one_category(
    results: Path, status: str, message: str, name: str
) -> None:
    """Exactly one matches, whether the whole message is matched or any part of it."""
    categories = json.loads((results / "categories.json").read_text())
    for match in (re.search, re.fullmatch):
        found = [
            one["name"]
            for one in categories
            if status in one["matchedStatuses"] and match(one.get("messageRegex", "[^$]*"), message)
        ]
        assert found == [name]


def test_allure_3_is_told_the_same(results: Path) -> None:
    """Its configuration lies beside the results: our categories, behaviours first, a history."""
    told = json.loads((results.parent / CONFIGURATION).read_text())
    assert told["categories"] == json.loads((results / "categories.json").read_text())
    assert told["plugins"]["awesome"]["options"]["groupBy"] == ["epic", "feature", "story"]
    assert told["historyPath"]
