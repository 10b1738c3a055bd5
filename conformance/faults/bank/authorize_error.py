"""How a client is told of an error, wrongly (RFC 6749 section 4.1.2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.faults.catalogue import Decision, fault
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import Problem


def _told(**members: str) -> Decision:
    """Return what a client is told, with other members."""

    def denied(self: Decisions, call: Call, asked: Any, problem: Problem) -> dict[str, str]:  # noqa: ANN401
        return {**Decisions.denied_members(self, call, asked, problem), **members}

    return denied


def _stateless(self: Decisions, call: Call, asked: Any, problem: Problem) -> dict[str, str]:  # noqa: ANN401
    members = Decisions.denied_members(self, call, asked, problem)
    return {name: value for name, value in members.items() if name != "state"}


def _in_fragment(self: Decisions, call: Call, uri: str, members: Mapping[str, str]) -> str:
    location = Decisions.return_location(self, call, uri, members)
    if "error" not in members:
        return location
    added = "&".join(f"{name}={self.escape(call, value)}" for name, value in members.items())
    return f"{uri}#{added}"


fault(
    "authorize.error-state-dropped",
    "The state does not come back with an error.",
    breaks=[
        "authorize-error.state[denied]",
        "authorize-error.state[missing-response-type]",
        "authorize-error.state[unsupported-response-type]",
        "authorize-error.state[unknown-scope]",
    ],
    denied_members=_stateless,
)
fault(
    "authorize.error-in-fragment",
    "An error comes in the fragment.",
    breaks=[
        "authorize-error.code[missing-response-type]",
        "authorize-error.code[unsupported-response-type]",
        "authorize-error.in-query[denied]",
        "authorize-error.in-query[missing-response-type]",
        "authorize-error.in-query[unsupported-response-type]",
        "authorize-error.known[denied]",
        "authorize-error.known[missing-response-type]",
        "authorize-error.known[unsupported-response-type]",
        "authorize-error.state[denied]",
        "authorize-error.state[missing-response-type]",
        "authorize-error.state[unsupported-response-type]",
        "authorize.denial-error",
        "authorize.missing-response-type",
        "authorize.unsupported-response-type",
        "authorize-error.code[unknown-scope]",
        "authorize-error.in-query[unknown-scope]",
        "authorize-error.known[unknown-scope]",
        "authorize-error.state[unknown-scope]",
    ],
    return_location=_in_fragment,
)
fault(
    "authorize.error-always-server-error",
    "Every error is told as server_error.",
    breaks=[
        "authorize-error.code[missing-response-type]",
        "authorize-error.code[unsupported-response-type]",
        "authorize.denial-error",
        "pkce.missing-challenge-error",
        "pkce.unknown-method-error",
        "authorize-error.code[unknown-scope]",
    ],
    denied_members=_told(error="server_error"),
)
fault(
    "authorize.error-in-words",
    "An error is told by a sentence in the place of its code.",
    breaks=[
        "authorize-error.code[missing-response-type]",
        "authorize-error.code[unsupported-response-type]",
        "authorize-error.known[denied]",
        "authorize-error.known[missing-response-type]",
        "authorize-error.known[unsupported-response-type]",
        "authorize.denial-error",
        "pkce.missing-challenge-error",
        "pkce.unknown-method-error",
        "authorize-error.code[unknown-scope]",
        "authorize-error.known[unknown-scope]",
    ],
    denied_members=_told(error="Something went wrong"),
)
fault(
    "authorize.error-quoted",
    "The description of an error holds quotes.",
    breaks=[
        "authorize-error.characters[denied]",
        "authorize-error.characters[missing-response-type]",
        "authorize-error.characters[unsupported-response-type]",
        "authorize-error.characters[unknown-scope]",
    ],
    denied_members=_told(error_description='The "request" is bad.'),
)
