"""The introspection endpoint: what a token stands for (RFC 7662)."""

from __future__ import annotations

from werkzeug import Response

from conformance.reference import problems
from conformance.reference.call import Call
from conformance.reference.client_endpoint import ClientEndpoint
from conformance.reference.problems import needed, require


class IntrospectionEndpoint(ClientEndpoint):
    """Tells whether tokens work."""

    def _answer(self, call: Call) -> Response:
        decide = self.decisions
        self._check_form(call)
        client = self._check_client(call)
        require(decide.may_introspect(call, client), problems.MISSING_CLIENT_SECRET)
        value = decide.token_parameter(call, "token")
        token = decide.find_token(call, needed(value, problems.MISSING_TOKEN_PARAMETER))
        if token is not None and decide.token_active(call, token):
            told = decide.introspection(call, token)
        else:
            told = decide.introspection_of_nothing(call, token)
        body = decide.introspection_body(call, told)
        status = decide.introspection_status(call, token)
        return Response(body, status, decide.introspection_headers(call))
