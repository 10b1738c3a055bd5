"""Which decisions the server takes for a check case: a fault in any other cannot concern it."""

from __future__ import annotations

import functools
from inspect import getmembers, isfunction

from conformance.faults.catalogue import Decision, Fault
from conformance.reference import Decisions

Reach = dict[str, frozenset[str]]
"""The names of the decisions that a healthy server took while a case asked it, by the case's id."""


def spared(fault: Fault, reach: Reach) -> frozenset[str]:
    """Return the ids of the cases that come to no decision that a fault replaces.

    Until it takes such a decision, a server with the fault does all that a healthy one does.
    """
    return frozenset(case for case, taken in reach.items() if not taken & fault.overrides.keys())


def watched(taken: set[str]) -> type[Decisions]:
    """Return the decisions of a healthy server, which note by name that they are taken."""
    noting = {name: _noting(taken, name, one) for name, one in getmembers(Decisions, isfunction)}
    return type("WatchedDecisions", (Decisions,), noting)


def _noting(taken: set[str], name: str, decision: Decision) -> Decision:
    @functools.wraps(decision)
    def decide(*given: object, **named: object) -> object:
        taken.add(name)
        return decision(*given, **named)

    return decide
