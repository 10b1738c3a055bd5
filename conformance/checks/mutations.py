"""Bent values: almost right, so that only a service that compares the whole value refuses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.targets import Service
from conformance.verdict import NotApplicable


def truncated(value: str) -> str:
    """Return the value without its last quarter; one character could be padding."""
    return value[: -max(1, len(value) // 4)]


def altered(value: str) -> str:
    """Return the value with a character in its middle exchanged for another letter in any case.

    Not at the end: there two characters can decode to the same bytes (reading KMA-25).
    """
    middle = len(value) // 2
    return value[:middle] + ("B" if value[middle] in "Aa" else "A") + value[middle + 1 :]


def extended(value: str) -> str:
    """Return the value with characters added at its end."""
    return value + "AAAA"


def other_case(value: str) -> str:
    """Return the value with upper and lower case exchanged."""
    return value.swapcase()


_ALTERATIONS: Mapping[str, Callable[[str], str]] = {
    "truncated": truncated,
    "altered": altered,
    "extended": extended,
    "other-case": other_case,
}
ALTERATIONS = tuple(_ALTERATIONS)


def alter(service: Service, how: str, value: str) -> str:
    """Return a value bent in one of the ways; raises `NotApplicable` where that changes nothing."""
    bent = _ALTERATIONS[how](value)
    if bent == value:  # digits have no case, so there is nothing that could be mistaken for another
        raise NotApplicable(f"a value {how} is the same value here")
    return service.bent(bent, value, how)


def made_up(service: Service, like: str) -> str:
    """Return a value that was never issued, of the length of another."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(service.random.choice(alphabet) for _ in like)
