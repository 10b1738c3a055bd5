"""The pages for a person at work: what this server is, a helper for the grants, the API console.

The helper is a client of this server, as the page's `api_helper.php` is: it builds the links,
catches the code and exchanges it. The console is Swagger UI, served from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from werkzeug import Response

from conformance.reference.call import Call
from conformance.reference.decisions import Decisions
from conformance.reference.routing import Handler
from conformance.reference.settings import Client, Settings

START_PATH = "/"
HELPER_PATH = "/api_helper"
CONSOLE_PATH = "/api_docs/console"
_FOLDER = "/api_docs/"

# The files of the console: what each is, and whether it is kept compressed.
_FILES = {
    "swagger-ui-bundle.js": ("text/javascript", True),
    "swagger-ui.css": ("text/css", True),
    "console.css": ("text/css", False),
    "console.js": ("text/javascript", False),
}
_SOURCE = Path(__file__).parent / "console"


class Workbench:
    """Shows the pages that no document asks for, the console apart."""

    def __init__(self, settings: Settings, decisions: Decisions) -> None:
        self.settings = settings
        self.decisions = decisions

    def routes(self) -> Iterator[tuple[str, Handler]]:
        """Yield the paths that are read here, and what serves them."""
        yield START_PATH, self._start
        yield HELPER_PATH, self._helper
        if self.settings.description:
            yield CONSOLE_PATH, self._console
            yield f"{_FOLDER}openapi.json", self._description
            for name, (media_type, compressed) in _FILES.items():
                serve = partial(self._file, name, media_type, compressed=compressed)
                yield _FOLDER + name, serve

    def _start(self, call: Call) -> Response:
        values: dict[str, object] = {
            "links": [self._link(one) for one in self.settings.clients if _asks_users(one)],
            "users": [user.name for user in self.settings.users],
            "helper": HELPER_PATH if self._client else "",
            "console": CONSOLE_PATH if self.settings.description else "",
        }
        return self._page(call, "start", values)

    def _link(self, client: Client) -> Mapping[str, str]:
        return {
            "client": client.name or client.id,
            "href": self._authorize(client),
            "back": client.redirect_uri,
        }

    def _authorize(self, client: Client, **more: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": client.redirect_uri,
            **more,
        }
        return f"{self.settings.authorize.path}?{urlencode(asked)}"

    @property
    def _client(self) -> Client | None:
        """Return the client that comes back to the helper."""
        paths = {urlsplit(client.redirect_uri).path: client for client in self.settings.clients}
        return paths.get(HELPER_PATH)

    def _helper(self, call: Call) -> Response:
        client, settings = self._client, self.settings
        script = self.decisions.helper_script(call)
        popup = dict([settings.popup_parameter] if settings.popup_parameter else [])
        values: dict[str, object] = {
            "client": client,
            "authorize": self._authorize(client) if client else "",
            "popup": self._authorize(client, **popup) if client and popup else "",
            "code": call.query.get("code"),
            "error": call.query.get("error"),
            "description": call.query.get("error_description"),
            "lifetime": int(settings.code_lifetime),
            "token": settings.token,
            "example": self._example(),
            "script": Markup(script),  # noqa: S704  our own script, never what a request said
        }
        return self._page(call, "helper", values, script)

    def _example(self) -> str | None:
        """Return a path without parameters that only reads and takes a token in the query."""
        for name, route in self.settings.resources.items():
            placed = {one.location for one in self.settings.placements.get(name, ())}
            if route.method == "GET" and "{" not in route.path and "query" in placed:
                return route.path
        return None

    def _console(self, call: Call) -> Response:
        page = self.decisions.page(call, "console", {})
        return Response(page, 200, self.decisions.console_headers(call))

    def _description(self, call: Call) -> Response:
        body = json.dumps(self.settings.description)
        return Response(body, 200, self.decisions.file_headers(call, "application/json"))

    def _file(self, name: str, media_type: str, call: Call, *, compressed: bool) -> Response:
        headers = self.decisions.file_headers(call, media_type)
        if compressed:
            headers["Content-Encoding"] = "gzip"
        return Response((_SOURCE / (name + ".gz" * compressed)).read_bytes(), 200, headers)

    def _page(self, call: Call, name: str, values: dict[str, object], script: str = "") -> Response:
        page = self.decisions.page(call, name, values)
        return Response(page, 200, self.decisions.page_headers(call, script))


def _asks_users(client: Client) -> bool:
    return not client.grants or "authorization_code" in client.grants
