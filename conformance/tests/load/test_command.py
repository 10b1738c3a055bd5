"""What a soak cannot do is told before anything is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.plugin.session import Options, Session
from conformance.reference import Decisions
from conformance.tests.cli.conftest import Ended
from conformance.tests.load.servers import served

_MAIN = "from conformance.cli.main import main; main()"
_WITHOUT_LOCUST = f"import sys; sys.modules['locust'] = None; {_MAIN}"


@pytest.fixture
def target(tmp_path: Path) -> str:
    """The text of a target file, of a server that has gone."""
    with served(tmp_path, Decisions()) as file:
        return file.read_text()


def _called(folder: Path, *words: str, program: str = _MAIN) -> Ended:
    command = [sys.executable, "-c", program, *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return Ended(ended.returncode, " ".join((ended.stdout + ended.stderr).split()))


def test_without_locust_it_says_how_to_get_it(tmp_path: Path) -> None:
    """It is an extra, since nothing else needs it."""
    ended = _called(tmp_path, "soak", program=_WITHOUT_LOCUST)
    assert ended.code == 2
    assert "pip install 'oauth2-conformance[soak]'" in ended.text


@pytest.mark.parametrize("driver", ["browser", "manual"])
def test_a_browser_or_a_person_is_too_slow(tmp_path: Path, target: str, driver: str) -> None:
    """Consent that takes a second a piece makes no load."""
    slow = target.replace("[consent.login]", f'[consent]\ndriver = "{driver}"\n\n[consent.login]')
    (tmp_path / "target.toml").write_text(slow)
    ended = _called(tmp_path, "soak", "--target", "target.toml")
    assert ended.code == 2
    assert f"driver = '{driver}' is too slow for a soak; form and command are not" in ended.text


def test_what_is_known_of_a_run_says_nothing_of_a_soak(tmp_path: Path, target: str) -> None:
    """What a baseline does not name it takes for new, and a run does not know what a soak asks."""
    (tmp_path / "target.toml").write_text(target)
    (tmp_path / "known.toml").write_text(
        'target = "embedded"\ncontract = { name = "kitchenmonki" }\n'
    )
    ended = _called(tmp_path, "soak", "--target", "target.toml", "--baseline", "known.toml")
    assert ended.code == 2
    assert "this is the baseline of embedded by kitchenmonki;" in ended.text
    assert "the run is of embedded by kitchenmonki under load" in ended.text


@pytest.mark.parametrize("option", ["--master", "--worker"])
def test_several_machines_need_a_server_that_all_reach(tmp_path: Path, option: str) -> None:
    """The embedded server is on one machine only."""
    ended = _called(tmp_path, "soak", option, "127.0.0.1")
    assert ended.code == 2
    assert "several machines need a server that all of them reach" in ended.text


def test_an_address_has_a_host(tmp_path: Path) -> None:
    """What is none is told as a mistake."""
    ended = _called(tmp_path, "soak", "--master", "host:port")
    assert ended.code == 2
    assert "'host:port' is no HOST[:PORT]" in ended.text


def test_there_is_nothing_to_resume(tmp_path: Path, target: str) -> None:
    """A soak is started again, by its own command."""
    (tmp_path / "target.toml").write_text(target)
    assert _called(tmp_path, "soak", "--target", "target.toml", "--out", "out").code == 5
    ended = _called(tmp_path, "resume", "out")
    assert ended.code == 2
    assert "a soak leaves nothing to be taken up" in ended.text


def test_a_server_that_is_started_runs_at_its_own_speed() -> None:
    """A clock that can be moved would make it many times slower, and nobody moves it here."""
    session = Session(Options(target="authlib"))
    session.unhindered()
    assert session.file is not None
    assert session.file.process is not None
    assert not session.file.process.faketime
