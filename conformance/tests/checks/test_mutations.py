"""Bent values differ from what they were made of in the one way that their name says."""

from __future__ import annotations

import base64
import string

import pytest

from conformance.checks.mutations import altered, altered_at_end


@pytest.mark.parametrize("middle", string.ascii_letters + string.digits + "-_")
def test_an_altered_value_is_another_in_any_case(middle: str) -> None:
    """Whoever compares without regard to case refuses it too."""
    value = f"xyz{middle}zyx"
    bent = altered(value)
    assert bent.lower() != value.lower()
    assert (bent[:3], bent[4:]) == (value[:3], value[4:])


@pytest.mark.parametrize(
    ("value", "kept", "padding"),
    [
        ("headAwY4", "head", ""),
        ("headAa-_==", "head", "=="),
        ("abc", "", ""),
        ("x", "", ""),
        ("====", "", ""),
    ],
)
def test_a_value_altered_at_its_end_keeps_the_rest(value: str, kept: str, padding: str) -> None:
    """Four characters are others in any case, but for padding; of a shorter value all are."""
    bent = altered_at_end(value)
    assert (len(bent), bent[: len(kept)]) == (len(value), kept)
    ending = slice(len(kept), len(value) - len(padding))
    changed = zip(value[ending].lower(), bent[ending].lower(), strict=True)
    assert bent.endswith(padding)
    assert all(one != other for one, other in changed)


@pytest.mark.parametrize("size", range(1, 12))
def test_a_value_altered_at_its_end_is_decoded_to_other_bytes(size: int) -> None:
    """Where decoders are lenient, bits that nobody reads stand in the last character."""
    value = base64.urlsafe_b64encode(bytes(range(200, 200 + size))).decode()
    assert base64.urlsafe_b64decode(altered_at_end(value)) != base64.urlsafe_b64decode(value)
