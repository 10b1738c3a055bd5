"""The socket: start, stop, ports, old and broken HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests

from conformance.reference import Server, create_app
from conformance.tests.reference.visitor import ONE, PAGE, Visitor

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
TOKEN = (
    f"/v2/token/grant?grant_type=client_credentials&client_id={ONE.id}&client_secret={ONE.secret}"
)


def exchange(server: Server, request: str) -> bytes:
    """Return the beginning of the answer to raw bytes."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(request.encode("latin-1"))
        return connection.recv(4096)


def test_http_1_0(server: Server) -> None:
    """A request of HTTP/1.0, without the header Host, is served."""
    assert b" 200 OK\r\n" in exchange(server, f"GET {TOKEN} HTTP/1.0\r\n\r\n")


@pytest.mark.parametrize(
    "request_",
    [
        f"GET {TOKEN}\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET {TOKEN}\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET {TOKEN}{'a' * 100000} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET /v2/queue HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {'a' * 100000}\r\n\r\n",
        "GET /v2/queue HTTP/1.1\r\nHost: x\r\nAuthorization: \xff\xfe\r\n\r\n",
        f"POST /v2/list HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: 9999999\r\n\r\n",
        f"POST /v2/list HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: -5\r\n\r\n",
        f"POST /v2/list HTTP/1.1\r\nHost: x\r\n{FORM}Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_broken_requests(server: Server, request_: str) -> None:
    """Whatever is broken is the client's fault, never the server's."""
    assert exchange(server, request_).startswith(b"HTTP/1.1 4")


def test_port_in_use(server: Server) -> None:
    """A port that is taken is named."""
    port = urlsplit(server.url).port or 0
    with pytest.raises(OSError, match=f"127.0.0.1:{port}"):
        Server(create_app(PAGE), port=port).start()


def test_stop_is_quick() -> None:
    """A server stops at once, even with open connections, and answers no more."""
    with Server(create_app(PAGE)) as server, Visitor(server) as visitor:
        visitor.send("GET", "/")
        url = server.url
        began = time.perf_counter()
        server.stop()
        assert time.perf_counter() - began < 1
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)
    with pytest.raises(RuntimeError, match="start"):
        _ = server.url


def test_program_may_end_without_stop() -> None:
    """A program that forgets its server still ends."""
    program = (
        "from conformance.reference import Server, create_app\n"
        "from conformance.tests.reference.visitor import PAGE\n"
        "Server(create_app(PAGE)).start()\n"
    )
    subprocess.run([sys.executable, "-c", program], timeout=10, check=True)  # noqa: S603  our own program


def test_same_port_again() -> None:
    """A port is free again as soon as its server has stopped."""
    with Server(create_app(PAGE)) as server, Visitor(server) as visitor:
        visitor.send("GET", "/")
        port = urlsplit(server.url).port or 0
    with Server(create_app(PAGE), port=port) as server, Visitor(server) as visitor:
        assert visitor.send("GET", "/").ok
