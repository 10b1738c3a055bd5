"""What a token request is answered (RFC 6749 section 5.1, and the page for the rest)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from conformance.reference.call import Call
from conformance.reference.decisions.scope import ScopeDecisions
from conformance.reference.decisions.value import ValueDecisions
from conformance.reference.records import Issued

NOT_CACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
NO_SCOPE = None


class AnswerDecisions(ValueDecisions, ScopeDecisions):
    """Every member of the answer, and how it is sent."""

    def token_answer(self, call: Call, access: Issued, refresh: Issued) -> dict[str, object]:
        """Return the members of the answer."""
        answer = {
            "access_token": self.answer_access_token(call, access),
            "expires_in": self.answer_expires_in(call, access),
            "token_type": self.answer_token_type(call, access),
            "scope": self.answer_scope(call, access),
        }
        if self.gives_refresh_token(call, refresh):
            answer["refresh_token"] = self.answer_refresh_token(call, refresh)
        return answer

    def gives_refresh_token(self, call: Call, refresh: Issued) -> bool:
        """Return whether a refresh token comes with the grant."""
        return refresh.lineage.grant_type in call.settings.refreshable

    def answer_access_token(self, call: Call, access: Issued) -> object:
        """Return the member access_token."""
        del call
        return access.value

    def answer_expires_in(self, call: Call, access: Issued) -> object:
        """Return the member expires_in: the lifetime in whole seconds."""
        return int(self.access_token_lifetime(call, access))

    def answer_token_type(self, call: Call, access: Issued) -> object:
        """Return the member token_type."""
        del call, access
        return "bearer"

    def answer_scope(self, call: Call, access: Issued) -> object:
        """Return the member scope; the page knows no scopes and shows null."""
        return " ".join(self.scope_of_access_token(call, access)) or NO_SCOPE

    def answer_refresh_token(self, call: Call, refresh: Issued) -> object:
        """Return the member refresh_token."""
        del call
        return refresh.value

    def token_body(self, call: Call, answer: Mapping[str, object]) -> str:
        """Return the answer as it is sent."""
        del call
        return json.dumps(answer)

    def token_status(self, call: Call) -> int:
        """Return the status of the answer."""
        del call
        return 200

    def token_headers(self, call: Call) -> dict[str, str]:
        """Return the headers of the answer: nobody may keep it."""
        del call
        return {"Content-Type": "application/json", **NOT_CACHED}
