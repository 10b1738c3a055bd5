"""The consent driver `browser`: a user who logs in and decides in a real Chromium."""

from __future__ import annotations

from typing import Any

from conformance.targets.chromium import Chromium
from conformance.targets.consent import Visit
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.targets.person import Decision, Hesitation
from conformance.targets.tables import Consent as Settings
from conformance.targets.windows import Played, Scene, play
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
        hesitating: Hesitation | None = None,
        *,
        returning: bool = False,
    ) -> Visit:
        """Go through the pages; raises `ConsentError`, `NoBrowser` and `BrowserError`.

        A returning user whose session does not go on as before comes again as a new one.
        """
        cookies = self._cookies.pop(user.role, ()) if user and returning else ()
        scene = Scene(
            url=url,
            redirect_uri=redirect_uri,
            opener=None,
            user=user,
            consent=self._settings,
            patience=_SCRIPTS,
            decision=decision,
            hesitating=hesitating,
            cookies=cookies,
        )
        try:
            played = play(self._chromium, self._wire, scene)
        except ConsentError:
            if not cookies:
                raise
            return self.visit(url, user, decision, redirect_uri, hesitating)
        if user and returning:
            self._cookies[user.role] = played.cookies
        return _visit(url, played)


def _visit(url: str, played: Played) -> Visit:
    if played.last is None:
        raise ConsentError("open", url, "nothing was asked of the target")
    return Visit(played.last, played.left, played.page, played.steps)
