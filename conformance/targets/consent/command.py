"""The consent driver `command`: a program of the user's goes through the pages."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from conformance.targets.consent.driver import (
    Decision,
    Paused,
    Visit,
    open_only,
    seen_from_outside,
)
from conformance.targets.consent.walk import leaves
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.wire import Wire

_PATIENCE = 60.0  # seconds


class CommandConsent:
    """Lets a program of the user's go through the pages."""

    name = "command"

    def __init__(
        self, wire: Wire, command: Sequence[str], folder: Path, timeout: float = _PATIENCE
    ) -> None:
        self._wire = wire
        self._command = tuple(command)
        self._folder = folder
        self._timeout = timeout

    def visit(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        *,
        returning: bool = False,  # noqa: ARG002 - a command decides for itself
    ) -> Visit:
        """Run the command with the URL as its last argument; raises `ConsentError`.

        The redirect URL is the last line that it prints; after `leave` it may print none. A URL of
        the target's own that brings no code, a page that shows an error, say, is where the user
        stays.
        """
        if user is None:
            return open_only(self._wire, url, redirect_uri)
        started = time.time()
        lines = self._printed(url, user, decision).split()
        last = seen_from_outside(url, started)
        steps = ("login", decision) if decision != "leave" else ("login",)
        if not lines and decision == "leave":
            return Visit(last, steps=steps)
        try:
            found = Visit(last, _absolute(lines), steps=steps)
            stays = found.code is None and not leaves(self._wire, lines[-1], redirect_uri)
        except ValueError:
            what = f"{self._command[0]!r} printed no redirect URL"
            raise ConsentError(decision, url, what) from None
        return Visit(last, steps=steps) if stays else found

    def pause(self, url: str, user: User, redirect_uri: str) -> Paused:  # noqa: ARG002 - it cannot
        """Raise `ConsentError`."""
        raise ConsentError("leave", url, "a command cannot be made to wait before it decides")

    def _printed(self, url: str, user: User, decision: Decision) -> str:
        given = {
            "CONFORMANCE_USER": user.name,
            "CONFORMANCE_PASSWORD": user.password,
            "CONFORMANCE_DECISION": decision,
        }
        try:
            child = subprocess.Popen(  # noqa: S603 - running the user's own command is the task
                (*self._command, url),
                cwd=self._folder,
                env={**os.environ, **given},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        except OSError as problem:
            why = f"[consent].command {self._command[0]!r} cannot be run: {problem.strerror}"
            raise ConsentError(decision, url, why) from None
        return self._finished(child, url, user, decision)

    def _finished(
        self, child: subprocess.Popen[str], url: str, user: User, decision: Decision
    ) -> str:
        with child:
            try:
                printed, complaint = child.communicate(timeout=self._timeout)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                why = f"{self._command[0]!r} took longer than {self._timeout:g} s and was stopped"
                raise ConsentError(decision, url, why) from None
        if child.returncode:
            said = (complaint.strip().splitlines() or ["nothing"])[-1]
            said = said.replace(user.password, "[password]").replace(url, "[url]")
            why = f"{self._command[0]!r} ended with {child.returncode} and said: {said[:200]}"
            raise ConsentError(decision, url, why)
        return printed


def _absolute(lines: Sequence[str]) -> str:
    """Return the last line; raises `ValueError` where it is no absolute URL."""
    if not lines or not urlsplit(lines[-1]).scheme:
        raise ValueError("no absolute URL")
    return lines[-1]
