"""Refusals that are told wrongly, tell too much, or are none (RFC 6749 section 5.2)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

from conformance.faults.catalogue import Decision, also_in, fault, only_in
from conformance.faults.conditions import gives, when
from conformance.reference import Decisions
from conformance.reference import problems as found_problems
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import Problem

_LONGEST = 4_000  # characters
_CODE_PROBLEMS = (found_problems.UNKNOWN_CODE,)
_REFRESH_PROBLEMS = (found_problems.UNKNOWN_REFRESH_TOKEN,)
# What wants to know the error of a refusal.
_UNNAMED = (
    "error.member",
    "error.invalid-grant",
    "error.invalid-client",
    "grant.missing-type",
    "grant.unsupported-type",
    "refresh.missing",
    "code.missing",
    "error.invalid-grant-of-another",
    "error.known-code",
    "error.unauthorized-client",
    "introspection.missing-token",
    "pkce.invalid-grant",
    "revocation.error",
    "scope.refresh-widening-error",
    "scope.unknown",
    "target.refresh",
    "target.refused",
)
# What wants to read a refusal, and the headers that belong to one.
_UNWRITTEN = (
    "error.json",
    "error.content-type",
    "basic.challenge",
    "basic.with-401",
    "http.allow[token]",
    "json.parses[refused-call]",
)


def _about(*problems: Problem) -> Decision:
    return lambda _self, _call, found, *_: found in problems


def _failing_on(condition: Callable[[Parameters], bool]) -> Decision:
    """Return a look at the parameters of token requests that fails where a condition holds.

    The secret counts as one of them, wherever it travels.
    """

    def parameters(self: Decisions, call: Call) -> Parameters:
        found = Decisions.token_parameters(self, call)
        basic = Decisions.basic_credentials(self, call)
        secret = (("client_secret", basic[1]),) if basic else ()
        if condition(Parameters((*found.pairs, *secret), found.readable)):
            raise RuntimeError("a parameter that nobody thought of")
        return found

    return parameters


def _echo(name: str) -> Decision:
    """Return the sentence of a refusal, with a parameter of the request in it."""
    return lambda self, call, problem: (
        f"{problem.description} You sent {self.token_parameter(call, name)}."
    )


def _without_header(name: str) -> Decision:
    return lambda *given: {
        key: value for key, value in Decisions.token_error_headers(*given).items() if key != name
    }


# Status

fault(
    "error.success-status",
    "A refusal comes with status 200 and says in its body that it is one.",
    breaks=[
        "error.status",
        "resource.challenge",
        "resource.invalid-token",
        "basic.status",
        "http.unknown-method",
        "http.unserved-method",
        "introspection.missing-token",
        "introspection.wrong-secret-status",
        "placement.contradicting",
        "placement.get-body",
        "placement.media-type",
        "revocation.access-token",
        "revocation.error[wrong-secret]",
        "revocation.missing-token",
        "revocation.other-client-told",
        "revocation.takes-access-token-along",
        "revocation.unknown-hint[access_token]",
        "revocation.wrong-hint[access_token]",
        "scope.enforced",
        "scope.insufficient",
    ],
    error_status=gives(200),
)
also_in(
    "oauth2",
    "error.success-status",
    "code.replay-revokes",
    "lifetime.access-token-after",
    "placement.refused",
    "placement.two-at-once",
    "resource.protected",
    "!resource.invalid-token",
)
fault(
    "error.forbidden",
    "Every refusal is a 403.",
    breaks=[
        "error.status",
        "resource.challenge",
        "resource.invalid-token",
        "basic.status",
        "challenge.status",
        "introspection.missing-token",
        "introspection.wrong-secret-status",
        "placement.invalid-request",
        "revocation.error",
    ],
    error_status=gives(403),
)
fault(
    "error.bad-code-unauthorized",
    "A bad code is answered with 401.",
    breaks=["error.status[bad-code]"],
    error_status=when(_about(*_CODE_PROBLEMS), gives(401), Decisions.error_status),
)
fault(
    "error.bad-refresh-token-not-found",
    "A bad refresh token is answered with 404.",
    breaks=["error.status[bad-refresh-token]"],
    error_status=when(_about(*_REFRESH_PROBLEMS), gives(404), Decisions.error_status),
)
fault(
    "error.redirect-to-login",
    "A client without a secret is redirected to a login.",
    breaks=["error.status[missing-secret]"],
    error_status=when(
        _about(found_problems.MISSING_CLIENT_SECRET), gives(302), Decisions.error_status
    ),
)

# Error codes

fault(
    "error.bad-code-invalid-request",
    "A bad code is called an invalid_request.",
    breaks=["error.invalid-grant[bad-code]"],
    error_code=when(_about(*_CODE_PROBLEMS), gives("invalid_request"), Decisions.error_code),
)
fault(
    "error.bad-refresh-token-invalid-token",
    "A bad refresh token is called an invalid_token.",
    breaks=["error.invalid-grant[bad-refresh-token]", "error.known-code[bad-refresh-token]"],
    error_code=when(_about(*_REFRESH_PROBLEMS), gives("invalid_token"), Decisions.error_code),
)
fault(
    "error.unknown-grant-type-invalid-request",
    "A grant_type that is not served is called an invalid_request.",
    breaks=["grant.unsupported-type"],
    error_code=when(
        _about(found_problems.UNKNOWN_GRANT_TYPE), gives("invalid_request"), Decisions.error_code
    ),
)
fault(
    "error.missing-grant-type-unsupported",
    "A missing grant_type is called an unsupported one.",
    breaks=["grant.missing-type"],
    error_code=when(
        _about(found_problems.MISSING_GRANT_TYPE),
        gives("unsupported_grant_type"),
        Decisions.error_code,
    ),
)
fault(
    "error.missing-refresh-token-invalid-grant",
    "A missing refresh token is called an invalid_grant.",
    breaks=["refresh.missing"],
    error_code=when(
        _about(found_problems.MISSING_REFRESH_TOKEN), gives("invalid_grant"), Decisions.error_code
    ),
)

# Form

fault(
    "error.html",
    "Refusals are HTML pages.",
    breaks=[*_UNNAMED, *_UNWRITTEN],
    error_body=gives("<html><body><h1>Sorry</h1></body></html>"),
    token_error_headers=gives({"Content-Type": "text/html", "Cache-Control": "no-store"}),
)
fault(
    "error.text",
    "Refusals are a line of text.",
    breaks=[*_UNNAMED, *_UNWRITTEN],
    error_body=gives("access denied"),
    token_error_headers=gives({"Content-Type": "text/plain", "Cache-Control": "no-store"}),
)
fault(
    "error.unnamed",
    "Refusals have a message and no member error.",
    breaks=_UNNAMED,
    token_error=lambda self, call, problem: {"message": self.error_description(call, problem)},
)
fault(
    "error.numbered",
    "The member error is a number.",
    breaks=[*_UNNAMED, "error.characters"],
    token_error=gives({"error": 17, "error_description": "See the manual."}),
)
fault(
    "error.nested",
    "The member error is an object.",
    breaks=[*_UNNAMED, "error.characters"],
    error_body=lambda _self, _call, answer: json.dumps(
        {**answer, "error": {"code": answer.get("error")}}
    ),
)
# Elsewhere a grant is a POST, whose refusal no cache keeps (RFC 9111 section 3).
fault(
    "error.cached",
    "Caches may keep refusals.",
    breaks=["error.not-cached"],
    token_error_headers=_without_header("Cache-Control"),
)
only_in("kitchenmonki", "error.cached")
fault(
    "error.cached-for-bad-code",
    "Caches may keep the refusal of a bad code.",
    breaks=["error.not-cached[bad-code]"],
    token_error_headers=when(
        lambda _self, _call, problem: problem in _CODE_PROBLEMS,
        _without_header("Cache-Control"),
        Decisions.token_error_headers,
    ),
)
only_in("kitchenmonki", "error.cached-for-bad-code")

# What a refusal must not say

fault(
    "error.echoes-secret",
    "A refusal repeats the client's secret.",
    breaks=[
        "error.no-secrets[wrong-secret]",
        "error.no-secrets[unknown-grant-type]",
        "error.no-secrets[unknown-client]",
        "error.no-secrets[missing-grant-type]",
        "error.no-secrets[bad-refresh-token]",
        "error.no-secrets[bad-code]",
    ],
    error_description=_echo("client_secret"),
)
also_in(
    "oauth2",
    "error.echoes-secret",
    "!error.no-secrets[unknown-grant-type]",
    "!error.no-secrets[missing-grant-type]",
    "!error.no-secrets[bad-code]",
    "!error.no-secrets[unknown-client]",
    "!error.no-secrets[bad-refresh-token]",
    "!error.no-secrets[wrong-secret]",
)
fault(
    "error.echoes-secret-in-base64",
    "The refusal of a wrong secret repeats it, in base64.",
    breaks=["error.no-secrets[wrong-secret]"],
    error_description=when(
        _about(found_problems.WRONG_CLIENT_SECRET),
        lambda self, call, _problem: b64encode(
            (self.presented_client_secret(call) or "").encode()
        ).decode(),
        Decisions.error_description,
    ),
)
fault(
    "error.echoes-secret-in-header",
    "The refusal of a wrong secret repeats it in a header.",
    breaks=["error.no-secrets[wrong-secret]"],
    token_error_headers=lambda self, call, problem: {
        **Decisions.token_error_headers(self, call, problem),
        **(
            {"X-Debug": quote(self.presented_client_secret(call) or "")}
            if problem is found_problems.WRONG_CLIENT_SECRET
            else {}
        ),
    },
)
fault(
    "error.tells-secret",
    "The refusal of a wrong secret tells how the right one begins.",
    breaks=["error.no-secrets[wrong-secret]", "client.indistinguishable"],
    error_description=when(
        _about(found_problems.WRONG_CLIENT_SECRET),
        lambda _self, call, _problem: f"Expected {call.settings.clients[0].secret[:20]}...",
        Decisions.error_description,
    ),
)
fault(
    "error.echoes-code",
    "A refusal repeats the code.",
    breaks=["error.no-secrets[bad-code]"],
    error_description=_echo("code"),
)
also_in(
    "oauth2",
    "error.echoes-code",
    "error.no-secrets[missing-grant-type]",
    "error.no-secrets[missing-secret]",
    "error.no-secrets[unknown-client]",
    "error.no-secrets[unknown-grant-type]",
    "error.no-secrets[wrong-secret]",
)
fault(
    "error.echoes-refresh-token",
    "A refusal repeats the refresh token.",
    breaks=["error.no-secrets[bad-refresh-token]"],
    error_description=_echo("refresh_token"),
)
fault(
    "error.echoes-request",
    "The refusal of an unknown grant_type repeats the whole request.",
    breaks=["error.no-secrets[unknown-grant-type]"],
    error_description=when(
        _about(found_problems.UNKNOWN_GRANT_TYPE),
        lambda _self, call, _problem: str(call.query.pairs),
        Decisions.error_description,
    ),
)
also_in("oauth2", "error.echoes-request", "!error.no-secrets[unknown-grant-type]")
fault(
    "error.stack-trace",
    "The refusal of a bad code shows a stack trace.",
    breaks=[
        "error.no-internals[bad-code]",
        "error.robust[long]",
        "error.robust[non-ascii]",
        "error.robust[quotes]",
        "error.characters[bad-code]",
    ],
    error_description=when(
        _about(*_CODE_PROBLEMS),
        gives('Traceback (most recent call last): File "token.py", line 93, in _check_code'),
        Decisions.error_description,
    ),
)
fault(
    "error.stack-trace-everywhere",
    "Every refusal shows a stack trace.",
    breaks=["error.no-internals", "error.robust"],
    error_description=gives("at Token.check (Token.java:93)"),
)
fault(
    "error.database-message",
    "The refusal of a wrong secret shows what the database said.",
    breaks=[
        "client.indistinguishable",
        "error.no-internals[wrong-secret]",
        "error.robust[non-ascii]",
        "error.robust[long]",
        "error.robust[quotes]",
        "error.characters[wrong-secret]",
    ],
    error_description=when(
        _about(found_problems.WRONG_CLIENT_SECRET),
        gives('SQLSTATE[42601]: syntax error at or near "client_secret"'),
        Decisions.error_description,
    ),
)
also_in("oauth2", "error.database-message", "error.robust[non-utf-8]", "error.robust[nul]")

# Mistakes that break the server

fault(
    "error.fails-on-long",
    "A secret of several thousand characters breaks the server.",
    breaks=["error.robust[long]"],
    token_parameters=_failing_on(
        lambda given: any(len(one) > _LONGEST for one in given.every("client_secret"))
    ),
)
fault(
    "error.fails-on-nul",
    "A NUL in a parameter breaks the server.",
    breaks=["error.robust[nul]"],
    token_parameters=_failing_on(
        lambda given: any("\0" in one for one in given.every("client_secret"))
    ),
)
fault(
    "error.fails-on-bytes",
    "Bytes that are no UTF-8 break the server.",
    breaks=["error.robust[non-utf-8]"],
    token_parameters=_failing_on(lambda given: not given.readable),
)
fault(
    "error.fails-on-umlaut",
    "A character that is no ASCII breaks the server.",
    breaks=["error.robust[non-ascii]"],
    token_parameters=_failing_on(
        lambda given: given.readable and not all(map(str.isascii, given.every("client_secret")))
    ),
)
also_in("oauth2", "error.fails-on-umlaut", "error.robust[non-utf-8]")
fault(
    "error.fails-on-quotes",
    "A quote in a code breaks the server, as where it becomes part of a query.",
    breaks=["error.robust[quotes]"],
    token_parameters=_failing_on(lambda given: "'" in (given.get("code") or "")),
)
fault(
    "error.fails-on-umlaut-in-refresh-token",
    "A refresh token with a character that is no ASCII breaks the server.",
    breaks=["error.robust[non-ascii]"],
    token_parameters=_failing_on(
        lambda given: given.readable and not (given.get("refresh_token") or "").isascii()
    ),
)
fault(
    "error.fails-on-repetition",
    "A parameter that comes twice breaks the server.",
    breaks=["error.robust[repeated]"],
    token_parameters=_failing_on(lambda given: bool(given.repeated())),
)
fault(
    "error.fails-without-parameters",
    "A token request without any parameter breaks the server.",
    breaks=["error.robust[missing]"],
    token_parameters=_failing_on(lambda given: not given.pairs),
)
fault(
    "error.trace-on-nul",
    "A NUL in a parameter is refused with a stack trace.",
    breaks=["error.robust[nul]"],
    error_description=when(
        _about(found_problems.UNREADABLE),
        lambda self, call, problem: (
            "ValueError at token.py:71"
            if self.token_parameters(call).readable
            else Decisions.error_description(self, call, problem)
        ),
        Decisions.error_description,
    ),
)
