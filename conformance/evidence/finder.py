"""Finds many values in a text at once.

A long value is found by a place: the text is cut every four characters, and one of any four
neighbouring cuts falls on the same five characters of the value. So the time for a text does not
grow with the number of values, nor with what they have in common (signed tokens share their first
forty characters).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_GRAM = 5
_STRIDE = 4
LONG = _GRAM + _STRIDE - 1
"""The shortest value that is found wherever it stands."""
_SHORT = 4

_WORD_STARTS = re.compile(r"(?<![A-Za-z0-9_])(?=\S)")
_WORD_END = re.compile(r"(?![A-Za-z0-9_])")
_WHOLE = re.compile(r"(?<=[=:\"'>\x1e])(?=([^&;\"'<,\s]+))")

Hit = tuple[int, int, str]


class Finder:
    """Values and their names. Adding must be guarded by the caller; finding needs no lock.

    Values of four to seven characters are found as words only, and shorter ones, like those that
    are added as `whole`, only as the whole value of a parameter, a member or a cookie.
    """

    def __init__(self) -> None:
        self._long: dict[str, str] = {}
        self._places: dict[str, tuple[tuple[int, int], ...]] = {}
        self._words: dict[str, str] = {}
        self._word_lengths: tuple[int, ...] = ()
        self._wholes: dict[str, str] = {}

    def add(self, value: str, name: str, *, whole: bool = False) -> None:
        """Look for a value from now on; the first name of a value stays."""
        if whole or len(value) < _SHORT:
            self._wholes.setdefault(value, name)
        elif len(value) < LONG:
            self._words.setdefault(value, name)
            self._word_lengths = tuple(sorted({*self._word_lengths, len(value)}))
        elif value not in self._long:
            self._long[value] = name
            for offset in range(_STRIDE):
                gram, place = value[offset : offset + _GRAM], (offset, len(value))
                known = self._places.get(gram, ())
                self._places[gram] = known if place in known else (*known, place)

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield where a value stands, and its name; hits may overlap."""
        places, values = self._places, self._long
        cuts = range(0, len(text) - _GRAM + 1, _STRIDE)
        for at in [cut for cut in cuts if text[cut : cut + _GRAM] in places]:
            for offset, length in places[text[at : at + _GRAM]]:
                start = max(at - offset, 0)
                piece = text[start : start + length]  # shorter than that at the end of the text
                if piece in values:
                    yield start, start + len(piece), values[piece]
        yield from self._word_hits(text) if self._words else ()
        yield from self._whole_hits(text) if self._wholes else ()

    def _word_hits(self, text: str) -> Iterator[Hit]:
        for match in _WORD_STARTS.finditer(text):
            start = match.start()
            for length in self._word_lengths:
                piece = text[start : start + length]
                if piece in self._words and _WORD_END.match(text, start + len(piece)):
                    yield start, start + len(piece), self._words[piece]

    def _whole_hits(self, text: str) -> Iterator[Hit]:
        if text in self._wholes:
            yield 0, len(text), self._wholes[text]
        for match in _WHOLE.finditer(text):
            name = self._wholes.get(match[1])
            if name is not None:
                yield match.start(1), match.end(1), name
