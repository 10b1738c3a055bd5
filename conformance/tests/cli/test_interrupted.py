"""Runs that do not end by themselves: whatever they had seen by then can be read and taken up."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.cli.folders import record_of
from conformance.evidence import Record
from conformance.report import write_all
from conformance.tests.cli.conftest import Command
from conformance.tests.report.test_schema import validator
from conformance.verdict.results import evaluate

# `tox run -e kills` asks for fifty.
_KILLS = int(os.environ.get("CONFORMANCE_KILLS", "2"))
_SCRIPT = "from conformance.cli.main import main; main()"
_RUN = ("run", "--effort", "smoke", "--out", "out")
_PATIENCE = 120
_WHOLE = 2_500_000  # bytes that the journal of such a run has, roughly
_LOOKED_AT = 50  # lines of a journal from either end
_ROOM = 1_200_000


def _begun(
    tmp_path: Path, *more: str, confine: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start a run in a group of processes of its own."""
    return subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-c", _SCRIPT, *_RUN, *more],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=confine,  # noqa: PLW1509 - no thread is running in it yet
    )


def _written(out: Path) -> int:
    return sum(part.stat().st_size for part in out.glob("journal.jsonl*"))


def _await(child: subprocess.Popen[str], out: Path, size: int) -> None:
    """Wait until a run has written so many bytes, or has ended before."""
    deadline = time.monotonic() + _PATIENCE
    while _written(out) < size and child.poll() is None:
        assert time.monotonic() < deadline, "the run wrote nothing more"
        time.sleep(0.01)


def _see_that_it_can_be_read(out: Path) -> Record:
    """See that all reports can be made of what is there, and that nothing is there twice."""
    record = record_of(out)
    results = evaluate(record)
    write_all(out, record, results)
    validator("results").validate(json.loads((out / "results.json").read_text()))
    judge = validator("journal")
    lines = (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    for line in (*lines[:_LOOKED_AT], *lines[-_LOOKED_AT:-1]):  # the last may be torn
        judge.validate(json.loads(line))
    assert record.torn <= 1
    assert not list(out.glob("journal.jsonl.gw*"))
    numbers = Counter(line["number"] for line in record.exchanges)
    judged = Counter(line["check"] for line in record.verdicts if line["outcome"] != "pending")
    assert set(numbers.values()) <= {1}
    assert set(judged.values()) <= {1}
    return record


@pytest.mark.parametrize("kill", range(_KILLS))
def test_a_run_that_is_killed_leaves_a_report(kill: int, tmp_path: Path) -> None:
    """SIGKILL at any moment: the report can be read and says so, and nothing is in it twice."""
    dice = random.Random(kill)  # noqa: S311 - it must repeat, not surprise
    out = tmp_path / "out"
    workers = ("-n", "2") if kill % 2 else ()
    with _begun(tmp_path, *workers, "--seed", str(kill)) as child:
        _await(child, out, dice.randrange(1, _WHOLE))
        os.killpg(child.pid, signal.SIGKILL)
    record = _see_that_it_can_be_read(out)
    if record.footer is None and record.header is not None:
        assert "the run did not end" in (out / "summary.md").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_stop_writes_its_report(
    number: signal.Signals, tmp_path: Path
) -> None:
    """Exit code 130, a report of what there was, and no traceback."""
    out = tmp_path / "out"
    with _begun(tmp_path) as child:
        _await(child, out, _WHOLE // 4)
        child.send_signal(number)
        told, _ = child.communicate(timeout=_PATIENCE)
    assert child.returncode == 130, told
    assert "Traceback" not in told
    assert "the run did not end" in json.loads((out / "results.json").read_text())["headline"]
    assert _see_that_it_can_be_read(out).footer is None


def _little_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, _ROOM))


def test_a_full_disk_ends_a_run_and_loses_nothing(tmp_path: Path, conformance: Command) -> None:
    """Where nothing more can be written: one message, exit code 70, and a journal to go on from."""
    with _begun(tmp_path, confine=_little_room) as child:
        told, _ = child.communicate(timeout=_PATIENCE)
    assert child.returncode == 70, told
    assert "Traceback" not in told
    assert "out/journal.jsonl took no more" in told
    record = _see_that_it_can_be_read(tmp_path / "out")
    assert record.footer is None
    assert record.exchanges
    ended = conformance("report", "out")
    assert ended.code == 0
    assert "the run did not end" in ended.text
