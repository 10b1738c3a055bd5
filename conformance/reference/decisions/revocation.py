"""Which token is given back, by whom, and what goes with it (RFC 7009)."""

from __future__ import annotations

from conformance.reference.call import Call
from conformance.reference.decisions.request import RequestDecisions
from conformance.reference.records import Issued, Kind
from conformance.reference.settings import Client

_KINDS: tuple[Kind, ...] = ("access_token", "refresh_token")


class RevocationDecisions(RequestDecisions):
    """The revocation endpoint, and what it shares with introspection: which token is meant."""

    def find_token(self, call: Call, value: str) -> Issued | None:
        """Return the token with this value; a hint could only make the search longer."""
        found = (call.state.store.find(kind, value) for kind in _KINDS)
        return next((one for one in found if one is not None), None)

    def revocable_by(self, call: Call, token: Issued, client: Client) -> bool:
        """Return whether a client may revoke a token: only its own (section 2.1)."""
        del call
        return token.lineage.client_id == client.id

    def revoke(self, call: Call, token: Issued) -> None:
        """End a token, and with a refresh token all that came of its grant (section 2.1)."""
        del call
        token.revoked = True
        if token.kind == "refresh_token":
            token.lineage.family.revoked = True

    def revocation_status(self, call: Call) -> int:
        """Return the status of a revocation, also of a token that nobody knows (section 2.2)."""
        del call
        return 200
