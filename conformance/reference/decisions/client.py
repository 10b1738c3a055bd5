"""Whether a client is who it says it is."""

from __future__ import annotations

import hmac

from conformance.reference.call import Call
from conformance.reference.decisions.request import RequestDecisions
from conformance.reference.settings import Client


class ClientDecisions(RequestDecisions):
    """Client authentication at the token endpoint (RFC 6749 section 2.3.1)."""

    def presented_client_id(self, call: Call) -> str | None:
        """Return the client_id of a token request."""
        return self.token_parameter(call, "client_id")

    def presented_client_secret(self, call: Call) -> str | None:
        """Return the client_secret of a token request."""
        return self.token_parameter(call, "client_secret")

    def find_client(self, call: Call, client_id: str) -> Client | None:
        """Return the registered client with this id."""
        return next((one for one in call.settings.clients if one.id == client_id), None)

    def secret_required(self, call: Call, client: Client) -> bool:
        """Return whether a client must send its secret."""
        del call, client
        return True

    def secret_matches(self, call: Call, client: Client, secret: str) -> bool:
        """Return whether a secret is the client's, in a time that does not depend on it."""
        del call
        return self.same_secret(client.secret, secret)

    def same_secret(self, expected: str, given: str) -> bool:
        """Compare two secrets in constant time."""
        return hmac.compare_digest(expected.encode(), given.encode())

    def subject_of_client(self, call: Call, client: Client) -> str:
        """Return the user for whom client credentials stand: the client's owner."""
        del call
        return client.owner
