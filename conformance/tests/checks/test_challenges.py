"""Tests of reading the header WWW-Authenticate."""

from __future__ import annotations

import pytest

from conformance.checks.challenges import Challenge, challenges, of_scheme
from conformance.wire import Response


def _response(*values: str) -> Response:
    return Response(401, headers=tuple(("WWW-Authenticate", value) for value in values))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bearer", (Challenge("bearer"),)),
        ('Bearer realm="a, b"', (Challenge("bearer", (("realm", "a, b"),)),)),
        ('BEARER Realm = "a\\"b"', (Challenge("bearer", (("realm", 'a"b'),)),)),
        (
            'Bearer error=invalid_token , scope="a b"',
            (Challenge("bearer", (("error", "invalid_token"), ("scope", "a b"))),),
        ),
        (
            'Negotiate, Basic realm="a", Bearer',
            (Challenge("negotiate"), Challenge("basic", (("realm", "a"),)), Challenge("bearer")),
        ),
        (
            'Negotiate TlRMTVNTUA==, Bearer realm="a"',
            (Challenge("negotiate"), Challenge("bearer", (("realm", "a"),))),
        ),
        ('Bearer realm="a", realm="b"', (Challenge("bearer", (("realm", "a"), ("realm", "b"))),)),
        (", ,", ()),
        ("", ()),
    ],
)
def test_challenges_are_read(value: str, expected: tuple[Challenge, ...]) -> None:
    """Schemes and parameters are found however lawfully they are written."""
    assert challenges(_response(value)) == expected


def test_every_header_counts() -> None:
    """Challenges may stand in several headers, and are found by their scheme."""
    response = _response('Basic realm="a"', 'Bearer realm="b"')
    assert [one.scheme for one in challenges(response)] == ["basic", "bearer"]
    assert of_scheme(response, "bearer")[0].values("realm") == ("b",)


def test_what_cannot_be_read_is_left_out() -> None:
    """A quote that never ends hides what follows it, and nothing before it."""
    found = challenges(_response('Basic realm="a", Bearer realm="b'))
    assert found == (Challenge("basic", (("realm", "a"),)), Challenge("bearer"))
