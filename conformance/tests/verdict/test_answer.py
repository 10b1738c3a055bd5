"""What an answer means."""

from __future__ import annotations

import pytest

from conformance.verdict.answer import Answer, describe, of_grant, of_resource
from conformance.wire import Exchange, Request, Response


def answered(status: int) -> Exchange:
    """Return an exchange whose answer names an error."""
    response = Response(status, body=b'{"error": "invalid_grant"}')
    return Exchange(1, Request("POST", "http://127.0.0.1:1/token"), response, None, 0.0, 0.0)


@pytest.mark.parametrize("status", [500, 501, 503, 429, 408])
def test_a_server_that_breaks_refuses_nothing(status: int) -> None:
    """A 5xx decides nothing, even one that names an error; nor does a server that is busy."""
    exchange = answered(status)
    assert of_grant(exchange) is Answer.UNCLEAR
    assert of_resource(exchange, {}) is Answer.UNCLEAR


def test_a_refusal_is_a_refusal() -> None:
    """A 4xx is one, and so is a 2xx that names an error."""
    for status in (400, 401, 200):
        assert of_grant(answered(status)) is Answer.NO


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'\xef\xbb\xbf{"access_token": "a"}', "application/json that is no JSON"),
        (b'{access_token: "a"}', "application/json that is no JSON"),
        (b"[]", "application/json, an array"),
        (b"", "application/json"),
    ],
)
def test_what_is_called_json_and_is_none_is_told(body: bytes, told: str) -> None:
    """Else nobody would know why no token is found in an answer that shows one."""
    response = Response(200, headers=(("Content-Type", "application/json"),), body=body)
    exchange = Exchange(1, Request("POST", "http://127.0.0.1:1/token"), response, None, 0.0, 0.0)
    assert describe(exchange) == f"status 200, {told}"
