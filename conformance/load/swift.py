"""What takes the requests of virtual clients to the target, in less than half of the usual time.

The answers are read by the parser that Locust brings, which is written in C: the time of a virtual
client is the load that one machine does not make.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import requests
from geventhttpclient.response import HTTPParseError, HTTPResponse
from requests.adapters import BaseAdapter

from conformance.wire import RawRequest, Wire, received
from conformance.wire.idle import Idled

_BLOCK = 65_536
_FINAL = 200  # statuses below are of interim answers (RFC 9110 section 15.2)
_ALWAYS = (("Accept-Encoding", "identity"), ("User-Agent", "conformance"))

# What `requests` would have raised; the order matters: the first class that fits.
_ERRORS: tuple[tuple[type[Exception], type[requests.RequestException]], ...] = (
    (TimeoutError, requests.Timeout),
    (ssl.SSLError, requests.exceptions.SSLError),
    (HTTPParseError, requests.ConnectionError),
    (OSError, requests.ConnectionError),
)


class Swift(BaseAdapter):
    """Sends what `requests` has prepared, over connections that it keeps.

    One that the target has closed while it was idle is replaced (RFC 9112 section 9.3.1).
    """

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire
        self._idle: dict[tuple[str, str], list[socket.socket]] = {}

    def send(  # type: ignore[override]  # timeouts and TLS are the wire's own
        self, request: requests.PreparedRequest, **_options: object
    ) -> requests.Response:
        """Return the answer; raises what `requests` would raise."""
        try:
            return self._answered(request)
        except requests.RequestException:  # an OSError as well
            raise
        except tuple(error for error, _ in _ERRORS) as problem:
            raised = next(told for error, told in _ERRORS if isinstance(problem, error))
            raise raised(type(problem).__name__, request=request) from None

    def close(self) -> None:
        """Close the connections that are idle."""
        for kept in self._idle.values():
            while kept:
                kept.pop().close()

    def _answered(self, request: requests.PreparedRequest) -> requests.Response:
        url = request.url or ""
        parts = urlsplit(url)
        kept = self._idle.setdefault((parts.scheme, parts.netloc), [])
        door = _last(kept)
        with suppress(Idled):
            if door:
                return self._over(door, kept, request)
        return self._over(self._wire.connected(url), kept, request)

    def _over(
        self, door: socket.socket, kept: list[socket.socket], request: requests.PreparedRequest
    ) -> requests.Response:
        """Send a request over a connection, and keep that where it may be used again."""
        answer = _Answer(request.method or "")
        try:
            self._exchange(door, _composed(request).encoded(), answer)
        except BaseException:
            door.close()
            raise
        if answer.should_close():
            door.close()
        else:
            kept.append(door)
        reason = answer.status_message or ""
        return received(request, answer.get_code(), reason, answer.headers, answer.body)

    def _exchange(self, door: socket.socket, data: bytes, answer: _Answer) -> None:
        """Send bytes, and receive what answers them; raises `Idled` where nothing does."""
        limits = self._wire.budget.limits
        end = time.monotonic() + limits.timeout
        try:
            door.sendall(data)
            heard = door.recv(_BLOCK)
        except ConnectionError:
            raise Idled from None
        if not heard:
            raise Idled
        while not answer.hears(heard) and len(answer.body) < limits.response_size:
            if time.monotonic() > end:
                raise TimeoutError("the answer did not end in time")
            heard = door.recv(_BLOCK)


class _Answer(HTTPResponse):
    """An answer as far as it was received."""

    body = b""

    def hears(self, data: bytes) -> bool:
        """Take what was received, nothing at the end; tell whether the answer is whole.

        Interim answers are passed. Raises `HTTPParseError` for what is no HTTP, and what `requests`
        does for content that breaks off.
        """
        try:
            self.feed(data)
        except HTTPParseError:
            if not self.headers_complete:
                raise
            raise requests.exceptions.ChunkedEncodingError("the answer broke off") from None
        whole: bool = self.message_complete and self.get_code() >= _FINAL
        if not data and not whole:
            raise HTTPParseError("the answer ended in its headers")
        return whole

    def _on_body(self, buf: bytearray) -> None:
        self.body += bytes(buf)


def _last(kept: list[socket.socket]) -> socket.socket | None:
    """Take the connection that was used last; other threads take from the list as well."""
    try:
        return kept.pop()
    except IndexError:
        return None


def _composed(request: requests.PreparedRequest) -> RawRequest:
    body = request.body or b""
    return RawRequest(
        request.method or "",
        request.url or "",
        request.path_url,
        tuple(_headers(request)),
        body.encode() if isinstance(body, str) else bytes(body),
    )


def _headers(request: requests.PreparedRequest) -> Iterator[tuple[str, str]]:
    """Yield the headers of a request, and those that it cannot do without."""
    own = request.headers
    host = urlsplit(request.url or "").netloc.rpartition("@")[2]
    yield from (pair for pair in (("Host", host), *_ALWAYS) if pair[0] not in own)
    for name, value in own.items():
        yield name, value.decode("latin-1") if isinstance(value, bytes) else value
