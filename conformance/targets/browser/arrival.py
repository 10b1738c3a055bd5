"""What reaches the windows of a browser, and the codes in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote_plus

Window = Literal["opener", "popup"]
How = Literal["navigation", "message", "call", "request"]
Site = Literal["redirect_uri", "client", "target", "other"]

_PARAMETER = re.compile(r"(?:^|[?&#;])code=([^&#;\s]+)")
_SHORTEST = 8  # a code that can be told from a word


@dataclass(frozen=True, slots=True)
class Arrival:
    """A page that a window was taken to, a message or call that it got, or a request of its own.

    `site` says whose page learned of it: the redirect_uri, another page of the client, the target,
    or anybody else.
    """

    window: Window
    how: How
    site: Site
    content: Any = field(repr=False)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return what is named `code` in it: a parameter or a member (RFC 6749 section 4.1.2)."""
        return tuple(_codes(self.content))

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the bare texts in it: each may be a code, since a message may be nothing else."""
        return tuple(text for text in _texts(self.content) if len(text) >= _SHORTEST)


def _codes(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "code" and isinstance(value, str):
                yield value
            else:
                yield from _codes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _codes(value)
    elif isinstance(node, str):
        document = _document(node)
        yield from (
            map(unquote_plus, _PARAMETER.findall(node)) if document is None else _codes(document)
        )


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from _texts(value)


def _document(text: str) -> dict[str, Any] | list[Any] | None:
    """Return the JSON object or array that a text holds, or None."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None
