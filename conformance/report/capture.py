"""Where a secret stands in an answer -> how `sed` finds it in the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What stands before a value and tells which it is: the tag that it is in, or its name.
_ANCHOR = re.compile(r"""(?:<[^<>]*|[\w.-]+["']?\s*[:=]\s*["']?)$""")
_FOR_SED = re.compile(r"([\\.\[\]*^$/])")


@dataclass(frozen=True, slots=True)
class Capture:
    """A `sed -n` program that prints the value; `encoded` where it is percent-encoded there."""

    sed: str
    encoded: bool = False


def capture(answer: Mapping[str, Any], name: str) -> Capture | None:
    """Return how to take a secret from an answer, or None where nothing marks its place."""
    for line, encoded in _lines(answer):
        before, found, _ = line.partition(name)
        anchor = _ANCHOR.search(before) if found else None
        if anchor:
            return Capture(_program(anchor[0]), encoded)
    return None


def _lines(answer: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for line in answer["body"].splitlines():
        yield line, False
    for header, value in answer["headers"]:
        yield f"{header}: {value}", header.lower() == "location"


def _program(anchor: str) -> str:
    quote = anchor[-1] if anchor[-1] in "\"'" else ""
    value = f"[^{quote}]*" if quote else "[^]&;\"'<> ,#}]*"
    return rf"s/.*{_FOR_SED.sub(_escaped, anchor)}\({value}\).*/\1/p"


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"
