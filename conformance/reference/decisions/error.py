"""How a refusal is told. No answer repeats what the request said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from conformance.reference.call import Call
from conformance.reference.decisions.answer import NOT_CACHED
from conformance.reference.decisions.request import RequestDecisions
from conformance.reference.problems import (
    EXPIRED_TOKEN,
    INSUFFICIENT_SCOPE,
    METHOD,
    MISSING_TOKEN,
    REVOKED_TOKEN,
    SEVERAL_TOKENS,
    UNKNOWN_TOKEN,
    Problem,
)

UNAUTHORIZED = 401
# What is wrong with the token of a request, and so is told in a challenge (RFC 6750 section 3).
CHALLENGED = (
    MISSING_TOKEN,
    UNKNOWN_TOKEN,
    EXPIRED_TOKEN,
    REVOKED_TOKEN,
    SEVERAL_TOKENS,
    INSUFFICIENT_SCOPE,
)


class ErrorDecisions(RequestDecisions):
    """Refusals by the token endpoint (RFC 6749 section 5.2) and resources (RFC 6750 section 3)."""

    def after_refusal(self, call: Call, problem: Problem) -> None:
        """Change something because a token request was refused: nothing."""

    def after_refused_call(self, call: Call, operation: str, problem: Problem) -> None:
        """Change something because a resource was refused: nothing."""

    def error_status(self, call: Call, problem: Problem) -> int:
        """Return the status of a refusal."""
        del call
        return problem.status

    def error_code(self, call: Call, problem: Problem) -> str:
        """Return the error code of a refusal."""
        del call
        return problem.error

    def error_description(self, call: Call, problem: Problem) -> str:
        """Return the sentence of a refusal."""
        del call
        return problem.description

    def token_error(self, call: Call, problem: Problem) -> dict[str, object]:
        """Return the members of a refusal by the token endpoint."""
        return {
            "error": self.error_code(call, problem),
            "error_description": self.error_description(call, problem),
        }

    def resource_error(self, call: Call, problem: Problem) -> dict[str, object]:
        """Return the members of a refusal by a resource."""
        return {"success": False, "error_message": self.error_description(call, problem)}

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        """Return a refusal as it is sent."""
        del call
        return json.dumps(answer)

    def token_error_headers(self, call: Call, problem: Problem) -> dict[str, str]:
        """Return the headers of a refusal by the token endpoint."""
        headers = {"Content-Type": "application/json", **NOT_CACHED}
        if challenge := self.client_challenge(call, problem):
            headers["WWW-Authenticate"] = challenge
        allowed = self.allowed_methods(call, self.token_methods(call.settings))
        if problem is METHOD and allowed:
            headers["Allow"] = allowed
        return headers

    def resource_error_headers(self, call: Call, problem: Problem) -> dict[str, str]:
        """Return the headers of a refusal by a resource."""
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        if challenge := self.bearer_challenge(call, problem):
            headers["WWW-Authenticate"] = challenge
        return headers

    def allowed_methods(self, call: Call, methods: Iterable[str]) -> str:
        """Return what the header Allow says beside a 405 (RFC 9110 section 15.5.6)."""
        del call
        return ", ".join(sorted(methods))

    def client_challenge(self, call: Call, problem: Problem) -> str:
        """Return the challenge to a client, due where it could have used HTTP Basic, or did."""
        served = "client_secret_basic" in call.settings.client_authentication
        due = served or "Authorization" in call.headers
        return 'Basic realm="token"' if due and problem.status == UNAUTHORIZED else ""

    def bearer_challenge(self, call: Call, problem: Problem) -> str:
        """Return the challenge of a resource; it names an error only if there was a token."""
        if problem not in CHALLENGED:
            return ""
        named = f', error="{self.error_code(call, problem)}"' if problem.error else ""
        return f'Bearer realm="api"{named}'
