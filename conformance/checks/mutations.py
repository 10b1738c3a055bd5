"""Bent values: almost right, so that only a service that compares the whole value refuses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.targets import Service
from conformance.verdict import NotApplicable

_ENDING = 4  # characters


def _another(character: str) -> str:
    """Return a letter that is another in any case."""
    return "B" if character in "Aa" else "A"


def truncated(value: str) -> str:
    """Return the value without its last quarter; one character could be padding."""
    return value[: -max(1, len(value) // 4)]


def altered(value: str) -> str:
    """Return the value with a character in its middle exchanged for another letter in any case.

    Not at the end: there two characters can decode to the same bytes (reading KMA-25).
    """
    middle = len(value) // 2
    return value[:middle] + _another(value[middle]) + value[middle + 1 :]


def altered_at_end(value: str) -> str:
    """Return the value with its last four characters exchanged, but for the padding behind them.

    Four, as two values whose last characters alone differ can decode to the same bytes (KMA-25).
    """
    stem = value.rstrip("=") or value
    kept, ending = stem[:-_ENDING], stem[-_ENDING:]
    return kept + "".join(map(_another, ending)) + value[len(stem) :]


def extended(value: str) -> str:
    """Return the value with characters added at its end."""
    return value + "AAAA"


def other_case(value: str) -> str:
    """Return the value with upper and lower case exchanged."""
    return value.swapcase()


# way -> each place where a value is bent in it, the most telling first, as reports call it
_ALTERATIONS: Mapping[str, Mapping[str, Callable[[str], str]]] = {
    "truncated": {"truncated": truncated},
    "altered": {"altered": altered, "altered at its end": altered_at_end},
    "extended": {"extended": extended},
    "other-case": {"other-case": other_case},
}
ALTERATIONS = tuple(_ALTERATIONS)


def alter(service: Service, how: str, value: str) -> str:
    """Return a value bent in one of the ways; raises `NotApplicable` where that changes nothing."""
    return alterations(service, how, value)[0]


def alterations(service: Service, how: str, value: str) -> tuple[str, ...]:
    """Return a value bent in one of the ways, in each place; raises `NotApplicable` as above."""
    bent = {name: bend(value) for name, bend in _ALTERATIONS[how].items()}
    if value in bent.values():  # digits have no case: nothing could be mistaken for another
        raise NotApplicable(f"the value stays the same when it is {how}")
    return tuple(service.bent(mutant, value, name) for name, mutant in bent.items())


def made_up(service: Service, like: str) -> str:
    """Return a value that was never issued, of the length of another."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(service.random.choice(alphabet) for _ in like)
