"""The servers that come with the suite: what their recipes show without an installation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.contract import find, load
from conformance.targets.description import endpoints
from conformance.targets.description.file import TargetFile, read, shipped, variables

SERVERS = [name for name in shipped() if not variables(name) and read(name).install]
_OF_THE_SYSTEM = {"sh", "mkdir", "cp"}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> TargetFile:
    """Return the target file of a server."""
    return read(request.param)


def _files(server: TargetFile) -> Path:
    assert server.install is not None
    assert server.install.files is not None
    return server.folder / server.install.files


def test_a_server_agrees_with_its_contract(server: TargetFile) -> None:
    """What the target file names is there in the contract, and it names the one by whom it goes."""
    endpoints.agree(server, load(find(server.contract)))
    assert server.install is not None
    assert server.install.server == server.name


def test_every_program_of_an_installation_is_named(server: TargetFile) -> None:
    """A step calls what `needs` lists, what an earlier step made, or what every system has."""
    recipe = server.install
    assert recipe is not None
    called = {step[0] for step in recipe.steps} - _OF_THE_SYSTEM - {"{python}"}
    made = {program for program in called if "/" in program}
    assert called - made <= set(recipe.needs)


def test_every_version_is_pinned(server: TargetFile) -> None:
    """The same recipe installs the same server, and a lock file names no registry."""
    files = _files(server)
    for requirements in files.glob("requirements.txt"):
        lines = requirements.read_text().split()
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    for package in files.glob("package.json"):
        wanted = json.loads(package.read_text())["dependencies"]
        assert all(re.fullmatch(r"\d[\w.-]*", version) for version in wanted.values())
        lock = (files / "package-lock.json").read_text()
        assert "integrity" in lock
        assert "resolved" not in lock
    if (files / "go.mod").is_file():
        assert (files / "go.sum").stat().st_size
