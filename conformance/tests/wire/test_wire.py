"""The door to the network: what is sent is recorded, and nothing leaves the declared hosts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest

from conformance.targets.description.addresses import hosts
from conformance.tests.wire.peers import OK, answering, fixed, wire_to
from conformance.wire import (
    BudgetSpent,
    Exchange,
    Failure,
    ForeignHost,
    Limits,
    RawRequest,
    Unsendable,
    Wire,
    send_raw,
    send_together,
)

_PATIENCE = 20.0


def test_header_pairs_are_kept_as_they_were_sent() -> None:
    """A header that comes twice is there twice, and every listener hears of the exchange."""
    heard: list[Exchange] = []
    with answering(fixed(OK)) as host:
        wire = wire_to(host)
        wire.listeners.append(heard.append)
        exchange = wire.send("GET", f"http://{host}/x", query=[("a", "b c"), ("a", "é")])
    assert heard == [exchange]
    assert exchange.response is not None
    assert exchange.response.header_values("x-twice") == ("a", "b")
    assert exchange.request.url.endswith("/x?a=b+c&a=%C3%A9")


@pytest.mark.parametrize(
    "url",
    ["http://other.example/", "http://{host}@other.example/", "http://other.example:80/?{host}"],
)
def test_nothing_leaves_the_declared_hosts(url: str) -> None:
    """A request to another host is refused before anything is sent, by either door."""
    with answering(fixed(OK)) as host:
        wire = wire_to(host)
        target = url.replace("{host}", host)
        with pytest.raises(ForeignHost):
            wire.send("GET", target)
        with pytest.raises(ForeignHost):
            send_raw(wire, RawRequest("GET", target, "/", (("Host", host),)))
    assert wire.budget.spent == 0


def test_what_is_named_by_https_is_never_asked_in_the_clear() -> None:
    """A redirect to plain HTTP at the same host is not followed; one to HTTPS could be."""
    secure, plain = wire_to("auth.example"), wire_to("auth.example")
    secure.hosts, plain.hosts = hosts(["https://auth.example/"]), hosts(["http://auth.example/"])
    with pytest.raises(ForeignHost, match=r"http://auth\.example"):
        secure.permit("http://auth.example/token")
    secure.permit("https://auth.example/token")
    plain.permit("https://auth.example/token")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (b"", Failure.UNREACHABLE),
        (b"no HTTP at all\r\n\r\n", Failure.UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Failure.BROKEN),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            Failure.MALFORMED,
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000, Failure.TOO_LARGE),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[bad\r\nContent-Length: 0\r\n\r\n", None),
    ],
)
def test_what_a_target_does_wrong_is_an_exchange_too(
    answer: bytes, failure: Failure | None
) -> None:
    """A broken answer is recorded with the kind of its failure, and raises nothing."""
    with answering(fixed(answer)) as host:
        exchange = wire_to(host, response_size=50_000).send("GET", f"http://{host}/")
    assert exchange.failure is failure
    if failure is Failure.TOO_LARGE:
        assert exchange.response is not None
        assert len(exchange.response.body) == 50_000


@pytest.mark.parametrize(
    ("header", "drop"),
    [(b"Transfer-Encoding: chunked", b"1\r\nx\r\n"), (b"Content-Length: 100000", b"x")],
)
def test_a_slow_drip_ends_at_the_timeout(header: bytes, drop: bytes) -> None:
    """Bytes that come each in time do not keep a run for ever."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n")
        released = threading.Event()
        while not released.wait(0.02):
            try:
                connection.sendall(drop)
            except OSError:
                return

    with answering(drip) as host:
        started = time.monotonic()
        exchange = wire_to(host, timeout=0.3).send("GET", f"http://{host}/")
    assert exchange.failure is Failure.TIMEOUT
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("early", [b"103 Early Hints\r\nLink: </a>", b"102 Processing"])
def test_interim_answers_are_passed(early: bytes) -> None:
    """What comes before the final answer is none (RFC 9110 section 15.2), sent by hand or not."""
    with answering(fixed(b"HTTP/1.1 " + early + b"\r\n\r\n" + OK)) as host:
        by_hand = RawRequest("GET", f"http://{host}/", "/", (("Host", host),))
        found = [wire_to(host).send("GET", f"http://{host}/"), send_raw(wire_to(host), by_hand)]
    assert [one.status for one in found] == [200, 200]
    assert not any(one.response and one.response.header("Link") for one in found)


