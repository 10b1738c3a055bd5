"""Text of a target -> text that is safe to show: no control character does anything."""

from __future__ import annotations

import re

# C0 and C1 controls but for tab and line feed, marks that turn the direction of writing or hide,
# line and paragraph separators, and halves of surrogate pairs.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Return the text with such characters as backslash escapes: `\x1b`, `\u202e`."""
    return _HIDDEN.sub(_escape, text) if _HIDDEN.search(text) else text


def _escape(match: re.Match[str]) -> str:
    # `unicode_escape` would write three of the controls as letters: \r, \t, \n.
    code = ord(match[0])
    return f"\\x{code:02x}" if match[0].isascii() else f"\\u{code:04x}"
