"""A text as it reads once its escapes are undone, and where each character of it came from.

A secret may travel percent-encoded, inside JSON or inside HTML, or in several of these.
Undoing the escapes and remembering the places finds them all, whichever characters were escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPE = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|\\u(?P<unicode>[0-9A-Fa-f]{4})"
    r"|\\x(?P<hex>[0-9A-Fa-f]{2})"
    r"|\\(?P<escaped>[\"'\\/])"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});)"
)
_LAYERS = 3


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text; `origin[i]` is where character `i` of it begins in the text itself."""

    text: str
    origin: list[int] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the text itself."""
        return self.origin[start], self.origin[end]


def views(text: str) -> Iterator[View]:
    """Yield the text as it stands, then with one layer of escapes undone after the other."""
    view = View(text, range(len(text) + 1))
    yield view
    for _ in range(_LAYERS):
        if not _ESCAPE.search(view.text):
            return
        view = _undone(view)
        yield view


def _undone(view: View) -> View:
    pieces: list[str] = []
    origin: list[int] = []
    last = 0
    for match in _ESCAPE.finditer(view.text):
        pieces.append(view.text[last : match.start()])
        origin.extend(view.origin[last : match.start()])
        at = match.start()
        for character, width in _characters(match):
            pieces.append(character)
            origin.append(view.origin[at])
            at += width
        last = match.end()
    pieces.append(view.text[last:])
    origin.extend(view.origin[last:])
    return View("".join(pieces), origin)


def _characters(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield what an escape stands for: each character, and how much of the text is its own."""
    if match["percent"]:
        encoded = bytes.fromhex(match[0].replace("%", ""))
        for character in encoded.decode("utf-8", "surrogateescape"):
            yield character, 3 * len(character.encode("utf-8", "surrogateescape"))
        return
    code = match["unicode"] or match["hex"]
    character = chr(int(code, 16)) if code else match["escaped"] or html.unescape(match[0])
    # An entity can stand for two characters; the place belongs to the first.
    for index, one in enumerate(character):
        yield one, 0 if index else len(match[0])
