"""The revocation endpoint: a client gives a token back (RFC 7009)."""

from __future__ import annotations

from werkzeug import Response

from conformance.reference import problems
from conformance.reference.call import Call
from conformance.reference.client_endpoint import ClientEndpoint
from conformance.reference.decisions.answer import NOT_CACHED
from conformance.reference.problems import needed, require


class RevocationEndpoint(ClientEndpoint):
    """Ends tokens."""

    def _answer(self, call: Call) -> Response:
        decide = self.decisions
        self._check_form(call)
        client = self._check_client(call)
        value = decide.token_parameter(call, "token")
        token = decide.find_token(call, needed(value, problems.MISSING_TOKEN_PARAMETER))
        if token is not None:
            require(decide.revocable_by(call, token, client), problems.FOREIGN_TOKEN)
            decide.revoke(call, token)
        return Response("", decide.revocation_status(call), NOT_CACHED)
