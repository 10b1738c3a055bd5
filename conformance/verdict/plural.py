"""How many there are of something, in words."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: `1 request`, `2 requests`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
