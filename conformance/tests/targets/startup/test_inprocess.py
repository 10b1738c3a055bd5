"""Without a socket an application answers as it does with one."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from conformance.contract import Contract
from conformance.targets.live import start, start_in_process
from conformance.targets.startup.inprocess import WSGIAdapter
from conformance.tests.targets.site import Reply, Site
from conformance.wire import Exchange, Wire

_HOST = "127.0.0.1:1"
# What the socket's own server adds or the moment decides.
_PASSING = {"Date", "Server", "Set-Cookie"}


def told(exchange: Exchange) -> tuple[object, ...]:
    """Return what an exchange says apart from what passes."""
    assert exchange.response is not None
    headers = {pair for pair in exchange.response.headers if pair[0] not in _PASSING}
    return exchange.status, exchange.response.reason, headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("HEAD", "/"),
        (
            "GET",
            "/v2/token/grant?grant_type=client_credentials&client_id=a%20b&client_secret=%C3%A9",
        ),
        ("DELETE", "/v2/token/grant"),
        ("GET", "/v2/queue"),
        ("PUT", "/v2/recipe/55"),
        ("GET", "/n%2Fone/%E9"),
    ],
)
def test_both_doors_answer_alike(contract: Contract, method: str, path: str) -> None:
    """Status, reason and headers are the same through the socket and without it."""
    answers = []
    for door in (start(None, contract), nullcontext(start_in_process(contract))):
        with door as live:
            answers.append(told(live.wire.send(method, live.endpoints.api + path)))
    assert answers[0] == answers[1]


def test_repeated_headers_and_cookies_are_kept() -> None:
    """Header pairs come as they were sent, and a browser keeps every cookie."""
    pairs = (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("WWW-Authenticate", "X"))
    site = Site({"GET /": Reply("ok", 200, pairs), "POST /in": Reply()})
    wire = Wire([_HOST])
    wire.mount("http://", WSGIAdapter(site))
    browser = wire.browser()
    first = browser.send("GET", f"http://{_HOST}/")
    assert first.response is not None
    assert first.response.headers == pairs
    browser.send("POST", f"http://{_HOST}/in?q=%2B", form=[("a", "b c"), ("a", "ü")])
    heard = site.heard[-1]
    assert heard.cookie == "a=1; b=2"
    assert heard.query == (("q", "+"),)
    assert heard.body == "a=b+c&a=%C3%BC"
