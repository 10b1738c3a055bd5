"""Whether a service lets one grant live at a time (readings KMA-28 and KMA-35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.verdict.answer import Answer, carries_token

if TYPE_CHECKING:
    from conformance.targets.service.service import Service


def one_at_a_time(service: Service) -> bool:
    """Tell whether a second grant or its refresh ends or renews the first."""
    first, _ = service.code(), service.code()
    redeemed = service.send(service.grant_request("authorization_code", code=first))
    if not carries_token(redeemed):
        return True
    return any(_ends(service, origin) for origin in service.origins())


def _ends(service: Service, origin: str) -> bool:
    first, second = service.tokens(origin), service.tokens(origin)
    exchange = service.call(service.contract.example, first.access_token)
    ended = service.answer(service.contract.example, exchange) is Answer.NO
    if ended or first.access_token == second.access_token:
        return True
    if second.refresh_token is None:
        return False
    service.refreshed(second)
    return not carries_token(service.send(service.grant_request("refresh_token", tokens=first)))
