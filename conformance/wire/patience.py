"""How long an answer may take, from its first byte on: headers, interim answers and body together.

A timeout of a socket is about one read. A target that sends a byte now and then, or one "100
Continue" after another, would never exceed it, and never end.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.poolmanager import PoolManager

from conformance.wire.idle import KeptPlain, KeptSecure, RenewingPlain, RenewingSecure

_INTERIM = range(102, 200)  # but for 101, after which something else than HTTP is spoken


class _Timed(io.RawIOBase):
    """What a socket receives, until its timeout is over for all of it; raises `TimeoutError`."""

    def __init__(self, raw: io.RawIOBase, seconds: float | None) -> None:
        super().__init__()
        self._raw = raw
        self._end = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - anything like a bytearray
        """Receive what there is."""
        if self._end is not None and time.monotonic() > self._end:
            raise TimeoutError("the answer did not end in time")
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class PatientResponse(http.client.HTTPResponse):
    """An answer that has to have come whole within the timeout of its socket."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock.gettimeout()))

    def begin(self) -> None:
        """Read up to the content of the final answer.

        Interim answers are passed, of which the base class knows "100 Continue" alone (RFC 9110
        section 15.2).
        """
        super().begin()
        while self.status in _INTERIM:
            self.headers = self.msg = None  # type: ignore[assignment]  # as before it began
            super().begin()


class _Plain(KeptPlain):
    response_class = PatientResponse


class _Secure(KeptSecure):
    response_class = PatientResponse


class _PlainPool(RenewingPlain):
    ConnectionCls = _Plain


class _SecurePool(RenewingSecure):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class PatientAdapter(HTTPAdapter):
    """The adapter of `requests`, through a proxy or not, with an end to its patience."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as requests has it
        """Make the pools of connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> PoolManager:  # noqa: ANN401 - as above
        """Return the pools of connections to a proxy."""
        manager: PoolManager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
