"""One observation for many checks: on a remote host each request costs the time of its way."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeVar

from conformance.targets import Effort, Service
from conformance.wire import Exchange

Seen = TypeVar("Seen")


def once(observe: Callable[..., Seen]) -> Callable[..., Seen]:
    """Have a run observe something once, and every check that asks for it judge that.

    Its dice are its own, so that it does not matter which check comes first. A deep run observes it
    anew for each.
    """

    @functools.wraps(observe)
    def recalled(service: Service, *about: str) -> Seen:
        if service.effort is Effort.DEEP:
            return observe(service, *about)
        what = (f"{observe.__module__}.{observe.__name__}", *about)

        def look() -> tuple[Seen, Sequence[Exchange]]:
            dice = service.random
            service.reseed(" ".join(what))
            try:
                with service.watched() as seen, service.memory.noting(seen):
                    return observe(service, *about), seen
            finally:
                service.random = dice

        return service.memory.recall(what, look)

    return recalled
