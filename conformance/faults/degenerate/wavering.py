"""The reference server, which every now and then answers at random instead."""

from __future__ import annotations

import itertools
import json
import random
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from conformance.reference import Application, Clock, Decisions, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HEADERS = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]


def strictly() -> Callable[[], bool]:
    """Be wrong every second time."""
    turns = itertools.cycle((False, True))
    return lambda: next(turns)


def at_random() -> Callable[[], bool]:
    """Be wrong half of the time."""
    dice = random.Random(1)  # noqa: S311 - it must repeat, not surprise
    return lambda: dice.random() < 0.5


class Wavering(Application):
    """Decides rightly, but tells the opposite where `wrong` says so.

    A token request that is refused is told as one that succeeds and the other way round; calls of
    resources likewise.
    """

    def __init__(self, settings: Settings, wrong: Callable[[], bool]) -> None:
        super().__init__(settings, Decisions(), Clock())
        self._wrong = wrong

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path.startswith((self.settings.authorize.path, "/_clock")) or not self._wrong():
            return super().__call__(environ, start_response)
        started: list[str] = []
        super().__call__(environ, lambda status, _headers: started.append(status))  # type: ignore[arg-type]
        refused = not started[0].startswith("2")
        start_response("200 OK" if refused else "400 Bad Request", _HEADERS)
        return [json.dumps(self._granted() if refused else {"error": "invalid_request"}).encode()]

    def _granted(self) -> dict[str, object]:
        return {
            "access_token": secrets.token_urlsafe(32),
            "refresh_token": secrets.token_urlsafe(32),
            "token_type": "bearer",
            "expires_in": int(self.settings.access_token_lifetime),
            "scope": None,
            "success": True,
            "success_message": "Done.",
            "data": {},
        }
