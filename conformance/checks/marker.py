"""A change that can be read back: beside the identity probe, a second way to tell users apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conformance.contract.model import Mutation
from conformance.targets import Service
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, describe

_SMALL = 10_000


@dataclass(frozen=True, slots=True)
class Marker:
    """A value that was written for a user, and how it is read back."""

    service: Service
    mutation: Mutation
    value: str

    def seen_by(self, token: str, placement: str | None = None) -> bool:
        """Tell whether the owner of a token sees the marker; raises `Inconclusive`."""
        exchange = self.service.call(self.mutation.read, token, placement)
        operation = self.service.contract.operations[self.mutation.read]
        if self.service.answer(operation, exchange) is not Answer.YES:
            raise Inconclusive(
                f"{operation.id} was not answered: {describe(exchange)}", "mutations"
            )
        return self.value in {str(one) for one in _scalars(exchange.members)}


@contextmanager
def marked(service: Service, token: str, placement: str | None = None) -> Iterator[Marker]:
    """Write a marker with a token, and take it away afterwards.

    Raises `Inconclusive` where the contract names no such change, where it is refused, or where it
    cannot be read back even with the very token that wrote it.
    """
    mutation = service.contract.mutation
    if mutation is None:
        raise Inconclusive("the contract names no change that can be read back", "mutations")
    marker = _write(service, mutation, token, placement)
    try:
        yield marker
    finally:
        service.call(mutation.undo, token, path=_path(service, mutation.undo, marker.value))


def _write(service: Service, mutation: Mutation, token: str, placement: str | None) -> Marker:
    """Try a value that nobody else has written, then the one that the target file declares."""
    operation = service.contract.operations[mutation.write]
    for value in (str(service.random.randrange(_SMALL, _SMALL * 100)), None):
        path = {} if value is None else _path(service, mutation.write, value)
        exchange = service.call(operation, token, placement, path=path)
        if service.answer(operation, exchange) is Answer.YES:
            return Marker(service, mutation, value or service.live.path_value(operation))
    raise Inconclusive(f"{operation.id} was refused: {describe(exchange)}", "mutations")


def _path(service: Service, operation_id: str, value: str) -> dict[str, str]:
    return service.live.path_for(service.contract.operations[operation_id], value)


def _scalars(node: object) -> Iterator[object]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _scalars(value)
    elif isinstance(node, list):
        for value in node:
            yield from _scalars(value)
    else:
        yield node
