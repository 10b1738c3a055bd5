"""What the endpoints that clients call have in common: the form, the client, and the refusal."""

from __future__ import annotations

from werkzeug import Response

from conformance.reference import problems
from conformance.reference.call import Call
from conformance.reference.decisions import Decisions
from conformance.reference.problems import RefusedError, needed, require
from conformance.reference.settings import Client


class ClientEndpoint:
    """An endpoint that answers a client after authenticating it (RFC 6749 section 2.3)."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions

    def __call__(self, call: Call) -> Response:
        """Answer a request."""
        try:
            return self._answer(call)
        except RefusedError as refused:
            return self._refuse(call, refused)

    def _answer(self, call: Call) -> Response:
        raise NotImplementedError

    def _refuse(self, call: Call, refused: RefusedError) -> Response:
        decide, problem = self.decisions, refused.problem
        decide.after_refusal(call, problem)
        body = decide.error_body(call, decide.token_error(call, problem))
        status = decide.error_status(call, problem)
        return Response(body, status, decide.token_error_headers(call, problem))

    def _check_form(self, call: Call) -> None:
        decide = self.decisions
        parameters = decide.token_parameters(call)
        require(decide.readable(call, parameters), problems.UNREADABLE)
        for name in parameters.repeated():
            require(not decide.repetition_refused(call, name), problems.REPEATED)

    def _check_client(self, call: Call) -> Client:
        decide = self.decisions
        twice = decide.basic_credentials(call) and decide.posted_client_secret(call)
        if twice:
            refused = decide.several_authentications_refused(call)
            require(not refused, problems.SEVERAL_AUTHENTICATIONS)
        client_id = needed(decide.presented_client_id(call), problems.MISSING_CLIENT_ID)
        client = needed(decide.find_client(call, client_id), problems.UNKNOWN_CLIENT)
        secret = decide.presented_client_secret(call)
        if secret is None:
            require(not decide.secret_required(call, client), problems.MISSING_CLIENT_SECRET)
        else:
            require(decide.secret_matches(call, client, secret), problems.WRONG_CLIENT_SECRET)
        return client
