"""How a decision is replaced in part: only at one grant, only for some values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.faults.catalogue import Decision
from conformance.reference import Decisions

Condition = Callable[..., bool]


def when(condition: Condition, faulty: Decision, healthy: Decision) -> Decision:
    """Return a decision that is faulty where the condition holds for its arguments."""

    def decide(self: Decisions, *given: object) -> Any:  # noqa: ANN401 - as many answers as decisions
        return (faulty if condition(self, *given) else healthy)(self, *given)

    return decide


def gives(value: object) -> Decision:
    """Return a decision that is the same whatever it is about."""
    return lambda *_: value


def always(*_: object) -> bool:
    """Decide for yes, whatever it is about."""
    return True


def never(*_: object) -> bool:
    """Decide for no, whatever it is about."""
    return False


def authorizing(_self: Decisions, call: Any, *_: object) -> bool:  # noqa: ANN401 - as it is handed on
    """Hold for authorization requests."""
    return any(name == "response_type" for name, _ in call.query.pairs)


def at(grant_type: str) -> Condition:
    """Hold for the token requests of one grant."""
    return lambda self, call, *_: bool(self.grant_type(call) == grant_type)


def allowed_unasked(self: Decisions, call: Any, client: Any, grant_type: str) -> bool:  # noqa: ANN401
    """Let any client have client credentials for which it has not asked by name."""
    asked = self.token_parameters(call).get("grant_type")
    unasked = grant_type == "client_credentials" != asked
    return unasked or Decisions.grant_allowed(self, call, client, grant_type)
