"""A person who opens the page by hand: caught on the way back, or pasting where it led."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import requests

from conformance.targets.consent.driver import Decision, Visit
from conformance.targets.consent.manual import ManualConsent, Terminal
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.wire import Wire

ANN = User("user", "ann", "pass-of-ann", "u1")
URL = "http://127.0.0.1:1/authorize?x=1"
AWAY = "https://app.example/cb"


@dataclass
class Desk:
    """A terminal with a person before it: `answers` are given when their words are shown."""

    answers: dict[str, str | Callable[[], object]] = field(default_factory=dict)
    shown: str = ""
    typed: int = -1

    def write(self, text: str) -> int:
        """Show a text, and let the person react."""
        self.shown += text
        for words in [one for one in self.answers if one in self.shown]:
            answer = self.answers.pop(words)
            if isinstance(answer, str):
                os.write(self.typed, f"{answer}\n".encode())
            else:
                threading.Thread(target=answer).start()
        return len(text)

    def flush(self) -> None:
        """Do as a file does."""


@contextmanager
def seated(desk: Desk) -> Iterator[Terminal]:
    """Give a person a terminal."""
    reads, desk.typed = os.pipe()
    try:
        yield Terminal(desk, reads)
    finally:
        os.close(reads)
        os.close(desk.typed)


def visit(
    desk: Desk, redirect_uri: str = AWAY, decision: Decision = "allow", patience: float = 20.0
) -> Visit:
    """Let a person go through the pages."""
    with seated(desk) as terminal:
        driver = ManualConsent(Wire(["127.0.0.1:1"]), 30.0, terminal, patience)
        return driver.visit(URL, ANN, decision, redirect_uri)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def test_the_way_back_is_caught() -> None:
    """A browser that comes to a redirect_uri on this machine ends the wait; other paths do not."""
    home = f"http://127.0.0.1:{free_port()}/cb"

    def come_back() -> None:
        requests.get(home.replace("/cb", "/favicon.ico"), timeout=10)
        requests.get(f"{home}?code=abc&state=s", timeout=10)

    desk = Desk({"s left": come_back})
    found = visit(desk, home)
    assert (found.code, found.redirect) == ("abc", f"{home}?code=abc&state=s")
    assert URL in desk.shown
    assert "ALLOW" in desk.shown
    assert "pass-of-ann" not in desk.shown


def test_the_address_can_be_pasted() -> None:
    """Where nothing can be caught the person pastes, while the life of a code is counted down."""
    desk = Desk({"just before": "", " s left": f"{AWAY}?error=access_denied"})
    found = visit(desk, decision="deny")
    assert dict(found.query) == {"error": "access_denied"}
    assert found.steps == ("login", "deny")
    assert "DENY" in desk.shown
    assert "29 s left" in desk.shown


def test_a_taken_port_does_not_keep_from_pasting() -> None:
    """Where somebody else listens at the redirect_uri the address is pasted."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        home = f"http://127.0.0.1:{door.getsockname()[1]}/cb"
        assert visit(Desk({"just before": "", "s left": f"{home}?code=abc"}), home).code == "abc"


def test_a_person_may_leave() -> None:
    """A person who is to leave says when the page is there."""
    assert visit(Desk({"Press Enter": ""}), decision="leave").redirect is None


def test_a_person_may_wait_before_deciding() -> None:
    """A person stops at the page that asks, and decides when told to."""
    desk = Desk({"page that asks": "", "just before": "", "s left": f"{AWAY}?code=abc"})
    with seated(desk) as terminal:
        driver = ManualConsent(Wire(["127.0.0.1:1"]), 30.0, terminal)
        paused = driver.pause(URL, ANN, AWAY)
        assert "ALLOW" not in desk.shown
        assert paused.decide("allow").code == "abc"


def test_nobody_comes() -> None:
    """A person who does nothing is not waited for for ever."""
    with pytest.raises(ConsentError, match=r"'allow', at http://127.0.0.1:1/authorize: nobody"):
        visit(Desk(), patience=0.1)


def test_without_a_terminal_nobody_is_asked() -> None:
    """What needs an answer cannot be done where nobody can type."""
    driver = ManualConsent(Wire(["127.0.0.1:1"]), 30.0, Terminal(io.StringIO(), None))
    with pytest.raises(ConsentError, match="there is no terminal"):
        driver.visit(URL, ANN, "allow", AWAY)
