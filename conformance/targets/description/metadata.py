"""What an authorization server says of itself (RFC 8414 section 2), as far as a run goes by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.targets.errors import Unreachable, without_query
from conformance.wire import Wire

# The parts of `x-conformance.endpoints`, by the members that place them.
PLACES = {
    "authorize": "authorization_endpoint",
    "token": "token_endpoint",
    "revocation": "revocation_endpoint",
    "introspection": "introspection_endpoint",
}
_DEFAULT_AUTHENTICATION = ("client_secret_basic",)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The members of the document; a service that has none says nothing."""

    members: Mapping[str, Any]

    def place(self, part: str) -> str | None:
        """Return the URL of an endpoint by its part, where one is given."""
        found = self.members.get(PLACES.get(part, ""))
        return found if isinstance(found, str) else None

    def listed(self, name: str) -> tuple[str, ...] | None:
        """Return the words of a member that lists some, or None where it is absent."""
        found = self.members.get(name)
        if not isinstance(found, list):
            return None
        return tuple(one for one in found if isinstance(one, str))

    @property
    def authentication(self) -> tuple[str, ...]:
        """Return how a client may authenticate at the token endpoint."""
        return self.listed("token_endpoint_auth_methods_supported") or _DEFAULT_AUTHENTICATION


def fetch(wire: Wire, url: str | None) -> Metadata | None:
    """Return the metadata that a service publishes at `url`, or None where there is none.

    Raises `Unreachable` where nobody answers.
    """
    if url is None:
        return None
    exchange = wire.send("GET", url, headers={"Accept": "application/json"})
    if exchange.response is None:
        why = f"no answer ({exchange.failure})"
        raise Unreachable(
            f"GET {without_query(url)}", why, "Start the service, or correct [endpoints].metadata."
        )
    found = exchange.members if exchange.status == 200 else {}
    return Metadata(found) if found else None
