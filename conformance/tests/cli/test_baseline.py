"""The life of a baseline: written, refused without reasons, excusing, noticing, expiring."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conformance.contract import find, load
from conformance.faults import catalogue as bank
from conformance.reference import Decisions, Server, create_app
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.tests.cli.conftest import Command, Ended

_ONLY = ("--only", "answer.expires-in", "--only", "KM-08", "--effort", "smoke")
# Two faults that the same check finds, and that are not the same failure.
_WRONG = bank.find("answer.expires-in-milliseconds").decisions()
_OTHERWISE = bank.find("answer.expires-in-text").decisions()


@contextmanager
def _serving(decisions: Decisions, tmp_path: Path) -> Iterator[None]:
    settings = replace(settings_for(load(find("kitchenmonki"))), clock_control=True)
    with Server(create_app(settings, decisions=decisions)) as server:
        described = target_file_for(settings, server.url, "kitchenmonki").as_toml()
        (tmp_path / "t.toml").write_text(described.replace('name = "embedded"', 'name = "shop"'))
        yield


def _results(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tmp_path / "out/results.json").read_text())
    return found


def test_the_whole_life_of_a_baseline(tmp_path: Path, conformance: Command) -> None:
    """Written, refused without reasons, excusing; it notices a fix, another failure, an expiry."""
    name = "reports/baselines/shop.toml"
    base = tmp_path / name

    def run(*more: str) -> Ended:
        return conformance("run", "--target", "t.toml", "--out", "out", *_ONLY, *more)

    def gated() -> Ended:
        return run("--baseline", name)

    with _serving(_WRONG, tmp_path):
        assert run().code == 1
        written = conformance("baseline", "update", "--from", "out", name)
        assert written.code == 0, written.text
        assert "entries without a reason: 3; no run accepts them so" in written.text
        refused = gated()
        assert refused.code == 2
        assert "reason: empty" in refused.text
        base.write_text(base.read_text().replace('reason = ""', 'reason = "KM-9, till the move"'))
        excused = gated()
        assert excused.code == 0, excused.text
        assert "as the baseline says" in excused.text
        assert len(_results(tmp_path)["baseline"]["excused"]) == 3

    with _serving(Decisions(), tmp_path):
        mended = gated()
        assert mended.code == 4, mended.text
        entry = re.search(r"shop\.toml:(\d+)-(\d+)", mended.text)
        assert entry
        assert "it passes now; delete it" in mended.text
        lines = base.read_text().splitlines()[int(entry[1]) - 1 : int(entry[2])]
        assert lines[0] == "[[violation]]"
        assert 'check = "answer.expires-in[client_credentials]"' in lines
        assert lines[-1].startswith("reason")

    with _serving(_OTHERWISE, tmp_path):
        other = gated()
        assert other.code == 1, other.text
        assert "another failure than the one excused" in other.text

    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    text = base.read_text().replace('till the move"', f'till the move"\nexpires = {yesterday}')
    base.write_text(text)
    with _serving(_WRONG, tmp_path):
        late = gated()
        assert late.code == 4, late.text
        assert f"it expired on {yesterday}" in late.text

    with _serving(Decisions(), tmp_path):
        gated()
        tidied = conformance("baseline", "update", "--from", "out", name)
        assert "0 entries added, 3 taken out" in tidied.text
        assert gated().code == 0


def test_two_runs_are_compared_on_the_command_line(tmp_path: Path, conformance: Command) -> None:
    """A regression ends with 1 and is named; the pages are written; a wrong folder is explained."""
    for out, decisions in (("old", Decisions()), ("new", _WRONG)):
        with _serving(decisions, tmp_path):
            conformance("run", "--target", "t.toml", "--out", out, *_ONLY)
    ended = conformance("compare", "old", "new", "--out", "pages")
    assert ended.code == 1, ended.text
    assert "regressed answer.expires-in[refresh_token]" in ended.text
    assert {file.name for file in (tmp_path / "pages").iterdir()} == {
        *("comparison.html", "comparison.json", "comparison.md")
    }
    back = conformance("compare", "new", "old")
    assert back.code == 0
    assert "3 improved" in back.text
    assert conformance("compare", "old", "nowhere").code == 2
    assert conformance("run", "--target", "t.toml", "--out", "unreached", *_ONLY).code == 5
    unreached = conformance("compare", "old", "unreached")
    assert unreached.code == 2
    assert "unreached: the run judged nothing: " in unreached.text
    kept = conformance("baseline", "update", "b.toml", "--from", "unreached")
    assert kept.code == 2
    assert "unreached: the run judged nothing: " in kept.text
    assert "pages: is a folder" in conformance("baseline", "update", "pages", "--from", "old").text
    pinned = conformance("run", "--contract", "kitchenmonki@0.1", "--out", "old")
    assert pinned.code == 2
    assert "change the pin" in pinned.text
