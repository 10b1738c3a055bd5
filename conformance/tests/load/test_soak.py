"""The whole soak: Locust's master and two workers, in processes of their own."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import find, load
from conformance.evidence import read
from conformance.load import engine
from conformance.load.book import FAULT
from conformance.load.engine import Crowd, Shared
from conformance.load.ground import Ground
from conformance.load.plan import Plan
from conformance.reference import Decisions
from conformance.targets.description.file import read as read_target
from conformance.tests.cli.conftest import Ended
from conformance.tests.load.servers import Counting, RareRace, served

_MAIN = "from conformance.cli.main import main; main()"
# So many operations that every act comes; all of a million have a tox environment of their own.
_ENOUGH = 600
_OPERATIONS = int(os.environ.get("CONFORMANCE_LOAD", _ENOUGH))
_RARE, _UNTIL = (10_000, _OPERATIONS) if _OPERATIONS > 100_000 else (5, 300)
_LONGEST = 300 + _OPERATIONS / 20  # seconds

long = pytest.mark.skipif(
    "CONFORMANCE_LOAD" not in os.environ, reason="it takes long; `tox run -e soak` has it"
)


@contextmanager
def _started(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run `conformance` in a folder."""
    command = [sys.executable, "-c", _MAIN, *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        yield process


def _called(folder: Path, *options: str) -> Ended:
    with _started(folder, *options) as process:
        text, _ = process.communicate(timeout=_LONGEST)
    return Ended(process.returncode, text)


def _soaked(folder: Path, *options: str) -> Ended:
    return _called(folder, "soak", "--target", "target.toml", "--out", "out", *options)


def _results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text())
    return found


def test_a_sound_server_stays_clean(tmp_path: Path) -> None:
    """Two workers share the operations, and neither grows; the report says how fast it was."""
    with served(tmp_path, Decisions()):
        ended = _soaked(tmp_path, "--operations", str(_OPERATIONS), "--users", "6")
    assert ended.code == 0, ended.text
    seen = _results(tmp_path)["observations"]
    assert seen["load.workers"] == 2
    assert not seen["load.workers-lost"]
    assert seen["load.operations"] == _OPERATIONS
    assert set(seen["load.latency.GET token"]) == {"median", "90%", "99%", "100%"}
    for worker in (1, 2):
        _, halfway, last = seen[f"load.memory.{worker}"]
        assert last < halfway * 1.05


def test_a_rare_race_is_found(tmp_path: Path) -> None:
    """One code in a few can be redeemed twice; the report shows it and how to see it again."""
    words = ("--operations", str(_UNTIL), "--users", "6", "--strict", "--seed", "7")
    with served(tmp_path, RareRace(_RARE)):
        ended = _soaked(tmp_path, *words)
    assert ended.code == 1, ended.text
    results = _results(tmp_path)
    found = {one["id"]: one for one in results["checks"] if one["outcome"] == "violation"}
    assert set(found) == {"race.code", "code.single-use"}
    assert found["race.code"]["step"] in found["race.code"]["exchanges"]
    assert f"soak --target target.toml --users 6 --operations {_UNTIL}" in ended.text


def test_a_baseline_excuses_what_is_known(tmp_path: Path) -> None:
    """It is written from a soak, and held against the next; what is mended makes it stale."""
    words = ("--operations", str(_ENOUGH), "--users", "6", "--strict")
    known = tmp_path / "known.toml"
    update = ("baseline", "update", "--from", "out", "--strict", "--reason", "till the move")
    with served(tmp_path, RareRace(2)):
        assert _soaked(tmp_path, *words).code == 1
        assert _called(tmp_path, *update, known.name).code == 0
        assert "under_load = true" in known.read_text()
        excused = _soaked(tmp_path, *words, "--baseline", known.name)
    assert excused.code == 0, excused.text
    assert set(_results(tmp_path)["baseline"]["excused"]) == {"race.code", "code.single-use"}
    with served(tmp_path, Decisions()):
        mended = _soaked(tmp_path, *words, "--baseline", known.name)
    assert mended.code == 4, mended.text
    assert "it passes now; delete it" in mended.text


