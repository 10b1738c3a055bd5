"""Several variants as one server: they differ in different points, so none hides another."""

from __future__ import annotations

from itertools import zip_longest

from conformance.contract import Contract
from conformance.reference import Application, Clock, Decisions
from conformance.targets.startup.embedded import settings_for
from conformance.tests.variants import (
    answers,
    endings,
    inputs,
    lifetimes,
    pages,
    redirects,
    refusals,
    transport,
    values,
)

Variant = type[Decisions] | type[Application]
Crowd = tuple[Variant, ...]

_ROOMS: tuple[Crowd, ...] = (
    refusals.VARIANTS,
    answers.VARIANTS,
    values.VARIANTS,
    lifetimes.VARIANTS,
    endings.VARIANTS,
    inputs.VARIANTS,
    redirects.VARIANTS,
    pages.VARIANTS,
    transport.IN_PROCESS,
)
EVERY: Crowd = tuple(one for room in _ROOMS for one in room)


def crowds() -> list[Crowd]:
    """Return crowds in which every variant occurs once, one of each module at most."""
    rows = zip_longest(*_ROOMS)
    return [tuple(one for one in row if one is not None) for row in rows]


def overrides(variant: Variant) -> set[str]:
    """Return the names of the methods in which a variant differs."""
    plain = (*Decisions.__mro__, *Application.__mro__)
    own = [one for one in variant.__mro__ if one not in plain]
    return {name for one in own for name in vars(one) if callable(getattr(one, name))} - {
        "__init__"
    }


def application(crowd: Crowd, contract: Contract) -> Application:
    """Return a server that differs as all of a crowd do."""
    deciding = [one for one in crowd if issubclass(one, Decisions)]
    serving = [one for one in crowd if issubclass(one, Application)]
    decisions: Decisions = type("Crowd", (*deciding, Decisions), {})()
    server: type[Application] = type("Crowd", (*serving, Application), {})
    return server(settings_for(contract), decisions, Clock())
