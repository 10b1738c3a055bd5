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
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from conformance.targets.consent.catcher import Catcher, listening
from conformance.targets.consent.driver import Paused, Visit, open_only, seen_from_outside
from conformance.targets.consent.person import Decision
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.wire import Wire

_PATIENCE = 300.0  # seconds for a person to log in and decide
_TICK = 0.2
_WORDS = {"allow": "ALLOW what is asked", "deny": "DENY what is asked", "leave": "go away"}


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
        *,
        returning: bool = False,  # noqa: ARG002 - the person's browser decides that
    ) -> Visit:
        """Ask for one way through the pages and wait for its end; raises `ConsentError`."""
        if user is None:
            return open_only(self._wire, url, redirect_uri)
        if decision == "leave":
            return Visit(self.pause(url, user, redirect_uri).last, steps=("login",))
        with self._errand(url, decision, redirect_uri) as errand:
            errand.ask(user, _WORDS[decision])
            return errand.end()

    def pause(self, url: str, user: User, redirect_uri: str) -> Paused:
        """Ask for the way up to the decision; raises `ConsentError`."""

        def decide(decision: Decision) -> Visit:
            with self._errand(url, decision, redirect_uri) as errand:
                errand.go_on(_WORDS[decision])
                return errand.end()

        with self._errand(url, "leave", redirect_uri) as errand:
            started = time.time()
            errand.ask(user, "decide NOTHING yet")
            errand.await_enter("Press Enter when you see the page that asks what you allow.")
        return Paused(seen_from_outside(url, started), decide)

    @contextmanager
    def _errand(self, url: str, decision: Decision, redirect_uri: str) -> Iterator[_Errand]:
        with ExitStack() as stack:
            terminal = self._terminal or stack.enter_context(Terminal.own())
            catcher = stack.enter_context(listening(redirect_uri))
            yield _Errand(terminal, catcher, url, decision, self._patience, self._code_lifetime)


@dataclass(frozen=True)
class _Errand:
    """One thing that a person is asked to do; times are seconds."""

    terminal: Terminal
    catcher: Catcher | None
    url: str
    decision: Decision
    patience: float
    code_lifetime: float

    def ask(self, user: User, what: str) -> None:
        """Ask a person to open the URL, and open it where there is a screen."""
        self.terminal.say(
            f"\nOpen this in a private window of a browser:\n\n  {self.url}\n\n"
            f"Log in as {user.name} (the password stands in [{user.role}] of the target file),\n"
            f"then {what}."
        )
        if _has_screen():
            webbrowser.open(self.url)

    def go_on(self, what: str) -> None:
        """Ask a person who has not decided yet to decide."""
        self.terminal.say(f"Now {what}.")

    def end(self) -> Visit:
        """Return where the person ended, and since when that can have been."""
        started = time.time()
        if self.catcher:
            self.terminal.say("The way back is caught here; if it is not, paste the address.")
            redirect = self._awaited(self.patience)
        else:
            self.await_enter("Press Enter just before you decide; then paste where it led you.")
            started = time.time()
            redirect = self._awaited(self.code_lifetime)
        last = seen_from_outside(self.url, started)
        return Visit(last, redirect, steps=("login", self.decision))

    def _awaited(self, seconds: float) -> str:
        """Wait for an address, and count the seconds down."""
        until = time.monotonic() + seconds
        shown = None
        while (left := until - time.monotonic()) > 0:
            if shown != int(left):
                shown = int(left)
                self.terminal.say(f"\r{shown:4d} s left ", end="")
            found = self.catcher.caught() if self.catcher else None
            found = found or self.terminal.line(_TICK)
            if found and urlsplit(found).scheme:
                self.terminal.say("\rThank you.    ")
                return found
        self.terminal.say("")
        raise self._problem(f"no address came within {seconds:g} s")

    def await_enter(self, what: str) -> None:
        """Wait until the person says that something is so; raises `ConsentError`."""
        if not self.terminal.answers:
            raise self._problem("nobody can answer: there is no terminal")
        self.terminal.say(what)
        if self.terminal.line(self.patience) is None:
            raise self._problem(f"nobody pressed Enter within {self.patience:g} s")

    def _problem(self, found: str) -> ConsentError:
        return ConsentError(self.decision, self.url, found)


def _has_screen() -> bool:
    """Tell whether a browser can be opened for the person."""
    desktop = sys.platform in ("darwin", "win32")
    return desktop or any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))
