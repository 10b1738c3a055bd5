"""A URL of an unknown service -> what it publishes of itself (RFC 8414, OpenID Connect)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from conformance.targets.description import addresses
from conformance.targets.description.metadata import Metadata
from conformance.targets.errors import Unreachable, without_query
from conformance.wire import Exchange, Limits, Wire

_POLITE = Limits(rate=5.0)
_OAUTH = "/.well-known/oauth-authorization-server"
_OPENID = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where the metadata is and what it says; `url` is None where there is none.

    `userinfo` is the resource that tells a token's user (OpenID Connect Core section 5.3).
    """

    url: str | None
    metadata: Metadata
    userinfo: str | None


def discover(url: str) -> Discovery:
    """Ask a service for its metadata; raises `Unreachable` where nobody answers."""
    near = addresses.loopback(url)
    wire = Wire(tuple(addresses.hosts([url])), _POLITE, trust_env=not near)
    found: dict[str, dict[str, Any]] = {}
    for place in dict.fromkeys(_places(url)):
        exchange = wire.send("GET", place, headers={"Accept": "application/json"})
        if exchange.response is None and not found:
            raise _unreachable(url, exchange)
        if exchange.status == 200 and isinstance(exchange.members.get("token_endpoint"), str):
            found[place] = exchange.members
    if not found:
        return Discovery(None, Metadata({}), None)
    first = next(iter(found))
    told = (members.get("userinfo_endpoint") for members in found.values())
    userinfo = next((one for one in told if isinstance(one, str)), None)
    return Discovery(first, Metadata(found[first]), userinfo)


def _places(url: str) -> Iterator[str]:
    """Yield where metadata may be: RFC 8414 section 3.1, then as OpenID Connect has it."""
    parts = urlsplit(url)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    if "/.well-known/" in path:
        yield origin + path
    for issuer in dict.fromkeys((path, "")):
        yield origin + _OAUTH + issuer
        yield origin + issuer + _OPENID
        yield origin + issuer + _OAUTH


def _unreachable(url: str, exchange: Exchange) -> Unreachable:
    return Unreachable(
        without_query(url),
        f"no answer ({exchange.failure})",
        "Start the service, or correct the URL.",
    )
