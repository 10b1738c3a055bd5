"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from conformance.verdict.plural import plural


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 requests"), (1, "1 request"), (2, "2 requests")]
)
def test_one_is_told_from_many(number: int, told: str) -> None:
    """Only one of something is told in the singular."""
    assert plural(number, "request") == told
