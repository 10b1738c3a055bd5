"""What a request may ask for: the words of a scope, or a refusal (RFC 6749 section 3.3)."""

from __future__ import annotations

from conformance.reference import problems
from conformance.reference.call import Call
from conformance.reference.decisions import Decisions
from conformance.reference.problems import require


def checked_scope(decide: Decisions, call: Call, asked: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the scope that a new grant has; a word that the server does not know is refused."""
    if asked is None:
        return decide.default_scope(call)
    for word in asked:
        require(decide.scope_served(call, word), problems.INVALID_SCOPE)
    return asked
