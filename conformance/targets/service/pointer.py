"""A JSON document and a JSON Pointer (RFC 6901) -> what the pointer leads to."""

from __future__ import annotations


def lookup(document: object, pointer: str) -> object:
    """Return what a pointer leads to, or None."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document
