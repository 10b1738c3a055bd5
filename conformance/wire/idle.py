"""Connections that the target closes while they are idle, as it may (RFC 9112 section 9.3.1).

A request that meets such an end was not heard, and is sent once more on a new connection; one that
is not answered on a new connection is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ProtocolError
from urllib3.response import BaseHTTPResponse


class Idled(ConnectionResetError):  # noqa: N818 - what happened, and no error of the target
    """A connection ended that had been used before, without a byte of an answer."""


class _Remembering(HTTPConnection):
    """Knows whether anything was answered on it."""

    _answered = False

    def connect(self) -> None:
        """Connect, and be new."""
        self._answered = False
        super().connect()

    def request(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as urllib3 has it
        """Send a request; raises `Idled`."""
        with self._told():
            super().request(*args, **options)

    def getresponse(self) -> Any:  # noqa: ANN401 - as urllib3 has it
        """Return the answer; raises `Idled`."""
        with self._told():
            response = super().getresponse()
        self._answered = True
        return response

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ConnectionError as problem:
            if self._answered:
                raise Idled from problem
            raise


class KeptPlain(_Remembering):
    """A connection that may be used again."""


class KeptSecure(_Remembering, HTTPSConnection):
    """The same over TLS."""


class _Renewing(HTTPConnectionPool):
    def urlopen(self, *args: Any, **options: Any) -> BaseHTTPResponse:  # noqa: ANN401
        """Send a request, on a new connection where the kept one had ended."""
        try:
            return super().urlopen(*args, **options)
        except ProtocolError as problem:
            if not any(isinstance(one, Idled) for one in problem.args):
                raise
            return super().urlopen(*args, **options)


class RenewingPlain(_Renewing):
    """A pool of connections."""


class RenewingSecure(_Renewing, HTTPSConnectionPool):
    """The same over TLS."""