@pytest.mark.parametrize("kept", [True, False])
def test_a_connection_that_was_idle_may_have_ended(kept: bool) -> None:  # noqa: FBT001 - the case
    """Unheard on a kept connection a request is sent again, and on a new one not."""
    served = [0]

    def answer(connection: socket.socket) -> None:
        served[0] += 1
        if kept or served[0] > 1:
            connection.sendall(OK.replace(b"Connection: close\r\n", b""))
            connection.recv(65_536)  # the next request is on its way when the server hangs up

    with answering(answer) as host:
        wire = wire_to(host)
        found = [wire.send("GET", f"http://{host}/") for _ in range(2)]
    assert [one.status for one in found] == ([200, 200] if kept else [0, 200])
    assert [one.failure for one in found] == [None if kept else Failure.UNREACHABLE, None]


def test_the_budget_holds() -> None:
    """No request is sent beyond the cap."""
    with answering(fixed(OK)) as host:
        wire = wire_to(host, requests=2)
        wire.send("GET", f"http://{host}/")
        wire.send("GET", f"http://{host}/")
        with pytest.raises(BudgetSpent, match="raise `requests` under"):
            wire.send("GET", f"http://{host}/")


def test_a_door_beside_another_shares_what_may_be_sent() -> None:
    """Both count into one budget and one numbering; each is listened to by its own."""
    heard: list[int] = []
    with answering(fixed(OK)) as host:
        first = wire_to(host, requests=2)
        first.listeners.append(lambda exchange: heard.append(exchange.number))
        second = first.beside()
        first.send("GET", f"http://{host}/")
        assert second.send("GET", f"http://{host}/").number == 2
        with pytest.raises(BudgetSpent):
            first.send("GET", f"http://{host}/")
    assert heard == [1]


def test_requests_sent_together_are_under_way_together() -> None:
    """A server that answers nobody before it has heard from all of them answers all of them."""
    everybody = threading.Barrier(8)

    def answer(connection: socket.socket) -> None:
        everybody.wait(_PATIENCE)
        connection.sendall(OK)

    with answering(answer) as host:
        request = RawRequest(
            "GET", f"http://{host}/", "/", (("Host", host), ("Connection", "close"))
        )
        exchanges = send_together(wire_to(host, timeout=_PATIENCE), request, 8)
    assert [one.status for one in exchanges] == [200] * 8
    assert sorted(one.number for one in exchanges) == list(range(1, 9))


def _busy(
    times: int, retry_after: str, status: int = 429, more: str = ""
) -> Callable[[socket.socket], None]:
    """Answer "not now" so many times, and then as one should."""
    left = [times]

    def answer(connection: socket.socket) -> None:
        left[0] -= 1
        head = (
            f"HTTP/1.1 {status} Not now\r\nRetry-After: {retry_after}\r\n{more}"
            "Connection: close\r\nContent-Length: 0\r\n\r\n"
        )
        connection.sendall(head.encode() if left[0] >= 0 else OK)

    return answer


