"""Every command in the documents does what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.contract import find, load
from conformance.reference import Server, create_app
from conformance.targets.startup.embedded import settings_for, target_file_for

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = ("README.md", "specs/README.md", "reports/README.md", ".github/CONTRIBUTING.md")
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_INLINE = re.compile(r"`((?:conformance|pytest --pyargs) [^`]+)`")
_SERVES = "conformance serve"


def _commands(name: str) -> Iterator[str]:
    text = (ROOT / name).read_text()
    for block in _BLOCK.findall(text):
        yield from (line for line in block.splitlines() if line.strip())
    yield from _INLINE.findall(re.sub(_BLOCK, "", text))


ALL = sorted({command for name in DOCUMENTS for command in _commands(name)})
SET_UP = [command for command in ALL if "venv" in command]
TASKS = [command for command in ALL if command.startswith("tox ")]
PLAIN = [
    command
    for command in ALL
    if command not in SET_UP + TASKS and "…" not in command and not command.startswith(_SERVES)
]


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the README's `staging.toml`, for a server that runs, and a report."""
    folder = tmp_path_factory.mktemp("workplace")
    settings = settings_for(load(find("kitchenmonki")))
    with Server(create_app(settings)) as server:
        described = target_file_for(settings, server.url, "kitchenmonki")
        (folder / "staging.toml").write_text(described.as_toml())
        assert _called("conformance run --effort smoke --only KM-08", folder).returncode == 0
        yield folder


def _called(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command)
    module = {
        "conformance": ("-c", "from conformance.cli.main import main; main()"),
        "pytest": ("-m", "pytest"),
    }
    return subprocess.run(  # noqa: S603 - the documents' own commands
        [sys.executable, *module[program], *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_documents_have_commands() -> None:
    """The commands are found where they stand, so that the tests below are about something."""
    assert len(SET_UP) == 2
    assert len(TASKS) >= 2
    assert len(PLAIN) >= 6


@pytest.mark.parametrize("command", PLAIN)
def test_a_command_works(command: str, workplace: Path) -> None:
    """It ends without a finding on a service that conforms."""
    ended = _called(command, workplace)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_test_command_is_what_ci_runs() -> None:
    """The README's second command stands in `.ci/run`, word for word."""
    second = next(command for command in SET_UP if "tox" in command)
    words = [part.strip() for part in second.split("&&")]
    script = (ROOT / ".ci/run").read_text()
    assert all(word.removeprefix("python3 -m ") in script for word in words)


def test_the_first_command_works_on_a_fresh_clone(tmp_path: Path) -> None:
    """One line sets everything up, judges the embedded server and leaves a report."""
    first = next(command for command in SET_UP if "conformance run" in command)
    git = ("git", "clone", "--quiet", str(ROOT), "clone")
    subprocess.run(git, cwd=tmp_path, check=True)  # noqa: S603 - a fixed command
    ended = subprocess.run(  # noqa: S602 - the README's own line
        first, shell=True, cwd=tmp_path / "clone", capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "clone/reports/latest/report.html").stat().st_size > 10_000


@pytest.mark.parametrize("command", TASKS)
def test_a_task_is_on_the_menu(command: str) -> None:
    """Each tox environment that a document names exists."""
    found = re.search(r"-e (\w+)", command)
    menu = (ROOT / "tox.ini").read_text()
    assert found is None or f"[testenv:{found[1]}]" in menu
