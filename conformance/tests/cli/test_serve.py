"""`conformance serve` with a fault: inside the reference server, or before another one."""

from __future__ import annotations

import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from conformance.contract import find, load
from conformance.reference import Server, create_app
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.tests.cli.conftest import Command

_MAIN = "from conformance.cli.main import main; main()"


@contextmanager
def _served(folder: Path, *options: str) -> Iterator[str]:
    """Run `conformance serve` until the block ends; yield what it says first."""
    command = [sys.executable, "-u", "-c", _MAIN, "serve", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        yield process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def _token_answer(path: Path, token_url: str = "") -> requests.Response:
    told = tomllib.loads(path.read_text())
    client = told["client"]
    asked = {
        "grant_type": "client_credentials",
        "client_id": client["id"],
        "client_secret": client["secret"],
    }
    return requests.get(token_url or told["endpoints"]["token"], params=asked, timeout=30)


def test_a_fault_of_the_bank_is_served(tmp_path: Path) -> None:
    """The reference server has it, and the first line says what it is."""
    with _served(tmp_path, "--fault", "answer.expires-in-text") as said:
        members = _token_answer(tmp_path / "reference.toml").json()
    assert "answer.expires-in-text: " in said
    assert isinstance(members["expires_in"], str)


def test_the_standard_is_served_too(tmp_path: Path) -> None:
    """The target file names the clients that are judged by, and not that of the helper page."""
    with _served(tmp_path, "--contract", "oauth2", "--profile", "oauth21") as said:
        told = tomllib.loads((tmp_path / "reference.toml").read_text())
        metadata = requests.get(told["endpoints"]["metadata"], timeout=30).json()
    assert metadata["token_endpoint"] == told["endpoints"]["token"]
    assert said.startswith("serving oauth2 at ")
    assert told["profile"] == "oauth21"
    assert told["service_client"]["grants"] == ["client_credentials"]
    assert "secret" not in told["public_client"]


def test_a_fault_of_the_wire_stands_before_any_server(tmp_path: Path) -> None:
    """What passes is spoilt, and everything else comes through."""
    contract = load(find("kitchenmonki"))
    settings = settings_for(contract)
    with Server(create_app(settings)) as server:
        path = tmp_path / "own.toml"
        path.write_text(target_file_for(settings, server.url, "kitchenmonki").as_toml())
        with _served(
            tmp_path, "--upstream", server.url, "--fault", "wire.expires-in-missing"
        ) as said:
            before = next(word for word in said.split() if word != server.url and "://" in word)
            spoilt = _token_answer(path, before + settings.token.path).json()
            whole = _token_answer(path).json()
    assert set(whole) - set(spoilt) == {"expires_in"}


def test_what_cannot_be_served_is_said(conformance: Command) -> None:
    """An unknown fault, and one that cannot be made on the wire, are mistakes."""
    ended = conformance("serve", "--fault", "code.reusible")
    assert (ended.code, "did you mean 'code.reusable'" in ended.text) == (2, True)
    ended = conformance("serve", "--upstream", "http://127.0.0.1:9", "--fault", "code.reusable")
    assert (ended.code, "no fault is called 'code.reusable'" in ended.text) == (2, True)
    ended = conformance("serve", "--upstream", "http://127.0.0.1:9")
    assert (ended.code, "begins with 'wire.'" in ended.text) == (2, True)
