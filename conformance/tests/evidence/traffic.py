"""Exchanges as a service and a suite make them; every secret is made up."""

from __future__ import annotations

import json

from conformance.wire import Exchange, Request, Response

JSON = ("Content-Type", "application/json")
HTML = ("Content-Type", "text/html; charset=utf-8")
FORM = ("Content-Type", "application/x-www-form-urlencoded")

Pairs = tuple[tuple[str, str], ...]


def request(
    url: str = "http://127.0.0.1/token", headers: Pairs = (), body: bytes = b"", method: str = "GET"
) -> Request:
    """Return a request."""
    return Request(method, url, headers, body)


def exchange(
    sent: Request | None = None,
    headers: Pairs = (JSON,),
    body: bytes | object = b"",
    status: int = 200,
    number: int = 1,
) -> Exchange:
    """Return an exchange; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = Response(status, "Reason", headers, content)
    return Exchange(number, sent or request(), response, None, 1000.0, 1000.25)
