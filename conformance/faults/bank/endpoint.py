"""What a token endpoint gets wrong that RFC 6749 says and the page does not."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from conformance.faults.catalogue import Decision, also_in, fault
from conformance.faults.conditions import always, gives, never
from conformance.reference import Decisions, problems
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import Problem
from conformance.reference.settings import Client

_GRANTS = ("client_credentials", "authorization_code", "refresh_token")


def _coded(found: Problem, code: str) -> Decision:
    return lambda self, call, problem: (
        code if problem is found else Decisions.error_code(self, call, problem)
    )


def _query_or_form(self: Decisions, call: Call) -> Parameters:
    return call.query if call.method == "GET" else Decisions.token_parameters(self, call)


def _burning(_: Decisions, call: Call) -> None:
    code = call.query.get("code")
    found = call.state.store.find("code", code) if code else None
    if found and call.method in ("GET", "HEAD"):
        found.spent = True


def _repeated(_: Decisions, call: Call, answer: Mapping[str, object]) -> str:
    del call
    return f'{json.dumps(answer)[:-1]}, "token_type": "bearer"}}'


def _public_too(self: Decisions, call: Call, client: Client, grant_type: str) -> bool:
    return not client.secret or Decisions.grant_allowed(self, call, client, grant_type)


def _named_by_value(self: Decisions, call: Call) -> str | None:
    """Return the client of a code where none is named."""
    named = Decisions.presented_client_id(self, call)
    code = self.find_code(call, self.token_parameter(call, "code") or "")
    return named or (code.lineage.client_id if code else None)


def _bound_to_public(self: Decisions, call: Call, code: object, client: Client) -> bool:
    bound: bool = Decisions.code_bound_to(self, call, code, client)  # type: ignore[arg-type]
    owners = {one.id for one in call.settings.clients if not one.secret}
    return bound or code.lineage.client_id in owners  # type: ignore[attr-defined]


fault(
    "endpoint.null-members",
    "The answer holds a scope that is null.",
    breaks=["answer.no-null[*]", "scope.default-told"],
    token_answer=lambda self, call, access, refresh: {
        **Decisions.token_answer(self, call, access, refresh),
        "scope": None,
    },
)
fault(
    "endpoint.scope-list",
    "The scope of an answer is a list.",
    breaks=["answer.strings[*]", "scope.default-told"],
    answer_scope=gives(["read", "write"]),
)
fault(
    "endpoint.member-twice",
    "The answer holds a member twice.",
    breaks=["answer.unique-members[*]"],
    token_body=_repeated,
)
fault(
    "endpoint.long-lived",
    "Access tokens live for a day.",
    breaks=["answer.short-lived[*]"],
    access_token_lifetime=gives(86_400.0),
)
fault(
    "endpoint.refresh-token-for-itself",
    "A client that acts for itself is given a refresh token.",
    breaks=["answer.no-refresh-token[client_credentials]"],
    gives_refresh_token=always,
)
fault(
    "endpoint.aged",
    "The answer with tokens has lain in a cache.",
    breaks=["answer.not-from-cache[*]"],
    token_headers=lambda self, call: {**Decisions.token_headers(self, call), "Age": "17"},
)
fault(
    "endpoint.code-of-its-own",
    "A bad code is refused with an error of the server's own.",
    breaks=["error.known-code[bad-code]", "error.invalid-grant[bad-code]"],
    error_code=_coded(problems.UNKNOWN_CODE, "code_not_found"),
)
fault(
    "endpoint.odd-words",
    "The sentence of an error holds quotes.",
    breaks=["error.characters[*]"],
    error_description=gives('This is "wrong".'),
)
fault(
    "endpoint.used-code-other-error",
    "A code that was used is refused with invalid_request.",
    breaks=["error.invalid-grant-of-another[used-code]"],
    error_code=_coded(problems.SPENT_CODE, "invalid_request"),
)
fault(
    "endpoint.foreign-code-other-error",
    "A code of another client is refused with invalid_client.",
    breaks=["error.invalid-grant-of-another[foreign-code]"],
    error_code=_coded(problems.FOREIGN_CODE, "invalid_client"),
)
fault(
    "endpoint.redirect-uri-other-error",
    "A redirect_uri that does not match is refused with invalid_request.",
    breaks=["error.invalid-grant-of-another[other-redirect-uri]"],
    error_code=_coded(problems.OTHER_REDIRECT_URI, "invalid_request"),
)
fault(
    "endpoint.foreign-refresh-token-other-error",
    "A refresh token of another client is refused with invalid_client.",
    breaks=["error.invalid-grant-of-another[foreign-refresh-token]"],
    error_code=_coded(problems.FOREIGN_REFRESH_TOKEN, "invalid_client"),
)
fault(
    "endpoint.unauthorized-as-unsupported",
    "A client that may not use a grant is told that nobody may.",
    breaks=["error.unauthorized-client"],
    error_code=_coded(problems.GRANT_NOT_ALLOWED, "unsupported_grant_type"),
)
fault(
    "endpoint.missing-code-other-error",
    "A request without a code is refused with invalid_grant.",
    breaks=["code.missing"],
    error_code=_coded(problems.MISSING_CODE, "invalid_grant"),
)
fault(
    "endpoint.first-value",
    "Of two values of a parameter the first counts.",
    breaks=["grant.contradicting-parameter[*]", "grant.repeated-parameter[*]", "request.repeated"],
    repetition_refused=never,
)
fault(
    "endpoint.served-by-get",
    "The token endpoint answers GET.",
    breaks=["grant.by-get[*]", "grant.safe-methods[GET]"],
    token_methods=gives(("POST", "GET")),
    token_parameters=_query_or_form,
)
fault(
    "endpoint.code-burnt-by-looking",
    "A code in the query of any request is used up.",
    breaks=["grant.safe-methods[*]"],
    before=_burning,
)
fault(
    "endpoint.small-tokens",
    "Codes and tokens have 144 bits.",
    breaks=["value.generous-entropy[*]"],
    random_value=lambda _self: secrets.token_hex(18),
)
fault(
    "endpoint.public-for-itself",
    "A client without a secret gets a token for being itself.",
    breaks=["public.no-client-credentials[no-secret]"],
    grant_allowed=_public_too,
)
fault(
    "endpoint.public-with-any-secret",
    "A client without a secret gets a token for being itself, whatever secret it sends.",
    breaks=["public.no-client-credentials[*]"],
    grant_allowed=_public_too,
    secret_matches=lambda self, call, client, secret: (
        not client.secret or Decisions.secret_matches(self, call, client, secret)
    ),
)
fault(
    "endpoint.public-unnamed",
    "A code tells by itself which client redeems it.",
    breaks=["public.names-itself[unnamed]"],
    presented_client_id=_named_by_value,
)
also_in("oauth2", "endpoint.public-unnamed", "client.refused[missing-id,authorization_code]")
fault(
    "endpoint.public-by-another",
    "The code of a client without a secret is redeemed under any name.",
    breaks=[
        "public.names-itself[another-name]",
        "introspection.authorized[missing-secret]",
        "revocation.client[missing-secret]",
    ],
    code_bound_to=_bound_to_public,
    secret_required=never,
)
also_in("oauth2", "endpoint.public-by-another", "client.refused[missing-secret,*]")
fault(
    "endpoint.public-by-any-secret",
    "The code of a client without a secret is redeemed by any client that has one.",
    breaks=["public.names-itself[another-name]"],
    code_bound_to=_bound_to_public,
)
fault(
    "target.any",
    "A token may be asked for any resource.",
    breaks=["target.refused[*]", "target.refresh"],
    target_acceptable=always,
)
fault(
    "target.other-error",
    "A resource that there is not is refused with invalid_request.",
    breaks=["target.refused[*]", "target.refresh"],
    error_code=_coded(problems.INVALID_TARGET, "invalid_request"),
)
