"""A WSGI application behind `requests`, without a socket."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter

from conformance.wire import received

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class WSGIAdapter(BaseAdapter):
    """Answers requests by calling an application in the same thread; header pairs are kept."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        super().__init__()

    def send(  # type: ignore[override]  # the options speak of sockets, and there is none
        self, request: requests.PreparedRequest, **_options: object
    ) -> requests.Response:
        """Return the application's answer."""
        status, pairs, body = self._called(request)
        code, _, reason = status.partition(" ")
        return received(request, int(code), reason, pairs, body)

    def _called(
        self, request: requests.PreparedRequest
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _problem: object = None
        ) -> object:
            started.append((status, headers))
            return None

        body = b"".join(self._application(_environ(request), start_response))  # type: ignore[arg-type]
        status, pairs = started[-1]
        return status, pairs, body


def _environ(request: requests.PreparedRequest) -> WSGIEnvironment:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    data = body.encode() if isinstance(body, str) else bytes(body)
    return {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(data),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **_header_variables(request.headers, len(data)),
    }


def _header_variables(headers: Mapping[str, str | bytes], length: int) -> dict[str, str]:
    """Return headers under their CGI names (RFC 3875 section 4.1.18)."""
    found = {}
    for name, value in headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        variable = name.upper().replace("-", "_")
        bare = variable in ("CONTENT_TYPE", "CONTENT_LENGTH")
        found[variable if bare else f"HTTP_{variable}"] = text
    return {**found, "CONTENT_LENGTH": str(length)}
