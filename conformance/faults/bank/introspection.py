"""Introspection that tells too much, too little, or in another form (RFC 7662)."""

from __future__ import annotations

from typing import Any

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import always, gives
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued


def _telling(**changes: object) -> Decision:
    def introspection(self: Decisions, call: Call, token: Issued) -> dict[str, object]:
        return {**Decisions.introspection(self, call, token), **changes}

    return introspection


def _in_milliseconds(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "exp": told["exp"] * 1000} if "exp" in told else told


fault(
    "introspection.dead-active",
    "Every token that was ever issued is told to be active.",
    breaks=[
        "introspection.inactive[revoked-access-token]",
        "introspection.inactive[revoked-refresh-token]",
        "introspection.expired",
    ],
    token_active=always,
)
fault(
    "introspection.expired-active",
    "A token is told to be active after its end.",
    breaks=["introspection.expired"],
    introspected_lifetime=gives(10.0**9),
)
fault(
    "introspection.talkative",
    "Of a token that does not work the reason is told.",
    breaks=["introspection.silent"],
    introspection_of_nothing=lambda _self, _call, token: {
        "active": False,
        "reason": "unknown" if token is None else "dead",
    },
)
fault(
    "introspection.active-as-text",
    "The member active is a word.",
    breaks=["introspection.active", "introspection.boolean[*]"],
    told_active=lambda _self, _call, active: "true" if active else "false",
)
fault(
    "introspection.plain-text",
    "What is told of a token is said to be plain text.",
    breaks=["introspection.content-type"],
    introspection_headers=gives({"Content-Type": "text/plain"}),
)
fault(
    "introspection.times-as-text",
    "The end of a token is told as a date.",
    breaks=["introspection.times"],
    introspection=_telling(exp="2030-01-01T00:00:00Z"),
)
fault(
    "introspection.for-public-clients",
    "A client that has no secret may ask about tokens.",
    breaks=["introspection.authorized[public-client]"],
    may_introspect=always,
)
fault(
    "introspection.milliseconds",
    "The end of a token is told in milliseconds.",
    breaks=["introspection.times"],
    introspection=lambda self, call, token: _in_milliseconds(
        Decisions.introspection(self, call, token)
    ),
)
fault(
    "introspection.scope-list",
    "The scope is a list of words.",
    breaks=["introspection.scope"],
    introspection=_telling(scope=["read", "write"]),
)
fault(
    "introspection.other-client",
    "Every token is told to be one of the same client.",
    breaks=["introspection.client-id"],
    introspection=lambda self, call, token: {
        **Decisions.introspection(self, call, token),
        "client_id": call.settings.clients[0].id,
    },
)
fault(
    "introspection.unknown-not-found",
    "Asking about a token that nobody knows is answered with 404.",
    breaks=["introspection.inactive[made-up]"],
    introspection_status=lambda _self, _call, token: 404 if token is None else 200,
)
