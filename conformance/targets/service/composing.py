"""A request composed by hand, with the headers that no request can do without."""

from __future__ import annotations

from urllib.parse import urlsplit

from conformance.targets.grants import Pairs
from conformance.wire import RawRequest

_FORM = "application/x-www-form-urlencoded"


def compose(
    method: str, url: str, *, headers: Pairs, query: str, form: bytes, version: str
) -> RawRequest:
    """Return the request; `query` is added to the URL's own."""
    parts = urlsplit(url)
    fixed = [("Host", parts.netloc), ("Connection", "close"), *headers]
    if form:
        fixed += [("Content-Type", _FORM), ("Content-Length", str(len(form)))]
    asked = "&".join(part for part in (parts.query, query) if part)
    target = (parts.path or "/") + (f"?{asked}" if asked else "")
    shown = f"{url.partition('?')[0]}{target[len(parts.path or '/') :]}"
    return RawRequest(method, shown, target, tuple(fixed), form, version)
