"""URLs of a target: what they must look like, and which hosts they name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

# Where a free port is filled in; `{port:login}` is another one, the same wherever it stands.
PORT = re.compile(r"\{port(?::\w+)?\}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def flaw(url: str) -> str | None:
    """Return what keeps a URL from being an endpoint (RFC 6749 section 3.1), or None."""
    try:
        parts = urlsplit(PORT.sub("1", url))
        port_ok = parts.port != 0
    except ValueError:
        return "is no URL: its host or port cannot be read"
    found = (
        (parts.scheme not in _DEFAULT_PORTS, "must begin with http:// or https://"),
        (not parts.hostname, "names no host"),
        (not port_ok, "has port 0"),
        ("@" in parts.netloc, "must not hold a user name or password"),
        ("#" in url, "must not have a fragment"),
    )
    return next((problem for wrong, problem in found if wrong), None)


def loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine."""
    host = urlsplit(PORT.sub("1", url)).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def plain(url: str) -> bool:
    """Tell whether a URL would carry secrets over the network unencrypted."""
    return url.startswith("http://") and not loopback(url)


def hosts(urls: Iterable[str]) -> frozenset[str]:
    """Return the hosts that URLs name, as `host` or `host:port`; a default port both ways."""
    return frozenset(name for url in urls for name in _names(url))


def place(url: str) -> tuple[str, str, int | None, str]:
    """Return what is compared of a redirect URI: scheme, host, port and path."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", _port(url), parts.path or "/"


def _names(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    with_port = f"{host}:{_port(url)}"
    is_default = _port(url) == _DEFAULT_PORTS.get(parts.scheme)
    return (f"{host}", with_port) if is_default else (with_port,)


def _port(url: str) -> int | None:
    parts = urlsplit(url)
    return parts.port or _DEFAULT_PORTS.get(parts.scheme)
