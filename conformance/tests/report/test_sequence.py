"""Tests of `conformance.report.sequence`."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.report.sequence import sequence

_ENDPOINTS = {
    "authorize": "http://a/authorize",
    "token": "http://b/token",
    "api": "http://b",
    "clock": "http://b/_clock",
}


def _exchange(
    url: str,
    *,
    names: tuple[str, ...] = (),
    at: float = 0.0,
    ahead: float = 0.0,
    **answer: Any,  # noqa: ANN401 - members of a JSON object
) -> dict[str, Any]:
    response = {"status": 200, "reason": "OK", "headers": [], "body": "", **answer}
    request = {"method": "GET", "url": url, "headers": [], "body": ""}
    times = {"sent_at": at, "ahead": ahead, "duration": 0.5, "failure": None}
    return {"number": 1, "request": request, "response": response, "names": list(names), **times}


@pytest.mark.parametrize(
    ("url", "names", "lanes"),
    [
        ("http://a/authorize?x=1", (), ["user's browser", "authorization endpoint"]),
        ("http://a/authorize/consent", (), ["user's browser", "authorization endpoint"]),
        ("http://a/login", ("cookie#1",), ["user's browser", "authorization endpoint"]),
        ("http://b/token?code=code#1", ("code#1",), ["client", "token endpoint"]),
        ("http://b/v2/queue", ("access-token#1",), ["client", "resources"]),
        ("http://b/_clock?advance=31", (), ["client", "its clock"]),
    ],
)
def test_who_takes_part_follows_from_the_address(
    url: str, names: tuple[str, ...], lanes: list[str]
) -> None:
    """Pages are the user's browser's, tokens and calls the client's; nobody else has a line."""
    drawn = sequence([_exchange(url, names=names)], _ENDPOINTS, None)
    assert [lane.title for lane in drawn.lanes] == lanes


def test_time_that_passes_is_told_by_the_clock_of_the_target() -> None:
    """A wait and a clock that was moved both part the steps; what follows at once does not."""
    steps = [
        _exchange("http://b/token", at=10.0),
        _exchange("http://b/token", at=10.6),
        _exchange("http://b/token", at=42.1),
        _exchange("http://b/token", at=42.7, ahead=3600.0),
    ]
    assert [one.text for one in sequence(steps, _ENDPOINTS, None).pauses] == [
        "31 s later",
        "1 h later",
    ]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 400, "body": '{"error": "invalid_grant"}'}, "400 invalid_grant"),
        (
            {"status": 302, "headers": [["Location", "http://c/?error=access_denied"]]},
            "302 access_denied",
        ),
        ({"status": 200, "body": '["error"]'}, "200"),
    ],
)
def test_an_error_is_told_by_its_code(answer: dict[str, Any], told: str) -> None:
    """The status, and the error code wherever it travels."""
    drawn = sequence([_exchange("http://b/token", **answer)], _ENDPOINTS, None)
    assert drawn.arrows[0].answered == told


def test_a_name_within_another_is_told_once() -> None:
    """A mutant of a token is not the token; names stand in the order of the request."""
    names = ("access-token#1", "access-token#1 (truncated)", "code#2")
    url = "http://b/token?a=code#2&b=access-token#1 (truncated)"
    drawn = sequence([_exchange(url, names=names)], _ENDPOINTS, 1)
    assert drawn.arrows[0].asked == "GET /token code#2 access-token#1 (truncated)"
    assert drawn.arrows[0].broke
