"""What is told about a token, and to whom (RFC 7662)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from conformance.reference.call import Call
from conformance.reference.decisions.answer import NOT_CACHED
from conformance.reference.decisions.refresh import RefreshDecisions
from conformance.reference.decisions.resource import ResourceDecisions
from conformance.reference.decisions.scope import ScopeDecisions
from conformance.reference.records import Issued
from conformance.reference.settings import Client


class IntrospectionDecisions(RefreshDecisions, ResourceDecisions, ScopeDecisions):
    """The introspection endpoint."""

    def may_introspect(self, call: Call, client: Client) -> bool:
        """Return whether a client may ask about tokens: only one that can keep a secret."""
        del call
        return client.secret != ""

    def token_active(self, call: Call, token: Issued) -> bool:
        """Return whether a token still works (section 4)."""
        lifetime = self.introspected_lifetime(call, token)
        alive = call.now < token.starts_at + lifetime
        return alive and not self.revoked(call, token) and not self.spent(call, token)

    def introspected_lifetime(self, call: Call, token: Issued) -> float:
        """Return for how many seconds a token lives."""
        if token.kind == "refresh_token":
            return self.refresh_token_lifetime(call, token)
        return self.access_token_lifetime(call, token)

    def introspection(self, call: Call, token: Issued) -> dict[str, object]:
        """Return what is told of a token that works (section 2.2)."""
        return {
            "active": self.told_active(call, active=True),
            "scope": self.told_scope(call, token),
            "client_id": token.lineage.client_id,
            "sub": token.lineage.subject,
            "iat": int(token.starts_at),
            "exp": int(token.starts_at + self.introspected_lifetime(call, token)),
        }

    def told_active(self, call: Call, *, active: bool) -> object:
        """Return the member active."""
        del call
        return active

    def told_scope(self, call: Call, token: Issued) -> object:
        """Return the member scope."""
        return " ".join(self.scope_of_access_token(call, token))

    def introspection_of_nothing(self, call: Call, token: Issued | None) -> dict[str, object]:
        """Return what is told of a token that does not work, and never did: no more than that."""
        del token
        return {"active": self.told_active(call, active=False)}

    def introspection_body(self, call: Call, answer: Mapping[str, object]) -> str:
        """Return the answer as it is sent."""
        del call
        return json.dumps(answer)

    def introspection_status(self, call: Call, token: Issued | None) -> int:
        """Return the status of the answer; asking about a bad token is no mistake."""
        del call, token
        return 200

    def introspection_headers(self, call: Call) -> dict[str, str]:
        """Return the headers of the answer."""
        del call
        return {"Content-Type": "application/json", **NOT_CACHED}
