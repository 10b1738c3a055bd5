"""What waits for its time: parked, judged when it is due, and lost by nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.contract import find, load
from conformance.evidence import read
from conformance.reference import Server, create_app
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.tests.cli.conftest import Command

_LIFETIMES = {"code": 4, "access_token": 6, "refresh_token": 20}
_PATIENCE = 60


@pytest.fixture
def long_lived(tmp_path: Path, target_text: str) -> Path:
    """A target file for a server that keeps the documented times, and whose run waits a second."""
    file = tmp_path / "target.toml"
    file.write_text(target_text.replace("[clock]", "[clock]\nwait = 1"))
    return file


@pytest.fixture
def short_lived(tmp_path: Path) -> Iterator[Path]:
    """A target file for a server whose values live for seconds, and whose run waits one."""
    folder = tmp_path / "mine"
    shutil.copytree(find("kitchenmonki"), folder)
    text = (folder / "openapi.yaml").read_text()
    for kind, seconds in _LIFETIMES.items():
        text = re.sub(rf"(?m)^  {kind}_lifetime: \d+", f"  {kind}_lifetime: {seconds}", text)
        text = re.sub(
            rf"(?m)^    {kind}: {{before: .*}}$", f"    {kind}: {{before: 1, after: 1}}", text
        )
    (folder / "openapi.yaml").write_text(text)
    settings = settings_for(load(folder))
    with Server(create_app(settings)) as server:
        described = target_file_for(settings, server.url, "mine").as_toml()
        file = tmp_path / "target.toml"
        file.write_text(described.replace("[clock]", "[clock]\nwait = 1"))
        yield file


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition was never met"
        time.sleep(0.05)


def _due(pending: Path) -> list[float]:
    return [entry["due"] for entry in json.loads(pending.read_text())["entries"]]


def _outcomes(out: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in read(out / "journal.jsonl").verdicts:
        found.setdefault(line["check"], []).append(line["outcome"])
    return found


def test_what_is_due_later_is_parked_and_judged_in_its_time(
    short_lived: Path, tmp_path: Path, conformance: Command
) -> None:
    """Pending is neither green nor red before its time, and comes to its verdict by `resume`."""
    only = ("--only", "KM-36", "--only", "KM-51")
    first = conformance("run", "--target", str(short_lived), "--out", "out", *only)
    assert first.code == 0, first.text
    assert "holds live tokens of " in first.text
    out = tmp_path / "out"
    assert (out / "pending.json").stat().st_mode & 0o777 == 0o600
    assert {outcome for found in _outcomes(out).values() for outcome in found} >= {"pending"}
    latest = max(_due(out / "pending.json"))
    _until(lambda: time.time() > latest)
    resumed = conformance("resume", "out")
    assert resumed.code == 0, resumed.text
    assert not (out / "pending.json").exists()
    results = json.loads((out / "results.json").read_text())
    by_id = {one["id"]: one["verdict"] for one in results["requirements"]}
    assert by_id["KM-36"] == by_id["KM-51"] == "pass"


def test_a_run_overwrites_nothing_that_is_not_due(
    long_lived: Path, tmp_path: Path, conformance: Command
) -> None:
    """A later run into the same folder goes on waiting for what the first one has prepared."""
    asked = ("run", "--target", str(long_lived), "--out", "out", "--only", "KM-51")
    conformance(*asked)
    due = sorted(_due(tmp_path / "out/pending.json"))
    again = conformance(*asked)
    assert again.code == 0, again.text
    assert sorted(_due(tmp_path / "out/pending.json")) == due


def test_a_scheduled_run_picks_up_what_is_due(
    short_lived: Path, tmp_path: Path, conformance: Command
) -> None:
    """A later run judges what the first one has prepared, and prepares nothing anew."""
    asked = ("run", "--target", str(short_lived), "--out", "out", "--only", "KM-36")
    conformance(*asked)
    (due,) = _due(tmp_path / "out/pending.json")
    _until(lambda: time.time() > due)
    conformance(*asked)
    (judged,) = (line for line in read(tmp_path / "out/journal.jsonl").verdicts if line.get("due"))
    assert (judged["due"], judged["outcome"]) == (due, "pass")
    assert not (tmp_path / "out/pending.json").exists()


def test_what_is_held_is_encrypted_where_a_key_is_given(
    long_lived: Path, tmp_path: Path, conformance: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key no token stands in the file, and without it nobody can go on.

    What an earlier run wrote without a key is encrypted too.
    """
    asked = ("run", "--target", str(long_lived), "--out", "out", "--only", "KM-36")
    assert "in the clear" in conformance(*asked).text
    monkeypatch.setenv("CONFORMANCE_PENDING_KEY", "a key of any length")
    assert "in the clear" not in conformance(*asked).text
    entry = json.loads((tmp_path / "out/pending.json").read_text())["entries"][0]
    assert entry["encrypted"] is True
    assert isinstance(entry["held"], str)
    monkeypatch.delenv("CONFORMANCE_PENDING_KEY")
    refused = conformance("resume", "out")
    assert refused.code == 2
    assert "set CONFORMANCE_PENDING_KEY" in refused.text


def test_a_killed_run_goes_on_where_it_was(
    long_lived: Path, tmp_path: Path, conformance: Command
) -> None:
    """After SIGKILL nothing is lost, and nothing is judged twice."""
    out = tmp_path / "out"
    script = "from conformance.cli.main import main; main()"
    arguments = ["run", "--target", str(long_lived), "--out", str(out), "--effort", "smoke"]
    with subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        _until(lambda: (out / "pending.json").exists() and len(_outcomes(out)) > 40)
        os.killpg(child.pid, signal.SIGKILL)
    before = _outcomes(out)
    assert read(out / "journal.jsonl").footer is None
    resumed = conformance("resume", "out")
    assert resumed.code in (0, 3), resumed.text
    after = _outcomes(out)
    header = read(out / "journal.jsonl").header
    assert header is not None
    assert set(after) == set(header["cases"])
    judged = [case for case, found in before.items() if found[-1] != "pending"]
    assert judged
    assert all(after[case] == before[case] for case in judged)
