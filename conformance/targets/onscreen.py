"""The consent driver `browser`: a user who logs in and decides in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.targets.chromium import Chromium
from conformance.targets.consent import Paused, Visit
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.targets.person import Decision
from conformance.targets.scene import Played, Scene
from conformance.targets.tables import Consent as Settings
from conformance.targets.windows import pause, play
from conformance.wire import Wire

_SCRIPTS = 2.0  # seconds in which a page's scripts may take a user on, who has decided


class BrowserConsent:
    """Uses the pages as they stand on a screen, with their scripts."""

    name = "browser"

    def __init__(self, wire: Wire, settings: Settings, chromium: Chromium) -> None:
        self._wire = wire
        self._settings = settings
        self._chromium = chromium
        self._cookies: dict[str, tuple[Any, ...]] = {}

    def visit(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        *,
        returning: bool = False,
    ) -> Visit:
        """Go through the pages; raises `ConsentError`, `NoBrowser` and `BrowserError`.

        A returning user whose session does not go on as before comes again as a new one.
        """
        cookies = self._cookies.pop(user.role, ()) if user and returning else ()
        scene = replace(self._scene(url, user, redirect_uri), decision=decision, cookies=cookies)
        try:
            played = play(self._chromium, self._wire, scene)
        except ConsentError:
            if not cookies:
                raise
            return self.visit(url, user, decision, redirect_uri)
        if user and returning:
            self._cookies[user.role] = played.cookies
        return _visit(url, played)

    def pause(self, url: str, user: User, redirect_uri: str) -> Paused:
        """Go through the pages up to the decision; raises as `visit` does."""
        scene = self._scene(url, user, redirect_uri)
        played, decide = pause(self._chromium, self._wire, scene)
        if played.left or played.last is None:
            raise ConsentError("leave", url, "the target asks the user for no decision")
        return Paused(played.last, lambda decision: _visit(url, decide(decision)))

    def _scene(self, url: str, user: User | None, redirect_uri: str) -> Scene:
        return Scene(url, redirect_uri, None, user, self._settings, _SCRIPTS)


def _visit(url: str, played: Played) -> Visit:
    if played.last is None:
        raise ConsentError("open", url, "nothing was asked of the target")
    return Visit(played.last, played.left, played.page, played.steps)
