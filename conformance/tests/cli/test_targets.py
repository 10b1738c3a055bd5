"""Targets that cannot be judged: the right exit code, one message, and a report all the same."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.tests.cli.conftest import Command


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        held: list[socket.socket] = []
        thread = threading.Thread(target=_accept, args=(door, held), daemon=True)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in held:
        connection.close()


def _accept(door: socket.socket, held: list[socket.socket]) -> None:
    while True:
        try:
            held.append(door.accept()[0])
        except OSError:
            return


def _port(text: str) -> str:
    found = re.search(r"127\.0\.0\.1:(\d+)/v2", text)
    assert found
    return found[1]


def _results(tmp_path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((tmp_path / "out/results.json").read_text())
    return found


def test_a_dead_port_is_told_in_one_sentence(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """Exit code 5, what was tried, what to do, and a report in which nothing is green."""
    (tmp_path / "t.toml").write_text(target_text.replace(_port(target_text), "9"))
    ended = conformance("run", "--target", "t.toml", "--out", "out")
    assert ended.code == 5
    assert "nobody answers there" in ended.text
    assert "[endpoints] of" in ended.text
    results = _results(tmp_path)
    assert results["exit_code"] == 5
    assert results["counts"]["requirements"]["pass"] == 0  # type: ignore[index]


def test_tls_that_fails_is_told_apart(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """A server that speaks no TLS is not a dead one: exit code 5, and the message says TLS."""
    text = target_text.replace(
        f"http://127.0.0.1:{_port(target_text)}", f"https://127.0.0.1:{_port(target_text)}"
    )
    (tmp_path / "t.toml").write_text(text)
    ended = conformance("run", "--target", "t.toml", "--out", "out")
    assert ended.code == 5
    assert "no TLS connection" in ended.text


def test_a_target_that_hangs_ends_the_run(
    target_text: str, tmp_path: Path, silent_port: int, conformance: Command
) -> None:
    """The timeout of the target file holds: exit code 5."""
    text = target_text.replace(_port(target_text), str(silent_port))
    (tmp_path / "t.toml").write_text(text.replace("[limits]", "[limits]\ntimeout = 0.5"))
    ended = conformance("run", "--target", "t.toml", "--out", "out")
    assert ended.code == 5
    assert "gave no answer in time" in ended.text


def test_credentials_that_yield_no_token_are_not_a_verdict(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """Where no grant yields a token the target is not judged: exit code 5."""
    text = re.sub(r'(?m)^id = "client-', 'id = "clint-', target_text)
    (tmp_path / "t.toml").write_text(text)
    ended = conformance("run", "--target", "t.toml", "--out", "out")
    assert ended.code == 5
    assert "client_credentials yields no token" in ended.text


def test_a_consent_page_that_is_not_as_declared_names_step_and_page(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """What needs a user stays unjudged, exit code 3, and the message names the step and the key."""
    text = re.sub(r'(?m)^value = "allow"', 'value = "permit"', target_text)
    (tmp_path / "t.toml").write_text(text)
    ended = conformance(
        "run", "--target", "t.toml", "--out", "out", "--only", "KM-24", "--only", "KM-09"
    )
    assert ended.code == 3
    assert "step 'allow'" in ended.text
    assert "[consent].allow" in ended.text
    by_id = {one["id"]: one["verdict"] for one in _results(tmp_path)["requirements"]}  # type: ignore[attr-defined]
    assert by_id["KM-24"] == "inconclusive"
    assert by_id["KM-09"] == "pass"
