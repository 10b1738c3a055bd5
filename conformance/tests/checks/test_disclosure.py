"""Tests of what a text tells."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode

import pytest

from conformance.checks.disclosure import told

_SECRET = "s3cr3t-of-ann"


@pytest.mark.parametrize(
    "text",
    [
        f"no: {_SECRET}.",
        "s3cr3t%2Dof%2Dann",
        "\\u00733cr3t-of-ann",
        f"debug {b64encode(_SECRET.encode()).decode()}",
        f"a.{urlsafe_b64encode(b'x' + _SECRET.encode()).decode().rstrip('=')}.b",
        _SECRET.encode().hex(),
    ],
)
def test_a_secret_is_seen_in_every_form(text: str) -> None:
    """Escapes, base64 and hexadecimal hide nothing."""
    assert _SECRET in told(text)


def test_what_is_not_told_is_not_seen() -> None:
    """A hash of a secret, or its beginning, is another text."""
    assert _SECRET not in told("s3cr3t 5f2d3a1be0c14f6f9d0f")
