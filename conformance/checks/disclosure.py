"""A text -> all that it tells: as it stands, with its escapes undone, and what it holds encoded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from conformance.evidence.decoding import views

_WORD = re.compile(r"[A-Za-z0-9+/_\-]{8,}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


def told(text: str) -> str:
    """Return every reading of a text, a line each: base64 and hexadecimal are no secrecy."""
    plain = [view.text for view in views(text)]
    words = {word for one in plain for word in _WORD.findall(one)}
    return "\n".join((*plain, *(found for word in sorted(words) for found in _decoded(word))))


def _decoded(word: str) -> Iterator[str]:
    if _HEX.fullmatch(word):
        yield bytes.fromhex(word).decode("utf-8", "replace")
    whole = word.replace("+", "-").replace("/", "_")
    try:
        yield base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return
