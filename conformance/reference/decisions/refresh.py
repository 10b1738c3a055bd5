"""What a refresh token buys, and what becomes of it (RFC 6749 section 6)."""

from __future__ import annotations

from conformance.reference.call import Call
from conformance.reference.decisions.value import ValueDecisions
from conformance.reference.records import Family, Issued
from conformance.reference.settings import Client


class RefreshDecisions(ValueDecisions):
    """The use of a refresh token: it dies at once, and its successor takes its place."""

    def find_refresh_token(self, call: Call, value: str) -> Issued | None:
        """Return the refresh token with this value; only refresh tokens count."""
        return call.state.store.find("refresh_token", value)

    def refresh_token_bound_to(self, call: Call, token: Issued, client: Client) -> bool:
        """Return whether a refresh token was issued to this client."""
        del call
        return token.lineage.client_id == client.id

    def refresh_token_alive(self, call: Call, token: Issued) -> bool:
        """Return whether a refresh token has not expired."""
        return call.now < token.starts_at + self.refresh_token_lifetime(call, token)

    def spend_refresh_token(self, call: Call, token: Issued) -> bool:
        """Use up a refresh token; False if it was used before."""
        return self.spend(call, token)

    def refresh_token_replayed(self, call: Call, token: Issued) -> None:
        """Answer a second use, beyond refusing it: all that came of the grant may be revoked."""
        token.lineage.family.revoked = call.settings.replay_revokes

    def subject_of_refresh(self, call: Call, token: Issued) -> str:
        """Return the user for whom the new tokens stand: the same as before."""
        del call
        return token.lineage.subject

    def family_of_refresh(self, call: Call, token: Issued) -> Family:
        """Return the family that the new tokens join: that of the old."""
        del call
        return token.lineage.family

    def after_issue(self, call: Call, access: Issued, refresh: Issued) -> None:
        """Do something to other values once a pair was issued: nothing."""
