"""The consent driver `manual`: a person at this machine opens the URL, logs in and decides.

Where the person ends up is caught by a listener, if the redirect_uri leads to this machine, and is
else pasted into the terminal, in the time that a code lives.
"""

from __future__ import annotations

import os
import select
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol
from urllib.parse import urlsplit

from conformance.targets.catcher import Catcher, listening
from conformance.targets.consent import Visit, open_only, seen_from_outside
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.targets.person import Decision, Hesitation
from conformance.wire import Wire

_PATIENCE = 300.0  # seconds for a person to log in and decide
_TICK = 0.2
_WORDS = {"allow": "ALLOW what is asked", "deny": "DENY what is asked", "leave": "decide NOTHING"}


class Shown(Protocol):
    """What shows a text to a person."""

    def write(self, text: str, /) -> object:
        """Show it."""

    def flush(self) -> object:
        """Show it now."""


class Terminal:
    """Where a person reads and types; without `typed` nobody can answer."""

    def __init__(self, shown: Shown, typed: int | None) -> None:
        self._shown = shown
        self._typed = typed

    @classmethod
    @contextmanager
    def own(cls) -> Iterator[Terminal]:
        """Open the terminal of this process; where it has none, its messages can only be read."""
        try:
            with open("/dev/tty", "w", encoding="utf-8") as shown, open("/dev/tty", "rb") as typed:  # noqa: PTH123
                yield cls(shown, typed.fileno())
        except OSError:
            yield cls(sys.__stderr__ or sys.stderr, None)

    @property
    def answers(self) -> bool:
        """Tell whether somebody can type."""
        return self._typed is not None

    def say(self, text: str, end: str = "\n") -> None:
        """Show a text."""
        print(text, end=end, file=self._shown, flush=True)

    def line(self, seconds: float) -> str | None:
        """Return a line that was typed within some seconds, or None."""
        if self._typed is None:
            time.sleep(seconds)
            return None
        ready, _, _ = select.select([self._typed], [], [], seconds)
        return os.read(self._typed, 65536).decode("utf-8", "replace").strip() if ready else None


class ManualConsent:
    """Asks a person."""

    name = "manual"

    def __init__(
        self,
        wire: Wire,
        code_lifetime: float,
        terminal: Terminal | None = None,
        patience: float = _PATIENCE,
    ) -> None:
        self._wire = wire
        self._code_lifetime = code_lifetime
        self._terminal = terminal
        self._patience = patience

    def visit(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        hesitating: Hesitation | None = None,
        *,
        returning: bool = False,  # noqa: ARG002 - the person's browser decides that
    ) -> Visit:
        """Ask for one way through the pages and wait for its end; raises `ConsentError`."""
        if user is None:
            return open_only(self._wire, url, redirect_uri)
        with ExitStack() as stack:
            terminal = self._terminal or stack.enter_context(Terminal.own())
            catcher = stack.enter_context(listening(redirect_uri))
            errand = _Errand(terminal, catcher, url, decision, self._patience)
            return errand.run(user, self._code_lifetime, hesitating)


class _Errand:
    """One thing that a person is asked to do."""

    def __init__(
        self,
        terminal: Terminal,
        catcher: Catcher | None,
        url: str,
        decision: Decision,
        patience: float,
    ) -> None:
        self._terminal = terminal
        self._catcher = catcher
        self._url = url
        self._decision = decision
        self._patience = patience

    def run(self, user: User, code_lifetime: float, hesitating: Hesitation | None) -> Visit:
        """Ask, wait, and return where the person ended."""
        needs_answer = hesitating or self._decision == "leave" or self._catcher is None
        if needs_answer and not self._terminal.answers:
            raise self._problem("nobody can answer: there is no terminal")
        started = time.time()
        self._ask(user)
        if hesitating or self._decision == "leave":
            self._await_enter("Press Enter when you see the page that asks what you allow.")
        if self._decision == "leave":
            return Visit(seen_from_outside(self._url, started), steps=("login",))
        if hesitating:
            hesitating()
            self._terminal.say("Now decide.")
        started, redirect = self._redirect(started, code_lifetime)
        return Visit(
            seen_from_outside(self._url, started), redirect, steps=("login", self._decision)
        )

    def _ask(self, user: User) -> None:
        self._terminal.say(
            f"\nOpen this in a private window of a browser:\n\n  {self._url}\n\n"
            f"Log in as {user.name} (the password stands in [{user.role}] of the target file),"
            f" then {_WORDS[self._decision]}."
        )
        if _has_screen():
            webbrowser.open(self._url)

    def _redirect(self, started: float, code_lifetime: float) -> tuple[float, str]:
        """Return where the person was sent, and since when that can have been."""
        if self._catcher:
            self._terminal.say("The way back is caught here; if it is not, paste the address.")
            return started, self._awaited(self._patience)
        self._await_enter("Press Enter just before you decide; then paste the address you come to.")
        started = time.time()
        return started, self._awaited(code_lifetime)

    def _awaited(self, seconds: float) -> str:
        """Wait for an address, and count the seconds down."""
        until = time.monotonic() + seconds
        shown = None
        while (left := until - time.monotonic()) > 0:
            if shown != int(left):
                shown = int(left)
                self._terminal.say(f"\r{shown:4d} s left ", end="")
            found = self._catcher.caught() if self._catcher else None
            found = found or self._terminal.line(_TICK)
            if found and urlsplit(found).scheme:
                self._terminal.say("\rThank you.    ")
                return found
        self._terminal.say("")
        raise self._problem(f"no address came within {seconds:g} s")

    def _await_enter(self, what: str) -> None:
        self._terminal.say(what)
        if self._terminal.line(self._patience) is None:
            raise self._problem(f"nobody pressed Enter within {self._patience:g} s")

    def _problem(self, found: str) -> ConsentError:
        return ConsentError(self._decision, self._url, found)


def _has_screen() -> bool:
    """Tell whether a browser can be opened for the person."""
    desktop = sys.platform in ("darwin", "win32")
    return desktop or any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))
