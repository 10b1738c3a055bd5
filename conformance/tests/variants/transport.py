"""How answers travel: what HTTP allows, whatever they say."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterable
from email.utils import formatdate
from typing import TYPE_CHECKING

from werkzeug import Request, Response

from conformance.reference import Application, Clock, Decisions, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LATENCY = 0.15
_RATE = 200.0


class Gzipped(Application):
    """Answers are compressed, for every client of this suite says that it can read that."""

    def _respond(self, request: Request) -> Response:
        response = super()._respond(request)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(gzip.compress(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        return response


class SkewedDate(Application):
    """The header Date is an hour slow: it says nothing of how long a token lives."""

    def _respond(self, request: Request) -> Response:
        response = super()._respond(request)
        response.headers["Date"] = formatdate(self.clock.now() - 3600, usegmt=True)
        return response


class Chatty(Application):
    """Every answer sets cookies and has headers of proxies and browsers, which mean nothing."""

    def _respond(self, request: Request) -> Response:
        response = super()._respond(request)
        response.headers.add("Set-Cookie", "visit=1; Path=/; HttpOnly")
        response.headers.add("Set-Cookie", "ab=b; Path=/; Max-Age=3600")
        response.headers.update(
            {
                "Access-Control-Allow-Origin": "*",
                "ETag": f'"{hash(response.get_data())}"',
                "Server": "reference/1.0 (test)",
                "Strict-Transport-Security": "max-age=31536000",
                "Via": "1.1 cache",
                "X-Request-Id": "5f2d",
            }
        )
        return response


class Chunked(Application):
    """Bodies come in chunks and without a length (RFC 9112 section 7.1)."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = self._respond(Request(environ))
        response.headers.remove("Content-Length")
        start_response(response.status, response.headers.to_wsgi_list())
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else response.get_data()
        return (body[at : at + 100] for at in range(0, len(body), 100))


class PadsHeaders(Application):
    """Blanks follow the values of headers, of which they are no part (RFC 9110 section 5.5)."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = self._respond(Request(environ))
        padded = [(name, f"{value} \t") for name, value in response.headers.to_wsgi_list()]
        start_response(response.status, padded)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.get_data()]


class ClosesOnRefusal(Application):
    """A refused request ends its connection, as a server may at any time (RFC 9112 section 9.6)."""

    def _respond(self, request: Request) -> Response:
        response = super()._respond(request)
        if response.status_code >= 400:
            response.headers["Connection"] = "close"
        return response


class Slow(Application):
    """Every answer takes 150 ms: the network's time is the target's advantage (KMA-19)."""

    def _respond(self, request: Request) -> Response:
        time.sleep(_LATENCY)
        return super()._respond(request)


class RateLimited(Application):
    """More than 200 requests a second are 429 with Retry-After (RFC 6585 section 4)."""

    def __init__(self, settings: Settings, decisions: Decisions, clock: Clock) -> None:
        self._lock = threading.Lock()
        self._left, self._seen = _RATE, time.monotonic()
        super().__init__(settings, decisions, clock)

    def _respond(self, request: Request) -> Response:
        if self._takes():
            return super()._respond(request)
        return Response("too many requests", 429, {"Retry-After": "1"})

    def _takes(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._left = min(_RATE, self._left + (now - self._seen) * _RATE)
            self._seen = now
            self._left -= self._left >= 1
            return self._left >= 1


IN_PROCESS = (Gzipped, SkewedDate, Chatty, PadsHeaders)
OVER_SOCKETS = (Chunked, ClosesOnRefusal)
