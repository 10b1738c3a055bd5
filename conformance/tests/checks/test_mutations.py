"""Bent values differ from what they were made of in the one way that their name says."""

from __future__ import annotations

import string

import pytest

from conformance.checks.mutations import altered


@pytest.mark.parametrize("middle", string.ascii_letters + string.digits + "-_")
def test_an_altered_value_is_another_in_any_case(middle: str) -> None:
    """Whoever compares without regard to case refuses it too."""
    value = f"xyz{middle}zyx"
    bent = altered(value)
    assert bent.lower() != value.lower()
    assert (bent[:3], bent[4:]) == (value[:3], value[4:])
