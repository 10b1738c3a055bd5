"""`conformance links`: what it prints works when it is pasted."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest
import requests

from conformance.targets.description import file
from conformance.tests.cli.conftest import Command


def lines(text: str, start: str) -> list[str]:
    """Return the words of a text that begin with something."""
    return re.findall(rf"{re.escape(start)}\S+", text)


def test_a_link_buys_a_token(target_text: str, tmp_path: Path, conformance: Command) -> None:
    """With its placeholder filled in, the link of client_credentials is answered with a token."""
    (tmp_path / "t.toml").write_text(target_text)
    ended = conformance("links", "--target", "t.toml")
    target = file.read(str(tmp_path / "t.toml"))
    assert ended.code == 0
    assert target.client.secret not in ended.text
    (link,) = [
        one
        for one in lines(ended.text, str(target.endpoints.token))
        if "client_credentials" in one and "CLIENT_SECRET" in one
    ]
    answer = requests.get(link.replace("CLIENT_SECRET", target.client.secret), timeout=10)
    assert json.loads(answer.text)["access_token"]


def test_every_grant_has_its_requests(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """Each grant, the popup and the call are there, with shell variables for what is not."""
    (tmp_path / "t.toml").write_text(target_text)
    text = conformance("links", "--target", "t.toml").text
    for words in (
        "authorization_code: open in a browser",
        "authorization_code: the same in a popup",
        "authorization_code: for a token, within 30 seconds",
        "client_credentials: for a token",
        "refresh_token: for a token",
        'code="$CODE"',
        'refresh_token="$REFRESH_TOKEN"',
        "Bearer $ACCESS_TOKEN",
    ):
        assert words in text


def test_secrets_are_shown_where_they_are_asked_for(
    target_text: str, tmp_path: Path, conformance: Command
) -> None:
    """With --secrets the requests are whole."""
    (tmp_path / "t.toml").write_text(target_text)
    secret = file.read(str(tmp_path / "t.toml")).client.secret
    assert secret in conformance("links", "--target", "t.toml", "--secrets").text


def test_a_server_that_is_not_started_is_at_a_port(conformance: Command) -> None:
    """Of a target that a run starts, the links lead to the port that is named; Basic goes apart."""
    ended = conformance("links", "--target", "oidc-provider", "--port", "3456")
    assert ended.code == 0
    assert "http://127.0.0.1:3456/auth?" in ended.text
    assert "code_challenge=" in ended.text
    assert '--user planner:"$CLIENT_SECRET"' in ended.text
    assert "code_verifier=" in ended.text


_SILENT = """
name = "silent"
contract = "oauth2"

[endpoints]
authorize = "http://127.0.0.1:{port}/authorize"
token = "http://127.0.0.1:{port}/token"

[client]
id = "x"
secret = "a-secret-of-x"
redirect_uri = "http://127.0.0.1:8765/callback"

[user]
name = "u"
password = "a-password-of-u"
"""


def test_nothing_is_sent(tmp_path: Path, conformance: Command) -> None:
    """A service is not asked what it has: every grant is shown, and what cannot be is explained."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        (tmp_path / "t.toml").write_text(_SILENT.format(port=door.getsockname()[1]))
        ended = conformance("links", "--target", "t.toml")
        door.settimeout(0)
        with pytest.raises(BlockingIOError):
            door.accept()
    assert ended.code == 0
    for grant in ("client_credentials", "refresh_token"):
        assert f"{grant}: for a token curl --user" in ended.text
    assert "# [resource].paths does not say where getResource is" in ended.text
