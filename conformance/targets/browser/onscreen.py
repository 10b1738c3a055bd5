"""The consent driver `browser`: a user who logs in and decides in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.targets.browser.chromium import Chromium
from conformance.targets.browser.scene import Played, Scene
from conformance.targets.browser.windows import pause, play
from conformance.targets.consent.driver import PagesConsent, Paused, Visit
from conformance.targets.consent.person import Decision
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.wire import Wire

Cookies = tuple[Any, ...]

_SCRIPTS = 2.0  # seconds in which a page's scripts may take a user on, who has decided


class BrowserConsent(PagesConsent[Cookies]):
    """Uses the pages as they stand on a screen, with their scripts."""

    name = "browser"

    def __init__(self, wire: Wire, settings: Settings, chromium: Chromium) -> None:
        super().__init__(wire, settings)
        self._chromium = chromium

    def _go(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        session: Cookies | None,
    ) -> tuple[Visit, Cookies]:
        """Play it in windows; raises `NoBrowser` and `BrowserError` too."""
        scene = self._scene(url, user, redirect_uri)
        scene = replace(scene, decision=decision, cookies=session or ())
        played = play(self._chromium, self._wire, scene)
        return _visit(url, played), played.cookies

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