@pytest.mark.parametrize(
    ("times", "retry_after", "statuses"),
    [
        (2, "0", [429, 429, 200]),
        (2, "Fri, 27 Nov 2020 00:00:00 GMT", [429, 429, 200]),
        (99, "0", [429, 429, 429, 429]),
        (1, "3600", [429]),
    ],
)
def test_too_many_requests_are_sent_again_as_the_target_asks(
    times: int, retry_after: str, statuses: list[int]
) -> None:
    """A request that comes too early is repeated after the pause asked for, within reason."""
    seen: list[Exchange] = []
    with answering(_busy(times, retry_after)) as host:
        wire = Wire((host,))
        wire.listeners.append(seen.append)
        wire.send("GET", f"http://{host}/")
    assert [one.status for one in seen] == statuses


def test_a_date_to_come_again_is_one_of_the_clock_of_the_target() -> None:
    """A clock that was moved by years asks for no more than its own Date says."""
    seen: list[Exchange] = []
    at = "Thu, 27 Nov 2070 00:00:00 GMT"
    with answering(_busy(1, at, more=f"Date: {at}\r\n")) as host:
        wire = Wire((host,))
        wire.listeners.append(seen.append)
        wire.send("GET", f"http://{host}/")
    assert [one.status for one in seen] == [429, 200]


@pytest.mark.parametrize(("retry_after", "statuses"), [("0", [503, 200]), ("", [503])])
def test_who_is_unavailable_for_now_is_asked_again(retry_after: str, statuses: list[int]) -> None:
    """A 503 that says when to come again is "not now" (RFC 9110 section 15.6.4), and no other."""
    seen: list[Exchange] = []
    with answering(_busy(1, retry_after, 503)) as host:
        wire = Wire((host,))
        wire.listeners.append(seen.append)
        wire.send("GET", f"http://{host}/")
    assert [one.status for one in seen] == statuses


def test_workers_share_the_limits() -> None:
    """Two workers together send no faster and no more than the target file allows."""
    shared = Limits(rate=10.0, requests=5).among(2)
    assert (shared.rate, shared.requests) == (5.0, 2)


@pytest.mark.parametrize(
    "piece", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\n\r\n", b"X-Slow: 1\r\n"]
)
@pytest.mark.parametrize("by_hand", [False, True])
def test_an_answer_that_never_comes_to_its_body_ends_at_the_timeout(
    piece: bytes,
    by_hand: bool,  # noqa: FBT001 - which of the two doors
) -> None:
    """Neither one interim answer after another nor headers that drip keep a run for ever."""

    def stall(connection: socket.socket) -> None:
        connection.sendall(b"" if piece.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n")
        released = threading.Event()
        while not released.wait(0.05):
            try:
                connection.sendall(piece)
            except OSError:
                return

    with answering(stall) as host:
        wire = wire_to(host, timeout=0.3)
        request = RawRequest("GET", f"http://{host}/", "/", (("Host", host),))
        exchange = send_raw(wire, request) if by_hand else wire.send("GET", request.url)
    assert exchange.failure is Failure.TIMEOUT


@pytest.mark.parametrize("value", ["日本", "a\r\nb", "\ud800"])
def test_what_fits_no_header_is_not_sent(value: str) -> None:
    """A token of a target that no header can carry is told apart from a fault of the suite."""
    wire = Wire(["127.0.0.1:1"], trust_env=False)
    with pytest.raises(Unsendable, match="nothing was sent"):
        wire.send("GET", "http://127.0.0.1:1/", headers={"Authorization": f"Bearer {value}"})


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `requests` does; what is sent by hand would not arrive as it is, and that is known."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{door.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "other.example")
        thread = threading.Thread(target=_carry_one, args=(door, heard))
        thread.start()
        wire = Wire(["stage.example"])
        exchange = wire.send("GET", "http://stage.example/x")
        thread.join()
    assert exchange.status == 200
    assert heard[0].startswith(b"GET http://stage.example/x HTTP/1.1\r\n")
    assert wire.proxied("http://stage.example/x")
    assert not wire.proxied("http://other.example/x")


def _carry_one(door: socket.socket, heard: list[bytes]) -> None:
    connection, _ = door.accept()
    with connection:
        heard.append(connection.recv(65_536))
        connection.sendall(OK)
