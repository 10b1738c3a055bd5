"""A target that cannot be reached is told apart from one that refuses."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conformance.contract import Contract
from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.targets.description.file import read
from conformance.targets.errors import Unreachable
from conformance.targets.live import LiveTarget, start, start_in_process
from conformance.targets.preflight import preflight, yields_a_token
from conformance.targets.service.service import Service
from conformance.tests.targets.conftest import Write
from conformance.tests.targets.description.test_file import GOOD
from conformance.tests.targets.site import Reply, open_site


def live_at(write: Write, contract: Contract, url: str) -> LiveTarget:
    """Return a target at `url` that is given a fifth of a second to answer."""
    endpoints = f'[endpoints]\napi = "{url}"\nauthorize = "{url}/authorize"\n'
    text = f"{GOOD}{endpoints}[limits]\ntimeout = 0.2\n"
    with start(read(write(text), {}), contract) as live:
        return live


@contextmanager
def listening(answer: bytes | None) -> Iterator[str]:
    """Accept connections and say the same to each: nothing at all (None), or some bytes."""
    held: list[socket.socket] = []

    def serve(door: socket.socket) -> None:
        while True:
            try:
                held.append(door.accept()[0])
            except OSError:
                return
            if answer is not None:
                held[-1].recv(65536)
                held[-1].sendall(answer)
                held[-1].close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve, args=(door,))
        thread.start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)
        thread.join()
    for one in held:
        one.close()


def test_any_answer_will_do(write: Write, contract: Contract) -> None:
    """A server that refuses is reachable, and each host is asked once."""
    with open_site({"GET /": Reply()}) as site:
        preflight(live_at(write, contract, site.url))
        assert site.routes == ["GET /authorize"]


@pytest.mark.parametrize(
    ("answer", "scheme", "expected"),
    [
        (None, "http", "gave no answer in time. See whether it hangs, or raise `timeout`"),
        (
            b"220 mail ready\r\n",
            "https",
            "no TLS connection could be made. Look at its certificate",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "http", "broke the connection off"),
    ],
)
def test_what_is_wrong_is_said(
    write: Write, contract: Contract, answer: bytes | None, scheme: str, expected: str
) -> None:
    """A target that hangs, has no TLS or breaks off gets a message of its own."""
    with listening(answer) as host:
        live = live_at(write, contract, f"{scheme}://{host}")
        with pytest.raises(Unreachable, match=expected):
            preflight(live)


class _Wrapped(Decisions):
    """The answer stands in another object."""

    def token_answer(self, call: Call, access: Issued, refresh: Issued) -> dict[str, object]:
        return {"data": super().token_answer(call, access, refresh)}


class _NoClients(Decisions):
    """Nobody's secret is right."""

    def secret_matches(self, call: Call, client: Client, secret: str) -> bool:
        del call, client, secret
        return False


@pytest.mark.parametrize(
    ("decisions", "look"),
    [
        (_Wrapped(), r"members data; .* sends no JSON object with an access_token"),
        (_NoClients(), r"invalid_client.*Look at the credentials"),
    ],
)
def test_a_success_without_a_token_is_no_fault_of_the_credentials(
    contract: Contract, decisions: Decisions, look: str
) -> None:
    """Where no grant yields a token, what is said next depends on what the service said."""
    with pytest.raises(Unreachable, match=look):
        yields_a_token(Service(start_in_process(contract, decisions)))


def test_a_dead_port_is_told(write: Write, contract: Contract) -> None:
    """A port that nobody listens on is named, with the file to correct."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    with pytest.raises(Unreachable, match=f"GET {url}/authorize: nobody answers .*staging.toml"):
        preflight(live_at(write, contract, url))
