"""Bytes that `requests` would not send: HTTP/1.0, malformed headers, held-back ends."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from urllib.parse import urlsplit

from conformance.wire.exchange import Exchange, Failure, Request, Response
from conformance.wire.session import Wire


def send_raw(
    wire: Wire, url: str, request_line: str, headers: tuple[tuple[str, str], ...], body: bytes = b""
) -> Exchange:
    """Send a request composed by hand to the host of `url`, under the rules of the wire.

    Nothing is added to the header pairs given. Raises `ForeignHost` and `BudgetSpent`.
    """
    wire.permit(url)
    wire.budget.take()
    sent_at = time.time()
    answer, failure = None, None
    lines = [request_line, *(f"{name}: {value}" for name, value in headers), "", ""]
    try:
        with connect(url, wire.budget.limits.timeout) as door:
            door.sendall("\r\n".join(lines).encode("latin-1") + body)
            answer = receive(door, request_line.partition(" ")[0], wire.budget.limits.response_size)
    except TimeoutError:
        failure = Failure.TIMEOUT
    except ssl.SSLError:
        failure = Failure.TLS
    except http.client.HTTPException:
        failure = Failure.MALFORMED
    except ConnectionRefusedError:
        failure = Failure.UNREACHABLE
    except OSError:
        failure = Failure.BROKEN
    return wire.record(Request(request_line.partition(" ")[0], url, headers, body), answer, failure, sent_at)


def connect(url: str, timeout: float) -> socket.socket:
    """Open a connection to the host of a URL, with TLS for https; raises `OSError`."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((parts.hostname or "", port), timeout)
    if parts.scheme != "https":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def receive(door: socket.socket, method: str, size: int) -> Response:
    """Read one response of at most `size` bytes; raises `OSError` and `http.client.HTTPException`."""
    answer = http.client.HTTPResponse(door, method=method)
    answer.begin()
    body = answer.read(size)
    return Response(answer.status, answer.reason, tuple(answer.getheaders()), body)
