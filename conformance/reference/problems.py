"""Every reason to refuse a request, with the answer that each document asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request is refused: a name for us; status, error code and a sentence for the client.

    The codes are those of RFC 6749 sections 4.1.2.1 and 5.2 and RFC 6750 section 3.1; a problem
    without a code has none to tell.
    """

    reason: str
    status: int
    error: str
    description: str


class RefusedError(Exception):
    """A request that is refused."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def require(condition: object, problem: Problem) -> None:
    """Refuse the request unless the condition holds."""
    if not condition:
        raise RefusedError(problem)


def needed(value: T | None, problem: Problem) -> T:
    """Return the value, or refuse the request if there is none."""
    if value is None:
        raise RefusedError(problem)
    return value


def _request(reason: str, description: str) -> Problem:
    return Problem(reason, 400, "invalid_request", description)


def _grant(reason: str, description: str) -> Problem:
    return Problem(reason, 400, "invalid_grant", description)


def _client(reason: str) -> Problem:
    # One sentence for all: a stranger does not learn which clients exist.
    return Problem(reason, 401, "invalid_client", "Client authentication failed.")


METHOD = Problem("method", 405, "invalid_request", "This method is not served here.")
UNREADABLE = _request("unreadable", "A parameter is not valid UTF-8 text.")
REPEATED = _request("repeated", "A parameter is sent more than once.")

MISSING_GRANT_TYPE = _request("missing-grant-type", "The parameter grant_type is missing.")
UNKNOWN_GRANT_TYPE = Problem(
    "unknown-grant-type", 400, "unsupported_grant_type", "This grant_type is not served here."
)
MISSING_CLIENT_ID = _client("missing-client-id")
MISSING_CLIENT_SECRET = _client("missing-client-secret")
UNKNOWN_CLIENT = _client("unknown-client")
WRONG_CLIENT_SECRET = _client("wrong-client-secret")
SEVERAL_AUTHENTICATIONS = _request(
    "several-authentications", "The client authenticates in more than one way."
)
GRANT_NOT_ALLOWED = Problem(
    "grant-not-allowed", 400, "unauthorized_client", "This client may not use this grant_type."
)

INVALID_SCOPE = Problem(
    "invalid-scope", 400, "invalid_scope", "The scope is unknown, or more than was granted."
)

INVALID_TARGET = Problem(
    "invalid-target", 400, "invalid_target", "There is no such resource, or it was not granted."
)

MISSING_CODE = _request("missing-code", "The parameter code is missing.")
MISSING_REDIRECT_URI = _request("missing-redirect-uri", "The parameter redirect_uri is missing.")
UNKNOWN_CODE = _grant("unknown-code", "The authorization code is not valid.")
FOREIGN_CODE = _grant("foreign-code", "The authorization code is not valid.")
EXPIRED_CODE = _grant("expired-code", "The authorization code has expired.")
SPENT_CODE = _grant("spent-code", "The authorization code was used before.")
OTHER_REDIRECT_URI = _grant(
    "other-redirect-uri", "The redirect_uri differs from that of the authorization request."
)
OTHER_CODE_VERIFIER = _grant(
    "other-code-verifier", "The code_verifier does not belong to the authorization request."
)

MISSING_REFRESH_TOKEN = _request("missing-refresh-token", "The parameter refresh_token is missing.")
UNKNOWN_REFRESH_TOKEN = _grant("unknown-refresh-token", "The refresh token is not valid.")
FOREIGN_REFRESH_TOKEN = _grant("foreign-refresh-token", "The refresh token is not valid.")
EXPIRED_REFRESH_TOKEN = _grant("expired-refresh-token", "The refresh token has expired.")
REVOKED_REFRESH_TOKEN = _grant("revoked-refresh-token", "The refresh token was revoked.")
SPENT_REFRESH_TOKEN = _grant("spent-refresh-token", "The refresh token was used before.")

MISSING_TOKEN_PARAMETER = _request("missing-token-parameter", "The parameter token is missing.")
FOREIGN_TOKEN = _grant("foreign-token", "The token is not yours.")

AUTHORIZE_CLIENT = _request("authorize-client", "The application that sent you here is not known.")
AUTHORIZE_REDIRECT_URI = _request(
    "authorize-redirect-uri",
    "The address to which you would return is not registered for this application.",
)
MISSING_RESPONSE_TYPE = _request("missing-response-type", "The parameter response_type is missing.")
UNKNOWN_RESPONSE_TYPE = Problem(
    "unknown-response-type",
    400,
    "unsupported_response_type",
    "Only the response_type code is served.",
)
MISSING_CODE_CHALLENGE = _request(
    "missing-code-challenge", "The parameter code_challenge is missing."
)
UNKNOWN_CODE_CHALLENGE_METHOD = _request(
    "unknown-code-challenge-method", "Only the code_challenge_method S256 is served."
)
DENIED = Problem("denied", 403, "access_denied", "The user refused access.")
STALE_FORM = Problem(
    "stale-form",
    403,
    "invalid_request",
    "This form is no longer valid. Go back to the application and begin again.",
)

MISSING_TOKEN = Problem("missing-token", 401, "", "An access token is required.")
UNKNOWN_TOKEN = Problem("unknown-token", 401, "invalid_token", "The access token is not valid.")
EXPIRED_TOKEN = Problem("expired-token", 401, "invalid_token", "The access token has expired.")
REVOKED_TOKEN = Problem("revoked-token", 401, "invalid_token", "The access token was revoked.")
INSUFFICIENT_SCOPE = Problem(
    "insufficient-scope", 403, "insufficient_scope", "The access token is not good for this."
)
SEVERAL_TOKENS = _request("several-tokens", "The access token is sent more than once.")
NOT_AN_OBJECT = _request("not-an-object", "The parameter data does not hold a JSON object.")
NOT_FOUND = Problem("not-found", 404, "", "There is nothing here.")
BAD_STEP = _request("bad-step", "The parameter advance is not a number of seconds to go forward.")
DEFECT = Problem("defect", 500, "server_error", "The server failed.")
