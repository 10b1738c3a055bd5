"""Bytes that `requests` would not send: HTTP/1.0, held-back ends, other encodings.

The rules of the wire hold here too: its hosts, its budget, its timeouts, its records.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from conformance.wire.exchange import Exchange, Failure, Headers, Request, Response
from conformance.wire.patience import PatientResponse
from conformance.wire.session import Unsendable, Wire

# The order matters: the first class that fits names the failure.
_FAILURES: tuple[tuple[type[Exception], Failure], ...] = (
    (TimeoutError, Failure.TIMEOUT),
    (ssl.SSLError, Failure.TLS),
    (http.client.HTTPException, Failure.MALFORMED),
    (ConnectionRefusedError, Failure.UNREACHABLE),
    (OSError, Failure.BROKEN),
)


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request composed by hand; nothing is added to its header pairs."""

    method: str
    url: str
    target: str
    headers: Headers
    body: bytes = b""
    version: str = "HTTP/1.1"

    def encoded(self) -> bytes:
        """Return the bytes that go over the wire; raises `Unsendable`."""
        lines = [f"{self.method} {self.target} {self.version}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        try:
            return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body
        except UnicodeError as problem:
            raise Unsendable(problem) from None


def send_raw(wire: Wire, request: RawRequest) -> Exchange:
    """Send a request composed by hand; raises `ForeignHost` and `BudgetSpent`."""
    wire.permit(request.url)
    wire.budget.take()
    return _Sender(wire, request).exchange()


def send_together(wire: Wire, request: RawRequest, times: int) -> list[Exchange]:
    """Send one request many times at once, as closely as the network allows.

    Every connection is opened and all but the last byte sent; then the last bytes go out together.
    Raises `ForeignHost` and `BudgetSpent`.
    """
    wire.permit(request.url)
    for _ in range(times):
        wire.budget.take()
    gate = threading.Barrier(times)
    senders = [_Sender(wire, request, gate) for _ in range(times)]
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(_Sender.exchange, senders))


class _Sender:
    """One connection that carries one request."""

    def __init__(
        self, wire: Wire, request: RawRequest, gate: threading.Barrier | None = None
    ) -> None:
        self.wire = wire
        self.request = request
        self.gate = gate
        self.sent_at = time.time()

    def exchange(self) -> Exchange:
        """Send the request and record what came of it."""
        answer, failure = None, None
        try:
            answer = self._answer()
        except Exception as problem:
            failure = next((kind for error, kind in _FAILURES if isinstance(problem, error)), None)
            if failure is None:
                raise
        finally:
            if self.gate and not answer:
                self.gate.abort()  # nobody waits for one that cannot come
        sent = Request(
            self.request.method, self.request.url, self.request.headers, self.request.body
        )
        return self.wire.record(sent, answer, failure, self.sent_at)

    def _answer(self) -> Response:
        data = self.request.encoded()
        with self.wire.connected(self.request.url) as door:
            door.sendall(data[:-1])
            self._wait_for_the_others()
            self.sent_at = time.time()
            door.sendall(data[-1:])
            return self._received(door)

    def _wait_for_the_others(self) -> None:
        if self.gate:
            try:
                self.gate.wait(self.wire.budget.limits.timeout)
            except threading.BrokenBarrierError:
                return  # one of them failed; the rest go on without it

    def _received(self, door: socket.socket) -> Response:
        answer = PatientResponse(door, method=self.request.method)
        answer.begin()
        # To HEAD no content belongs, so the reader expects none; what came all the same is shown.
        reader = answer.fp if self.request.method == "HEAD" else answer
        body = reader.read(self.wire.budget.limits.response_size)
        return Response(answer.status, answer.reason, tuple(answer.getheaders()), body)
