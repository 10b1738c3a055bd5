"""Many at once: a code and a refresh token give tokens once, whoever comes first."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import requests

from conformance.reference import Decisions, Server, create_app
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.tests.reference.visitor import ONE, PAGE, TWO, Visitor

CROWD = 32


class Hurried(Decisions):
    """A server that looks, dawdles, and only then marks."""

    def spend(self, call: Call, record: Issued) -> bool:
        """Leave a gap between the look and the mark."""
        fresh = not self.spent(call, record)
        time.sleep(0.05)
        self.mark_spent(call, record)
        return fresh


def crowd(server: Server, act: Callable[[Visitor], requests.Response]) -> int:
    """Return how many of a crowd succeed when all act together."""
    barrier = Barrier(CROWD)

    def one(_: int) -> bool:
        with Visitor(server) as visitor:
            visitor.send("GET", "/")  # the connection is open before the start
            barrier.wait()
            return act(visitor).ok

    with ThreadPoolExecutor(CROWD) as pool:
        return sum(pool.map(one, range(CROWD)))


def test_code_race(visitor: Visitor) -> None:
    """Of 32 that redeem one code, one gets tokens."""
    code = visitor.code()
    assert crowd(visitor.server, lambda one: one.redeem(code)) == 1


def test_refresh_race(visitor: Visitor) -> None:
    """Of 32 that use one refresh token, one gets tokens."""
    token = visitor.tokens("client_credentials")["refresh_token"]
    assert crowd(visitor.server, lambda one: one.refresh(token)) == 1


def test_consent_race(visitor: Visitor) -> None:
    """Of several presses of one button, one gives a code."""
    page = visitor.log_in(visitor.ask())
    cookies = visitor.http.cookies

    def press(one: Visitor) -> requests.Response:
        one.http.cookies.update(cookies)
        return one.decide(page)

    assert crowd(visitor.server, press) == 1


def test_crowd_would_notice() -> None:
    """A server with a gap between look and mark gives tokens to several."""
    with Server(create_app(PAGE, decisions=Hurried())) as server, Visitor(server) as visitor:
        token = visitor.tokens("client_credentials")["refresh_token"]
        assert crowd(server, lambda one: one.refresh(token)) > 1


def test_users_stay_apart(visitor: Visitor) -> None:
    """Clients that ask at the same time each get a token for their own owner."""
    turn = count()

    def right_owner(one: Visitor) -> requests.Response:
        client = (ONE, TWO)[next(turn) % 2]
        answer = one.tokens("client_credentials", client)
        assert one.user_of(answer["access_token"]) == client.owner
        return one.token("client_credentials", client)

    assert crowd(visitor.server, right_owner) == CROWD
