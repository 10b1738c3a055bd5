"""A text as it reads once its escapes are undone, and where each character of it came from.

A secret may travel percent-encoded, inside JSON or inside HTML, broken over lines, or in several of
these, and what looks like an escape may be a part of it. So every order of undoing them is looked
at; remembering the places leads back to the text, whichever characters were escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LAYERS = 3

Undone = Iterator[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text; `origin[i]` is where character `i` of it begins in the text itself."""

    text: str
    origin: list[int] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the text itself."""
        return self.origin[start], self.origin[end]


def views(text: str) -> Iterator[View]:
    """Yield the text as it stands, and every other reading of it."""
    layer = [View(text, range(len(text) + 1))]
    seen = {text}
    for _ in range(_LAYERS):
        yield from layer
        layer = [one for view in layer for one in _undone(view, seen)]
        if not layer:
            return
    yield from layer


def _undone(view: View, seen: set[str]) -> Iterator[View]:
    for sign, pattern, undo in _ESCAPES:
        if sign in view.text and pattern.search(view.text):
            found = _without(view, pattern, undo)
            if found.text not in seen:
                seen.add(found.text)
                yield found


def _without(view: View, pattern: re.Pattern[str], undo: Callable[[str], Undone]) -> View:
    pieces: list[str] = []
    origin: list[int] = []
    last = 0
    for match in pattern.finditer(view.text):
        at = match.start()
        pieces.append(view.text[last:at])
        origin.extend(view.origin[last:at])
        for character, width in undo(match[0]):
            pieces.append(character)
            origin.append(view.origin[at])
            at += width
        last = match.end()
    pieces.append(view.text[last:])
    origin.extend(view.origin[last:])
    return View("".join(pieces), origin)


# What an escape stands for: each character, and how much of the escape is its own.


def _percent(escape: str) -> Undone:
    encoded = bytes.fromhex(escape.replace("%", ""))
    for character in encoded.decode("utf-8", "surrogateescape"):
        yield character, 3 * len(character.encode("utf-8", "surrogateescape"))


def _backslash(escape: str) -> Undone:
    if escape[1] == "u":
        encoded = bytes.fromhex(escape.replace("\\u", ""))
        for character in encoded.decode("utf-16-be", "surrogatepass"):
            yield character, 3 * len(character.encode("utf-16-be", "surrogatepass"))
    elif escape[1] == "x":
        yield bytes.fromhex(escape[2:]).decode("latin-1"), len(escape)
    else:
        yield _LETTERS.get(escape[1], escape[1]), len(escape)


def _entity(escape: str) -> Undone:
    # An entity can stand for two characters; the place belongs to the first.
    for index, character in enumerate(html.unescape(escape)):
        yield character, 0 if index else len(escape)


def _seam(_escape: str) -> Undone:
    yield from ()


# What belongs to no value and breaks no line, so that prose and markup stay as they are.
_EDGE = r"\s<>{}\[\](),;:\"'"
_ESCAPES: tuple[tuple[str, re.Pattern[str], Callable[[str], Undone]], ...] = (
    ("%", re.compile(r"(?:%[0-9A-Fa-f]{2})+"), _percent),
    ("\\", re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\x[0-9A-Fa-f]{2}|\\[\"'\\/bfnrt]"), _backslash),
    ("&", re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"), _entity),
    ("\n", re.compile(rf"(?<=[^{_EDGE}])=?\r?\n[ \t]*(?=[^{_EDGE}])"), _seam),
    ("\x00", re.compile("\x00+"), _seam),
)
