"""Parameters: decoded once, whatever came."""

from __future__ import annotations

from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from conformance.reference.parameters import Parameters

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_round_trip(pairs: list[tuple[str, str]]) -> None:
    """What was encoded is read back, in its order."""
    parameters = Parameters.parse(urlencode(pairs).encode())
    assert parameters.pairs == tuple(pairs)
    assert parameters.readable


@given(st.binary())
def test_any_bytes(raw: bytes) -> None:
    """No bytes are too strange to be read; what is no text is marked."""
    parameters = Parameters.parse(raw)
    assert parameters.readable or "\N{REPLACEMENT CHARACTER}" in repr(parameters.pairs)


def test_blank_is_absent() -> None:
    """A parameter without a value is not there, and does not count as a repetition."""
    parameters = Parameters.parse(b"a=&b=1&a=2&b=3&c")
    assert (parameters.get("a"), parameters.get("c")) == ("2", None)
    assert parameters.repeated() == ["b"]


def test_values_are_not_shown() -> None:
    """A representation holds no value, for it may be a secret."""
    assert "hush" not in repr(Parameters.parse(b"client_secret=hush"))
