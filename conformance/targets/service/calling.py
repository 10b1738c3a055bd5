"""Calls of resources: where their tokens travel, and what stands in the way of a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from conformance.contract import Operation
from conformance.wire import Exchange

if TYPE_CHECKING:
    from conformance.targets.service.service import Service

_NOT_FOUND, _CONFLICT, _GONE = 404, 409, 410

# A placement, or None for the first that the operation reads, and the token in it.
Placed = tuple[str | None, str]


def call(
    service: Service,
    operation: Operation,
    placed: Iterable[Placed],
    headers: Mapping[str, str],
    path: Mapping[str, str],
) -> Exchange:
    """Call an operation with tokens in their places; raises `Inconclusive` where it reads none."""
    carried: dict[str, dict[str, str]] = {
        "header": dict(headers),
        "query": {},
        "form": service.form_of(operation),
    }
    for name, token in placed:
        where = service.placement(operation, name)
        carried[where.location][where.parameter] = where.prefix + token
    return service.wire.send(
        operation.method,
        service.live.url_of(operation, **path),
        query=list(carried["query"].items()),
        form=list(carried["form"].items()) if operation.form else None,
        headers=carried["header"],
    )


def clear(
    service: Service, operation: Operation, token: str, path: Mapping[str, str], exchange: Exchange
) -> bool:
    """Take away what a change was refused for; return whether there was anything to do.

    What was added before cannot be added again, and what is not there not be removed: such a
    refusal is about the user's data and says nothing of the token.
    """
    mutation = service.contract.mutation
    if mutation is None:
        return False
    refused_for = {
        (mutation.write, _CONFLICT): mutation.undo,
        (mutation.undo, _CONFLICT): mutation.write,
        (mutation.undo, _NOT_FOUND): mutation.write,
        (mutation.undo, _GONE): mutation.write,
    }
    name = refused_for.get((operation.id, exchange.status))
    if name is None:
        return False
    before = service.contract.operations[name]
    value = next(iter(path.values()), service.live.path_value(operation))
    call(service, before, [(None, token)], {}, service.live.path_for(before, value))
    return True
