"""Positive twins: the same request without the mutation, before and after a negative check.

A refusal proves something only where the unbent request is accepted. Twins run on grants of their
own and in a seeded number, so that a target that alternates between yes and no cannot pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from conformance.contract import Operation
from conformance.targets import Effort, Service
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

Twin = Callable[[], tuple[Answer, Exchange]]
_MOST = {Effort.SMOKE: 1, Effort.GATE: 2, Effort.DEEP: 4}


@contextmanager
def twins(service: Service, twin: Twin, what: str) -> Iterator[None]:
    """Run the twin some times before and once after the block; raises `Inconclusive` if one fails.

    A twin that fails afterwards outranks a violation found in the block: a target that refuses
    what it should accept says nothing by accepting what it should refuse. `what` names the twin, so
    that a target is noticed which accepts it now and refuses it then: its refusals are chance.
    """
    most = _MOST[service.effort]
    seen = _Seen(service, twin, what)
    seen.run(service.random.randint(1, most), "before")
    try:
        yield
    finally:
        seen.run(1, "after")  # the number before has settled whose turn it is
    if service.wavers:
        raise Inconclusive("the target accepts now what it refuses then, so a refusal is chance")


def grant_twins(service: Service, grant: str, **how: Any) -> AbstractContextManager[None]:  # noqa: ANN401
    """Return twins that make the documented request of a grant, each time with fresh values."""

    def twin() -> tuple[Answer, Exchange]:
        exchange = service.send(service.grant_request(grant, **how))
        return of_grant(exchange), exchange

    return twins(service, twin, grant)


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
                self.service.note_twin(self.what, accepted=answer is Answer.YES)
            if answer is not Answer.YES:
                raise Inconclusive(
                    f"the positive twin {when} it was not accepted, so a refusal proves nothing: "
                    f"{describe(exchange)}"
                )
