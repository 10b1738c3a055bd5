"""A service as one of many virtual clients finds it, who use it at the same time."""

from __future__ import annotations

import math
from dataclasses import replace

from conformance.checks.machine.stage import GRANT_OF, Stage
from conformance.contract import Lifetime
from conformance.lifecycle import Kind
from conformance.targets import Code, LiveTarget, Service, Tokens
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer

_CODE = GRANT_OF[Kind.CODE]
_REFRESH = GRANT_OF[Kind.REFRESH_TOKEN]
_UNKNOWN = Lifetime(0.0, 0.0, math.inf)


class Guest(Service):
    """The service of one virtual client.

    Nothing is vouched for whose lifetime nobody tells, no token of a grant whose tokens need not
    open anything, and nothing at all where what others do may end it (not `peaceful`): whether it
    is accepted then says nothing, that it is used once does.
    """

    def __init__(self, live: LiveTarget, *, seed: int, peaceful: bool) -> None:
        super().__init__(live, seed=seed)
        self._peaceful = peaceful

    def lifetime(self, kind: str, held: Code | Tokens | None = None) -> Lifetime:
        """Return how long a value of a kind lives, as far as anybody vouches for it."""
        try:
            found = super().lifetime(kind, held)
        except Inconclusive:
            return _UNKNOWN
        opens = not isinstance(held, Tokens) or self.contract.grants[held.origin].opens
        vouched = self._peaceful and (opens or kind != Kind.ACCESS_TOKEN)
        return found if vouched else replace(found, before=found.seconds)


def is_peaceful(service: Service, stage: Stage) -> bool:
    """Tell whether a replay in one grant leaves the other grants of its client and user alone.

    Where it does not a service may be careful, and no value of a virtual client is safe from the
    others. Raises `Inconclusive`.
    """
    return not stage.solitary and all(_survives(service, one) for one in service.origins())


def _survives(service: Service, origin: str) -> bool:
    """Tell whether a grant stays as it is while everything is replayed in another."""
    bystander = service.tokens(origin)
    _replay(service, origin)
    example = service.contract.example
    exchange = service.call(example, bystander.access_token)
    if service.contract.grants[origin].opens and service.answer(example, exchange) is Answer.NO:
        return False
    return bystander.refresh_token is None or _granted(service, _REFRESH, tokens=bystander)


def _replay(service: Service, origin: str) -> None:
    """Use once more what was used: a refresh token, and the code that it came by."""
    code = service.code() if origin == _CODE else None
    tokens = service.tokens(origin, code=code)
    for _ in range(2 if tokens.refresh_token else 0):
        _granted(service, _REFRESH, tokens=tokens)
    if code:
        _granted(service, _CODE, code=code)


def _granted(
    service: Service, grant: str, *, code: Code | None = None, tokens: Tokens | None = None
) -> bool:
    request = service.grant_request(grant, code=code, tokens=tokens)
    return service.issued(request, service.send(request)) is not None
