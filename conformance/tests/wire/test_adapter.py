"""What another library sends through its own session passes our door, and comes back whole."""

from __future__ import annotations

import gzip
import io

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from conformance.wire import BudgetSpent, Exchange, ForeignHost, Limits, Wire, session_through

_URL = "http://target.example/here"


class Far(BaseAdapter):
    """The other end of the wire: answers with these bytes and headers, or raises."""

    def __init__(self, answer: bytes | Exception, *headers: tuple[str, str]) -> None:
        super().__init__()
        self._answer = answer
        self._headers = headers
        self.seen: list[requests.PreparedRequest] = []

    def send(  # type: ignore[override]  # there is no socket that could have options
        self, request: requests.PreparedRequest, **_options: object
    ) -> requests.Response:
        """Answer."""
        self.seen.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        answer = requests.Response()
        answer.status_code, answer.reason, answer.request = 302, "Found", request
        answer.raw = HTTPResponse(
            io.BytesIO(self._answer), HTTPHeaderDict(self._headers), 302, preload_content=False
        )
        return answer

    def close(self) -> None:
        """Close nothing."""


@pytest.fixture
def exchanges() -> list[Exchange]:
    """Return a list for what a wire records."""
    return []


def wire_to(far: Far, exchanges: list[Exchange], **options: int) -> Wire:
    """Return a wire that ends there."""
    wire = Wire(("target.example",), Limits(**options), headers={"X-Env": "staging"})
    wire.mount("http://", far)
    wire.listeners.append(exchanges.append)
    return wire


def test_a_request_is_recorded_as_it_was_sent(exchanges: list[Exchange]) -> None:
    """Method, query, body, and the headers of the library and of the target file are recorded."""
    far = Far(b"")
    session_through(wire_to(far, exchanges)).post(
        _URL, params={"a": "b c"}, data={"d": "e"}, headers={"X-Own": "1"}, allow_redirects=False
    )
    (exchange,) = exchanges
    assert (exchange.request.method, exchange.request.body) == ("POST", b"d=e")
    assert exchange.request.url == f"{_URL}?a=b+c"
    assert {("X-Env", "staging"), ("X-Own", "1")} <= set(exchange.request.headers)
    assert len(far.seen) == 1


def test_the_library_keeps_its_own_headers(exchanges: list[Exchange]) -> None:
    """A header of the target file does not replace one that the library sends."""
    session = session_through(wire_to(Far(b""), exchanges))
    session.get(_URL, headers={"x-env": "mine"}, allow_redirects=False)
    assert [value for name, value in exchanges[0].request.headers if name.lower() == "x-env"] == [
        "mine"
    ]


def test_an_answer_comes_back_whole(exchanges: list[Exchange]) -> None:
    """Status, reason, repeated headers and a decompressed body reach the library."""
    body = gzip.compress(b'{"a": "\xc3\xa9"}')
    headers = (
        ("Content-Type", "application/json"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", str(len(body))),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Location", "/there"),
    )
    session = session_through(wire_to(Far(body, *headers), exchanges))
    answer = session.get(_URL, allow_redirects=False)
    assert (answer.status_code, answer.reason, answer.url) == (302, "Found", _URL)
    assert answer.json() == {"a": "é"}
    assert answer.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]
    assert answer.headers["Location"] == "/there"
    assert not session.cookies


def test_a_redirect_is_followed_through_the_same_door(exchanges: list[Exchange]) -> None:
    """A library that follows redirects is stopped where they leave the declared hosts."""
    far = Far(b"", ("Location", "http://elsewhere.example/"))
    with pytest.raises(ForeignHost):
        session_through(wire_to(far, exchanges)).get(_URL)
    assert len(far.seen) == 1


def test_the_budget_holds(exchanges: list[Exchange]) -> None:
    """No request goes out once the cap is reached."""
    far = Far(b"")
    session = session_through(wire_to(far, exchanges, requests=1))
    session.get(_URL, allow_redirects=False)
    with pytest.raises(BudgetSpent):
        session.get(_URL, allow_redirects=False)
    assert len(far.seen) == 1


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (requests.ReadTimeout(), requests.Timeout),
        (requests.exceptions.SSLError(), requests.exceptions.SSLError),
        (requests.ConnectionError(), requests.ConnectionError),
        (
            requests.exceptions.ChunkedEncodingError(),
            requests.exceptions.ChunkedEncodingError,
        ),
    ],
    ids=["timeout", "tls", "unreachable", "broken"],
)
def test_a_failure_is_raised_as_requests_does(
    exchanges: list[Exchange],
    problem: requests.RequestException,
    kind: type[requests.RequestException],
) -> None:
    """A library that expects an error of `requests` gets one of that kind, without the URL."""
    session = session_through(wire_to(Far(problem), exchanges))
    with pytest.raises(kind) as caught:
        session.get(f"{_URL}?client_secret=hidden")
    assert "hidden" not in str(caught.value)
    assert exchanges[0].failure is not None


def test_half_an_answer_is_none(exchanges: list[Exchange]) -> None:
    """An answer that is larger than the limit is recorded, and not passed on."""
    session = session_through(wire_to(Far(b"x" * 50), exchanges, response_size=20))
    with pytest.raises(requests.ConnectionError):
        session.get(_URL, allow_redirects=False)
    assert exchanges[0].response is not None
