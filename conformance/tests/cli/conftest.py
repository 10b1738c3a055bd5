"""A reference server to name in target files, and the command line as a user calls it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.contract import find, load
from conformance.reference import Server, create_app
from conformance.targets.startup.embedded import settings_for, target_file_for

_LONGEST = 120


@dataclass(frozen=True)
class Ended:
    """How a command ended; `text` is what it printed, without the terminal's line breaks."""

    code: int
    text: str


Command = Callable[..., Ended]


@pytest.fixture
def conformance(tmp_path: Path) -> Command:
    """Call the command line in an empty folder."""

    def call(*arguments: str) -> Ended:
        command = [sys.executable, "-c", "from conformance.cli.main import main; main()"]
        done = subprocess.run(  # noqa: S603 - our own command line
            [*command, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        return Ended(done.returncode, " ".join((done.stdout + done.stderr).split()))

    return call


@pytest.fixture(scope="session")
def target_text() -> Iterator[str]:
    """The target file of a reference server that runs as long as the tests."""
    settings = settings_for(load(find("kitchenmonki")))
    with Server(create_app(settings)) as server:
        yield target_file_for(settings, server.url, "kitchenmonki").as_toml()
