"""Whole runs of the command line against a target that means harm.

`tox run -e hostile` goes on until two hundred thousand answers were given.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conformance.contract import find, load
from conformance.reference import Server
from conformance.targets.description.file import parse
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.tests.hostile.leaks import leaks, left_behind
from conformance.tests.hostile.target import Hostile

_ANSWERS = int(os.environ.get("CONFORMANCE_HOSTILE", "1000"))
_EACH = 1000  # answers; a run ends there at the latest
_PATIENCE = 300
_SHARES = (0.02, 0.1, 0.4)
_ENDS = {0, 1, 3, 5}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SCRIPT = "from conformance.cli.main import main; main()"


@contextmanager
def _served(seed: int, folder: Path) -> Iterator[Hostile]:
    """Serve a hostile target, and write its target file."""
    settings = settings_for(load(find("kitchenmonki")), clock_control=True)
    target = Hostile(settings, seed, _SHARES[seed % len(_SHARES)])
    with Server(target) as server:
        told = target_file_for(settings, server.url, "kitchenmonki").model_dump(
            mode="json", exclude_unset=True
        )
        # Some requests reach nobody, and a body that is held back is not worth waiting for.
        limits = {"timeout": 0.5, "requests": _EACH + 50}
        file = parse({**told, "limits": limits}, folder / "target.toml")
        (folder / "target.toml").write_text(file.as_toml(), encoding="utf-8")
        yield target


def _run(folder: Path, seed: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _SCRIPT, "run", "--target", "target.toml", "--out", "out"]
    return subprocess.run(  # noqa: S603 - our own command line
        [*command, "--effort", "smoke", "--seed", str(seed)],
        cwd=folder,
        env={**os.environ, "GITHUB_ACTIONS": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("part", range(max(1, _ANSWERS // _EACH)))
def test_nothing_crashes_hangs_or_leaks(part: int, tmp_path: Path) -> None:
    """Whatever a target answers: an ordinary end, readable reports, and no secret anywhere."""
    given, seed = 0, part * _EACH
    while given < _EACH:
        folder = tmp_path / str(seed)
        folder.mkdir()
        with _served(seed, folder) as target:
            done = _run(folder, seed)
        _see_that_all_is_well(folder / "out", done, target)
        given += target.answers
        seed += 1


def _see_that_all_is_well(
    out: Path, done: subprocess.CompletedProcess[str], target: Hostile
) -> None:
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    faults = [one["reason"] for one in results["checks"] if one["verdict"] == "error"]
    assert not faults
    assert done.returncode in _ENDS, done.stdout
    assert "Traceback" not in done.stdout
    assert not _CONTROLS.search(done.stdout)
    texts = [("terminal", done.stdout), *left_behind(out)]
    assert not leaks(texts, target.secrets)
    page = BeautifulSoup((out / "report.html").read_bytes(), "html.parser")
    assert len([one for one in page.find_all("script") if not one.get("type")]) == 1
    assert not page.find_all(["img", "svg", "iframe", "object", "form", "base"], src=True)
    assert not [tag for tag in page.find_all() if any(name.startswith("on") for name in tag.attrs)]
