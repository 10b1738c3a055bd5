"""How long what a target issues lives, by whatever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract import Lifetime
from conformance.targets.grants import Code, Tokens
from conformance.verdict import Inconclusive

if TYPE_CHECKING:
    from conformance.targets.service.service import Service

_CENTURY = 3_155_760_000.0  # seconds: nobody waits for longer, nor moves a clock


def lifetime_of(service: Service, kind: str, held: Code | Tokens | None = None) -> Lifetime:
    """Return how long a value of a kind lives, with the target's own margin as a floor.

    Where the contract names no time, `expires_in` in the answer that brought what is `held` tells
    it of an access token, for each grant may differ; else the target file does. Raises
    `Inconclusive` where nothing tells it.
    """
    found = service.contract.lifetimes.get(kind)
    if found is None and kind == "access_token":
        found = _told(service, held if isinstance(held, Tokens) else service.bearer())
    found = found or service.live.lifetimes.get(kind)
    if found is None:
        what = kind.replace("_", " ")
        raise Inconclusive(
            f"nothing tells how long the {what} lives; say it in [lifetimes]", f"lifetime:{kind}"
        )
    return found.widened(service.live.file.clock.margin)


def _told(service: Service, tokens: Tokens) -> Lifetime | None:
    seconds = tokens.expires_in
    if seconds and seconds > _CENTURY:
        raise Inconclusive("expires_in tells of more than a century", "lifetime:access_token")
    return service.contract.margins["access_token"].around(seconds) if seconds else None
