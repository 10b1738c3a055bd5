"""What takes effect at once, or after a moment: a service may be several machines."""

from __future__ import annotations

import time
from collections.abc import Callable

from conformance.targets import Service, Tokens
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, describe

# RFC 7009 section 2.1 grants that servers tell one another first. Seconds of real time.
_PATIENCE = 5.0
_PAUSE = 0.5


def settled(service: Service, holds: Callable[[], bool]) -> bool:
    """Tell whether something holds at once, or before long where a service is not embedded."""
    patience = 0.0 if service.live.kind == "embedded" else _PATIENCE
    ends = time.monotonic() + patience
    while not (found := holds()) and time.monotonic() < ends:
        time.sleep(_PAUSE)
    return found


def opens(service: Service, tokens: Tokens) -> bool:
    """Tell whether an access token opens the example; raises `Inconclusive` where it is unclear."""
    example = service.contract.example
    exchange = service.call(example, tokens.access_token)
    answer = service.answer(example, exchange)
    if answer is Answer.UNCLEAR:
        raise Inconclusive(f"the answer decides nothing: {describe(exchange)}")
    return answer is Answer.YES
