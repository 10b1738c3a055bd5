"""Parameters as they came in a query or a form, decoded once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True, slots=True)
class Parameters:
    """Names and values in the order in which they came.

    A parameter without a value counts as absent (RFC 6749 section 3.2). `readable` is False if
    a byte was no UTF-8.
    """

    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    readable: bool = True

    @classmethod
    def parse(cls, raw: bytes) -> Parameters:
        """Read `application/x-www-form-urlencoded` bytes."""
        try:
            return cls(tuple(_pairs(raw, "strict")))
        except UnicodeDecodeError:
            return cls(tuple(_pairs(raw, "replace")), readable=False)

    def every(self, name: str) -> list[str]:
        """Return all values of a parameter that are not blank."""
        return [value for found, value in self.pairs if found == name and value]

    def get(self, name: str) -> str | None:
        """Return the first value of a parameter, or None."""
        return next(iter(self.every(name)), None)

    def repeated(self) -> list[str]:
        """Return the names that have more than one value."""
        names = [name for name, value in self.pairs if value]
        return sorted({name for name in names if names.count(name) > 1})


def _pairs(raw: bytes, errors: str) -> Iterator[tuple[str, str]]:
    for part in raw.split(b"&"):
        name, _, value = part.partition(b"=")
        if part:
            yield _text(name, errors), _text(value, errors)


def _text(raw: bytes, errors: str) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", errors)
