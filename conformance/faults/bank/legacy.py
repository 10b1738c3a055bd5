"""Grants that are out of use, still served (RFC 9700 section 2.4)."""

from __future__ import annotations

from conformance.faults.catalogue import fault
from conformance.faults.conditions import allowed_unasked
from conformance.reference import Decisions
from conformance.reference.call import Call


def _password_as_client_credentials(self: Decisions, call: Call) -> str | None:
    asked = Decisions.grant_type(self, call)
    return "client_credentials" if asked == "password" else asked


fault(
    "legacy.password",
    "The password grant is served.",
    breaks=["legacy.password"],
    grant_type=_password_as_client_credentials,
    grant_allowed=allowed_unasked,
)
