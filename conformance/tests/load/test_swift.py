"""The quick way to the target brings the same answers, and the same failures, as the usual one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from conformance.load.swift import Swift
from conformance.tests.wire.peers import OK, answering, fixed, wire_to
from conformance.wire import Exchange, Failure, Wire

_KEPT = OK.replace(b"Connection: close\r\n", b"")


Door = Callable[..., Wire]


@pytest.fixture
def quick_to() -> Iterator[Door]:
    """Return what makes wires to one host that go the quick way."""
    with ExitStack() as stack:

        def quick(host: str, **limits: float) -> Wire:
            wire = wire_to(host, **limits)
            wire.mount("http://", stack.enter_context(closing(Swift(wire))))
            return wire

        yield quick


def _told(exchange: Exchange) -> Exchange:
    """Return an exchange without its moments."""
    return replace(exchange, sent_at=0.0, received_at=0.0)


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        OK.replace(b"OK\r\n", b"\r\n", 1),
        b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK,
        b"HTTP/1.1 102 Processing\r\n\r\n" + OK.replace(b"2\r\n", b"50000\r\n") + b"x" * 49_998,
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000,
    ],
)
def test_an_answer_is_the_same_either_way(answer: bytes, quick_to: Door) -> None:
    """Headers in their order, the content, the cookies, or what went wrong."""
    with answering(fixed(answer)) as host:
        doors = [door(host, response_size=50_000) for door in (wire_to, quick_to)]
        people = [door.browser() for door in doors]
        usual, quick = (_told(one.send("GET", f"http://{host}/x?a=b")) for one in people)
    assert quick.failure is usual.failure
    if not usual.failure:
        assert quick == usual
    assert people[0].cookies.get_dict() == people[1].cookies.get_dict()


def test_a_request_is_the_same_either_way(quick_to: Door) -> None:
    """The line, the form and the declared headers; each way names itself."""
    usual, quick = (_heard(door) for door in (wire_to, quick_to))
    assert usual[0] == quick[0] == b"POST /x?a=%C3%A9 HTTP/1.1"
    assert _headers(usual) == _headers(quick)
    assert usual[-1] == quick[-1] == b"c=d+e"


def _heard(door: Door) -> list[bytes]:
    """Return the lines of a request that is sent through a door."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        form, given = [("c", "d e")], {"Authorization": "Basic YTpi"}
        sent = pool.submit(
            door(host).send,
            "POST",
            f"http://{host}/x",
            query=[("a", "é")],
            form=form,
            headers=given,
        )
        connection, _ = server.accept()
        with connection:
            heard = b""
            while not heard.endswith(b"c=d+e"):
                heard += connection.recv(65_536)
            connection.sendall(OK)
        assert sent.result().status == 200
    return heard.splitlines()


def _headers(heard: list[bytes]) -> set[bytes]:
    """Return the headers of a request, but for those that name the sender and the port."""
    return {one for one in heard[1:-1] if not one.startswith((b"Host:", b"User-Agent:"))}


@pytest.mark.parametrize("kept", [True, False])
def test_a_connection_that_was_idle_may_have_ended(
    kept: bool,  # noqa: FBT001 - the case
    quick_to: Door,
) -> None:
    """Unheard on a kept connection a request is sent again, and on a new one not."""
    served = [0]

    def answer(connection: socket.socket) -> None:
        served[0] += 1
        if kept or served[0] > 1:
            connection.sendall(_KEPT)
            connection.recv(65_536)  # the next request is on its way when the server hangs up

    with answering(answer) as host:
        wire = quick_to(host)
        found = [wire.send("POST", f"http://{host}/") for _ in range(2)]
    assert [one.status for one in found] == ([200, 200] if kept else [0, 200])
    assert [one.failure for one in found] == [None if kept else Failure.UNREACHABLE, None]


def test_a_connection_is_used_again(quick_to: Door) -> None:
    """Where the target does not end it, ten requests need one."""
    served = []

    def answer(connection: socket.socket) -> None:
        served.append(connection)
        connection.sendall(_KEPT)
        while connection.recv(65_536):
            connection.sendall(_KEPT)

    with answering(answer) as host:
        wire = quick_to(host)
        assert [wire.send("GET", f"http://{host}/").status for _ in range(10)] == [200] * 10
    assert len(served) == 1


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"])
def test_a_slow_drip_ends_at_the_timeout(begun: bytes, quick_to: Door) -> None:
    """Bytes that come each in time do not keep a virtual client for ever."""
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(begun or b"HTTP/1.1 200 OK\r\n")
        while not over.wait(0.02):
            try:
                connection.sendall(b"x" if begun else b"X-Slow: 1\r\n")
            except OSError:
                return

    with answering(drip) as host:
        assert quick_to(host, timeout=0.3).send("GET", f"http://{host}/").failure is Failure.TIMEOUT
    over.set()
