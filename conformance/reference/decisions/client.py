"""Whether a client is who it says it is."""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import unquote_plus

from conformance.reference.call import Call
from conformance.reference.decisions.request import RequestDecisions
from conformance.reference.settings import Client


class ClientDecisions(RequestDecisions):
    """Client authentication at the token endpoint (RFC 6749 section 2.3.1)."""

    def presented_client_id(self, call: Call) -> str | None:
        """Return the client_id of a token request."""
        basic = self.basic_credentials(call)
        return basic[0] if basic else self.token_parameter(call, "client_id")

    def presented_client_secret(self, call: Call) -> str | None:
        """Return the client_secret of a token request."""
        basic = self.basic_credentials(call)
        return basic[1] if basic else self.posted_client_secret(call)

    def posted_client_secret(self, call: Call) -> str | None:
        """Return the client_secret among the parameters, where it may stand there."""
        served = "client_secret_post" in call.settings.client_authentication
        return self.token_parameter(call, "client_secret") if served else None

    def basic_credentials(self, call: Call) -> tuple[str, str] | None:
        """Return id and secret of HTTP Basic, decoded as section 2.3.1 has them encoded."""
        served = "client_secret_basic" in call.settings.client_authentication
        return read_basic(call.headers.get("Authorization", "")) if served else None

    def several_authentications_refused(self, call: Call) -> bool:
        """Return whether a client that authenticates twice is refused (section 2.3)."""
        del call
        return True

    def find_client(self, call: Call, client_id: str) -> Client | None:
        """Return the registered client with this id."""
        return next((one for one in call.settings.clients if one.id == client_id), None)

    def secret_required(self, call: Call, client: Client) -> bool:
        """Return whether a client must send its secret: whoever has one."""
        del call
        return client.secret != ""

    def grant_allowed(self, call: Call, client: Client, grant_type: str) -> bool:
        """Return whether a client may use a grant; client credentials need a secret (4.4)."""
        del call
        confidential = client.secret != "" or grant_type != "client_credentials"
        return confidential and grant_type in (client.grants or (grant_type,))

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


def read_basic(header: str) -> tuple[str, str] | None:
    """Return id and secret of a header Authorization (RFC 7617 section 2), or None.

    What is no UTF-8 names no client, so it is kept in a form that equals nothing registered.
    """
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8", "backslashreplace")
    except (binascii.Error, ValueError):
        return "", ""
    client_id, _, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)