def test_limits_hold_for_all_workers_together(tmp_path: Path) -> None:
    """No more requests come than the target file allows, and no faster."""
    counting = Counting()
    with served(tmp_path, counting) as file:
        limits = "requests = 150\nrate = 30"
        file.write_text(re.sub(r"requests = \d+", limits, file.read_text()))
        ended = _soaked(tmp_path, "--duration", "60", "--users", "6")
    assert _results(tmp_path)["observations"]["load.workers"] == 2, ended.text
    assert len(counting.moments) <= 150
    assert counting.rate < 33


def test_a_target_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Nothing is judged, and nothing is green."""
    with served(tmp_path, Decisions()):
        pass
    ended = _soaked(tmp_path, "--duration", "5")
    assert ended.code == 5
    assert "nobody answers there" in " ".join(ended.text.split())


def test_a_fault_of_the_suite_is_told_as_one(tmp_path: Path) -> None:
    """It ends the soak and comes into the journal by its place, without what it says."""
    contract = load(find("kitchenmonki"))
    ground: Any = Ground(stage=None, peaceful=True, reasons={})  # type: ignore[arg-type]
    with served(tmp_path, Decisions()) as file:
        plan = Plan(read_target(str(file)), contract, ground, journal=tmp_path / "journal.jsonl")
        shared = Shared(seed=1, workers=1, operations=None, requests=100, first=1)
        log = tmp_path / "locust.txt"
        assert engine.run(plan, engine.alone(Crowd(1, 300), shared), log) == 0, log.read_text()
    seen = read(tmp_path / "journal.jsonl").observations
    assert re.fullmatch(r"\w+Error at \w+\.py:\d+", seen[FAULT])


@long
def test_the_commands_of_the_guide_work(tmp_path: Path) -> None:
    """One after the other on one machine; then a master, and workers on two machines."""
    address = f"127.0.0.1:{_free_port()}"
    alone, master, worker, update, gated = _guide(address)
    machines = [tmp_path / name for name in ("master", "first", "second")]
    with served(tmp_path, Decisions()) as file:
        for machine in machines:
            machine.mkdir()
            (machine / "staging.toml").write_text(file.read_text())
        for command in (alone, update, gated):
            ended = _called(machines[0], *command)
            assert ended.code == 0, ended.text
        with (
            _started(machines[0], *master) as waiting,
            _started(machines[1], *worker) as first,
            _started(machines[2], *worker) as second,
        ):
            text, _ = waiting.communicate(timeout=_LONGEST)
            told = [one.communicate(timeout=_LONGEST)[0] for one in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], told
    assert all(one.startswith(f"4 workers for {address};") for one in told)
    assert waiting.returncode == 0, text
    results = json.loads((machines[0] / "reports" / "soak" / "results.json").read_text())
    assert results["observations"]["load.workers"] == 8
    assert not (machines[1] / "reports" / "soak" / "journal.jsonl").exists()


def _guide(address: str) -> Iterator[list[str]]:
    """Yield the words of each command of the guide, for a master at an address and a short time."""
    text = (Path(__file__).parents[3] / ".github" / "soak.md").read_text()
    for command in re.findall(r"```sh\nconformance (.+)\n```", text):
        short = command.replace("--duration 3600", "--duration 15")
        yield shlex.split(re.sub(r"\S+:5557", address, short))


@long
def test_an_interrupted_soak_leaves_a_report(tmp_path: Path) -> None:
    """Ctrl-C ends Locust as it ends itself, and what was seen until then is told."""
    with (
        served(tmp_path, Decisions()) as file,
        _started(
            tmp_path, "soak", "--target", str(file), "--out", "out", "--duration", "300"
        ) as process,
    ):
        _await(lambda: b"operations" in (tmp_path / "out" / "locust.txt").read_bytes())
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=_LONGEST)
    assert process.returncode == 130, text
    assert _results(tmp_path)["observations"]["load.operations"]


def _await(holds: Callable[[], bool]) -> None:
    """Wait for a condition, for as long as a busy machine may need."""
    ends = time.monotonic() + _LONGEST
    while time.monotonic() < ends:
        with suppress(OSError):
            if holds():
                return
        time.sleep(0.2)
    pytest.fail("it did not come")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
