"""Positive twins: the same request without the mutation, before and after a negative check.

A refusal proves something only where the unbent request is accepted. Twins run in a seeded
number, so that a target that alternates between yes and no cannot pass. The one after a case stands
before the next case of its check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from conformance.contract import Operation
from conformance.targets import Effort, GrantRequest, Service
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

Twin = Callable[[], tuple[Answer, Exchange]]
Unbent = Callable[[Sequence[Exchange]], bool]
_MOST = {Effort.SMOKE: 1, Effort.GATE: 2, Effort.DEEP: 4}


@contextmanager
def twins(
    service: Service, twin: Twin, what: str, unbent: Unbent = lambda _exchanges: False
) -> Iterator[None]:
    """Run the twin some times before and once after the block; raises `Inconclusive` if one fails.

    A twin that fails afterwards outranks a violation found in the block: a target that refuses
    what it should accept says nothing by accepting what it should refuse. `what` names the twin, so
    that a target is noticed which accepts it now and refuses it then: its refusals are chance.
    `unbent` is asked first, with the exchanges of the block, to be the one after.
    """
    seen = _Seen(service, twin, what)
    seen.run(_times(service, what), "before")
    service.prepared = None  # what twins prepared is used up
    try:
        with service.watched() as exchanges:
            yield
    finally:
        if not unbent(exchanges):
            seen.run(1, "after")  # the number before has settled whose turn it is
        service.memory.stand(what)
    if service.memory.wavers:
        raise Inconclusive("the target accepts now what it refuses then, so a refusal is chance")


def _times(service: Service, what: str) -> int:
    """Return how many twins are to come before; where one stands already it may be none."""
    most = _MOST[service.effort]
    if service.memory.stands(what):
        return service.random.randint(0, max(1, most - 1))
    return service.random.randint(1, most)


def grant_twins(service: Service, grant: str, **how: Any) -> AbstractContextManager[None]:  # noqa: ANN401
    """Return twins that make the documented request of a grant, each time with fresh values.

    The one after is the request that was bent, as it should have been, where that is accepted: then
    it was refused for the bend alone. A service may have ended its code for the mistake.
    """

    def twin() -> tuple[Answer, Exchange]:
        exchange = service.send(service.grant_request(grant, **how))
        return of_grant(exchange), exchange

    def unbent(exchanges: Sequence[Exchange]) -> bool:
        request = service.prepared
        if request is None or request.grant != grant:
            return False
        ours = request.client == how.get("client", request.client)
        fresh = ours and not any(_spent_by(one, request) for one in exchanges)
        return fresh and of_grant(service.send(request)) is Answer.YES

    client = how.get("client")
    return twins(service, twin, f"{grant} of {client.role}" if client else grant, unbent)


def _spent_by(exchange: Exchange, request: GrantRequest) -> bool:
    """Tell whether an answer may have used up what a request holds."""
    if of_grant(exchange) is Answer.NO:
        return False
    sent = unquote_plus(f"{exchange.request.url} {exchange.request.body.decode('latin-1')}")
    held = dict(request.parameters)
    return any(held.get(name, "\n") in sent for name in ("code", "refresh_token"))


def call_twins(
    service: Service, operation: Operation, token: str, placement: str
) -> AbstractContextManager[None]:
    """Return twins that call a resource with a good token in a placement."""

    def twin() -> tuple[Answer, Exchange]:
        exchange = service.call(operation, token, placement)
        return service.answer(operation, exchange), exchange

    return twins(service, twin, f"{operation.id} in {placement}")


def bearer_twins(service: Service) -> AbstractContextManager[None]:
    """Return twins that call the example resource, each time with a fresh token."""
    example = service.contract.example

    def twin() -> tuple[Answer, Exchange]:
        exchange = service.call(example, service.bearer().access_token)
        return service.answer(example, exchange), exchange

    return twins(service, twin, f"{example.id} with a fresh token")


@dataclass(frozen=True)
class _Seen:
    """A twin, and the service that remembers what came of it."""

    service: Service
    twin: Twin
    what: str

    def run(self, times: int, when: str) -> None:
        """Run the twin; raises `Inconclusive` if it fails."""
        for _ in range(times):
            answer, exchange = self.twin()
            if answer is not Answer.UNCLEAR:
                self.service.memory.note_twin(self.what, accepted=answer is Answer.YES)
            if answer is not Answer.YES:
                raise Inconclusive(
                    f"the positive twin {when} it was not accepted, so a refusal proves nothing: "
                    f"{describe(exchange)}"
                )
