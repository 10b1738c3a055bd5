"""Tests of consent that a program gives."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from conformance.targets.consent.command import CommandConsent
from conformance.targets.errors import ConsentError
from conformance.tests.targets.consent.test_driver import ANN, HOME
from conformance.wire import Wire

URL = "http://127.0.0.1:1/authorize?x=1"


def command(code: str, folder: Path, timeout: float = 20.0) -> CommandConsent:
    """Return a driver whose command is a Python program."""
    return CommandConsent(Wire(["127.0.0.1:1"]), (sys.executable, "-c", code), folder, timeout)


def test_a_command_gives_consent(tmp_path: Path) -> None:
    """A command gets URL, user and decision, and its last line is the redirect."""
    code = (
        "import os, sys; e = os.environ; print('working');"
        f"print('{HOME}?code=' + '-'.join([e['CONFORMANCE_USER'], e['CONFORMANCE_PASSWORD'],"
        "e['CONFORMANCE_DECISION'], sys.argv[-1][-3:]]))"
    )
    before = time.time()
    found = command(code, tmp_path).visit(URL, ANN, "allow", HOME)
    assert found.code == "ann-pass-of-ann-allow-x=1"
    assert found.steps == ("login", "allow")
    assert before <= found.last.sent_at < found.last.received_at <= time.time()


@pytest.mark.parametrize(
    ("code", "timeout", "expected"),
    [
        (
            "import os, sys; sys.exit('no such user: ' + os.environ['CONFORMANCE_PASSWORD'])",
            20.0,
            r"ended with 1 and said: no such user: \[password\]",
        ),
        ("print('done')", 20.0, "printed no redirect URL"),
        ("print('http://a.example:99999/')", 20.0, "printed no redirect URL"),
        ("", 20.0, "printed no redirect URL"),
        ("import threading; threading.Event().wait()", 0.2, "took longer than 0.2 s"),
    ],
)
def test_a_command_that_fails_is_told(
    tmp_path: Path, code: str, timeout: float, expected: str
) -> None:
    """A command that ends badly, says nothing or hangs is reported, without the password."""
    with pytest.raises(ConsentError, match=expected) as caught:
        command(code, tmp_path, timeout).visit(URL, ANN, "deny", HOME)
    assert "pass-of-ann" not in str(caught.value)


def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A command that cannot be run is named with its key."""
    driver = CommandConsent(Wire(["127.0.0.1:1"]), ("./approve.sh",), tmp_path)
    with pytest.raises(ConsentError, match=r"\[consent\]\.command './approve.sh' cannot be run"):
        driver.visit(URL, ANN, "allow", HOME)


@pytest.mark.parametrize(
    ("printed", "redirect"),
    [
        ("http://127.0.0.1:1/error?error=invalid_client", None),
        ("http://127.0.0.1:1/nowhere?code=x", "http://127.0.0.1:1/nowhere?code=x"),
        (f"{HOME}?code=x", f"{HOME}?code=x"),
        ("https://attacker.example/?code=x", "https://attacker.example/?code=x"),
    ],
)
def test_a_command_that_ends_on_a_page_went_nowhere(
    tmp_path: Path, printed: str, redirect: str | None
) -> None:
    """A URL of the target's own, where it shows an error, is no redirect back to the client."""
    found = command(f"print('{printed}')", tmp_path).visit(URL, ANN, "allow", HOME)
    assert found.redirect == redirect


def test_a_command_may_leave(tmp_path: Path) -> None:
    """A command that is to leave need not print a URL."""
    found = command("", tmp_path).visit(URL, ANN, "leave", HOME)
    assert (found.redirect, found.steps) == (None, ("login",))
