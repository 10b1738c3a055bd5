"""A service as one of many virtual clients finds it, who use it at the same time."""

from __future__ import annotations

import math
from dataclasses import replace

from conformance.contract import Lifetime
from conformance.lifecycle import Kind
from conformance.targets import Code, LiveTarget, Service, Tokens
from conformance.verdict import Inconclusive

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
