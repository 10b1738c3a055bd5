"""The answer that carries tokens: its members, its form, its headers (RFC 6749 section 5.1)."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from conformance.faults.catalogue import Decision, also_in, fault
from conformance.faults.conditions import at, gives, when
from conformance.reference import Decisions

_GRANTS = {
    "client_credentials": "client credentials",
    "authorization_code": "a code",
    "refresh_token": "a refresh",
}


# A refresh needs a token that nobody could read.
_NO_OBJECT = ["answer.json[client_credentials]", "answer.json[authorization_code]"]


def _without(name: str) -> Decision:
    def answer(self: Decisions, *given: object) -> dict[str, object]:
        members: dict[str, object] = Decisions.token_answer(self, *given)  # type: ignore[arg-type]
        return {key: value for key, value in members.items() if key != name}

    return answer


def _with_headers(**headers: str) -> Decision:
    return lambda *_: {name.replace("_", "-"): value for name, value in headers.items()}


# Members that are missing

fault(
    "answer.access-token-missing",
    "The answer holds no access token.",
    breaks=["answer.access-token[client_credentials]", "answer.access-token[authorization_code]"],
    token_answer=_without("access_token"),
)
fault(
    "answer.token-type-missing",
    "The answer does not say what type its token has.",
    breaks=["answer.token-type"],
    token_answer=_without("token_type"),
)
fault(
    "answer.expires-in-missing",
    "The answer does not say how long its token lives.",
    breaks=["answer.expires-in-present[*]", "answer.expires-in"],
    token_answer=_without("expires_in"),
)
fault(
    "answer.scope-missing",
    "The answer has no member scope.",
    breaks=["answer.scope-present", "scope.default-told"],
    token_answer=_without("scope"),
)
fault(
    "answer.refresh-token-missing",
    "No grant gives a refresh token.",
    breaks=["answer.refresh-token[client_credentials]", "answer.refresh-token[authorization_code]"],
    token_answer=_without("refresh_token"),
)
for _grant, _name in _GRANTS.items():
    fault(
        f"answer.refresh-token-missing-{_grant.replace('_', '-')}",
        f"No refresh token comes with the answer to {_name}.",
        breaks=[
            f"answer.refresh-token[{_grant}]",
            *(["refresh.rotates"] if _grant == "refresh_token" else []),
        ],
        token_answer=when(at(_grant), _without("refresh_token"), Decisions.token_answer),
    )

fault(
    "answer.access-token-missing-at-refresh",
    "The answer to a refresh holds no access token.",
    breaks=["answer.access-token[refresh_token]"],
    token_answer=when(at("refresh_token"), _without("access_token"), Decisions.token_answer),
)

# Members that are wrong

fault(
    "answer.access-token-null",
    "The access token is null.",
    breaks=[
        "answer.access-token[client_credentials]",
        "answer.access-token[authorization_code]",
        "answer.no-null[client_credentials]",
        "answer.no-null[authorization_code]",
    ],
    answer_access_token=gives(None),
)
fault(
    "answer.access-token-empty",
    "The access token is an empty string.",
    breaks=["answer.access-token[client_credentials]", "answer.access-token[authorization_code]"],
    answer_access_token=gives(""),
)
fault(
    "answer.access-token-number",
    "The access token is a number.",
    breaks=[
        "answer.access-token[client_credentials]",
        "answer.access-token[authorization_code]",
        "answer.strings[client_credentials]",
        "answer.strings[authorization_code]",
    ],
    answer_access_token=gives(4711),
)
fault(
    "answer.access-token-object",
    "The access token is wrapped in an object.",
    breaks=[
        "answer.access-token[client_credentials]",
        "answer.access-token[authorization_code]",
        "answer.strings[client_credentials]",
        "answer.strings[authorization_code]",
    ],
    answer_access_token=lambda _self, _call, access: {"value": access.value},
)
fault(
    "answer.access-token-not-issued",
    "The access token in the answer is another than the one that was stored.",
    breaks=[
        "grant.issues",
        "lifetime.access-token-before",
        "lifetime.refresh-after-access-expired",
        "placement.accepted",
        "placement.scheme-case",
        "placement.http-1-0",
        "refresh.chain",
        "resource.example",
        "resource.works",
    ],
    answer_access_token=lambda self, *_: self.random_value(),
)
also_in(
    "oauth2",
    "answer.access-token-not-issued",
    "!grant.issues[client_credentials]",
    "!lifetime.access-token-before[form,*]",
    "!lifetime.access-token-before[query,*]",
)
fault(
    "answer.access-token-not-issued-at-refresh",
    "The access token that a refresh gives is another than the one that was stored.",
    breaks=[
        "grant.issues[refresh_token]",
        "lifetime.access-token-before[*,refresh_token]",
        "lifetime.refresh-after-access-expired",
        "placement.accepted[*,refresh_token]",
        "refresh.chain",
    ],
    answer_access_token=when(
        at("refresh_token"), lambda self, *_: self.random_value(), Decisions.answer_access_token
    ),
)
fault(
    "answer.token-type-other",
    "The token type is mac, although the token is a bearer token.",
    breaks=["answer.token-type"],
    answer_token_type=gives("mac"),
)
fault(
    "answer.token-type-null",
    "The token type is null.",
    breaks=["answer.token-type", "answer.no-null"],
    answer_token_type=gives(None),
)
fault(
    "answer.token-type-capital",
    "The token type is written with a capital.",
    breaks=["answer.token-type-lower-case"],
    answer_token_type=gives("Bearer"),
)
fault(
    "answer.expires-in-text",
    "The lifetime is a string of digits.",
    breaks=["answer.expires-in", "answer.expires-in-number"],
    answer_expires_in=lambda *given: str(Decisions.answer_expires_in(*given)),
)
fault(
    "answer.expires-in-null",
    "The lifetime is null.",
    breaks=["answer.expires-in", "answer.expires-in-number", "answer.no-null"],
    answer_expires_in=gives(None),
)
fault(
    "answer.expires-in-milliseconds",
    "The lifetime is told in milliseconds.",
    breaks=["answer.expires-in", "answer.short-lived"],
    answer_expires_in=lambda self, call, access: int(
        1000 * self.access_token_lifetime(call, access)
    ),
)
also_in("oauth2", "answer.expires-in-milliseconds", "lifetime.access-token-before")
fault(
    "answer.expires-in-moment",
    "Not the lifetime is told but the moment at which it ends.",
    breaks=["answer.expires-in", "answer.short-lived"],
    answer_expires_in=lambda self, call, access: int(
        call.now + self.access_token_lifetime(call, access)
    ),
)
also_in("oauth2", "answer.expires-in-moment", "lifetime.access-token-before")
fault(
    "answer.expires-in-zero-at-refresh",
    "The lifetime that a refresh tells is zero.",
    breaks=["answer.expires-in[refresh_token]", "answer.expires-in-number[refresh_token]"],
    answer_expires_in=when(at("refresh_token"), gives(0), Decisions.answer_expires_in),
)
fault(
    "answer.expires-in-of-refresh-token",
    "The answer to a code tells the lifetime of the refresh token.",
    breaks=["answer.expires-in[authorization_code]", "answer.short-lived[authorization_code]"],
    answer_expires_in=when(
        at("authorization_code"),
        lambda _self, call, _access: int(call.settings.refresh_token_lifetime),
        Decisions.answer_expires_in,
    ),
)
also_in(
    "oauth2",
    "answer.expires-in-of-refresh-token",
    "lifetime.access-token-before[*,authorization_code]",
)
fault(
    "answer.scope-invented",
    "A scope is granted that nobody asked for.",
    breaks=["answer.scope-null"],
    answer_scope=gives("everything"),
)
fault(
    "answer.scope-list",
    "The scope is an empty list.",
    breaks=["answer.scope-null"],
    answer_scope=gives([]),
)
fault(
    "answer.refresh-token-null",
    "The refresh token is null.",
    breaks=["answer.refresh-token[client_credentials]", "answer.refresh-token[authorization_code]"],
    answer_refresh_token=gives(None),
)
fault(
    "answer.refresh-token-empty",
    "The refresh token is an empty string.",
    breaks=["answer.refresh-token[client_credentials]", "answer.refresh-token[authorization_code]"],
    answer_refresh_token=gives(""),
)
fault(
    "answer.refresh-token-number",
    "The refresh token is a number.",
    breaks=["answer.refresh-token[client_credentials]", "answer.refresh-token[authorization_code]"],
    answer_refresh_token=gives(4711),
)
fault(
    "answer.refresh-token-not-issued",
    "The refresh token in the answer is another than the one that was stored.",
    breaks=[
        "grant.issues[refresh_token]",
        "lifetime.refresh-token-before[*,first]",
        "lifetime.refresh-after-access-expired",
        "refresh.rotates",
        "refresh.chain",
        "refresh.silent",
        "revocation.other-client-told",
        "revocation.takes-access-token-along",
        "scope.refresh-widening-error",
        "scope.reported[refresh_token]",
    ],
    answer_refresh_token=lambda self, *_: self.random_value(),
)
fault(
    "answer.other-member",
    "The answer tells the user's id beside the tokens.",
    breaks=["answer.no-other-members"],
    token_answer=lambda self, call, access, refresh: {
        **Decisions.token_answer(self, call, access, refresh),
        "user_id": access.lineage.subject,
    },
)
fault(
    "answer.secret-told",
    "The answer to client credentials repeats the client's secret.",
    breaks=["answer.no-other-members[client_credentials]"],
    token_answer=when(
        at("client_credentials"),
        lambda self, call, access, refresh: {
            **Decisions.token_answer(self, call, access, refresh),
            "client_secret": self.presented_client_secret(call),
        },
        Decisions.token_answer,
    ),
)

# Form

fault(
    "answer.list",
    "The answer is wrapped in a list.",
    breaks=_NO_OBJECT,
    token_body=lambda _self, _call, answer: json.dumps([answer]),
)
fault(
    "answer.list-at-refresh",
    "The answer to a refresh is wrapped in a list.",
    breaks=["answer.json[refresh_token]"],
    token_body=when(
        at("refresh_token"),
        lambda _self, _call, answer: json.dumps([answer]),
        Decisions.token_body,
    ),
)
fault(
    "answer.form-encoded",
    "The answer is form-encoded, as drafts of OAuth 2.0 once had it.",
    breaks=(*_NO_OBJECT, "json.parses[grant]"),
    token_body=lambda _self, _call, answer: urlencode(answer),
)
fault(
    "answer.json-unquoted",
    "The names of the members are not quoted, just as the page prints them.",
    breaks=(*_NO_OBJECT, "json.parses[grant]"),
    token_body=lambda _self, _call, answer: (
        f"{{{', '.join(f'{name}: {json.dumps(value)}' for name, value in answer.items())}}}"
    ),
)
fault(
    "answer.json-guarded",
    "The answer begins with a guard against scripts that include it.",
    breaks=(*_NO_OBJECT, "json.parses[grant]"),
    token_body=lambda self, call, answer: f")]}}'\n{Decisions.token_body(self, call, answer)}",
)
fault(
    "answer.wrapped",
    "The members stand inside a member data.",
    breaks=[
        "answer.access-token[client_credentials]",
        "answer.access-token[authorization_code]",
        "answer.token-type[client_credentials]",
        "answer.token-type[authorization_code]",
        "answer.expires-in[client_credentials]",
        "answer.expires-in[authorization_code]",
        "answer.refresh-token[client_credentials]",
        "answer.refresh-token[authorization_code]",
        "answer.scope-present[client_credentials]",
        "answer.scope-present[authorization_code]",
        "answer.no-other-members[client_credentials]",
        "answer.no-other-members[authorization_code]",
        "answer.expires-in-present[client_credentials]",
        "answer.expires-in-present[authorization_code]",
    ],
    token_body=lambda _self, _call, answer: json.dumps({"data": answer}),
)
fault(
    "answer.status-created",
    "The status of an answer with tokens is 201.",
    breaks=["answer.status"],
    token_status=gives(201),
)
fault(
    "answer.status-accepted-at-refresh",
    "The status of the answer to a refresh is 202.",
    breaks=["answer.status[refresh_token]"],
    token_status=when(at("refresh_token"), gives(202), Decisions.token_status),
)
fault(
    "answer.status-refusal",
    "Tokens come with the status of a refusal.",
    breaks=[
        "grant.issues[client_credentials]",
        "grant.issues[authorization_code]",
        "lifetime.code-before",
        "lifetime.code-edge[before]",
        "basic.accepted",
        "pkce.round-trip",
        "pkce.verifier-accepted",
        "scope.reported[client_credentials]",
        "scope.reported[authorization_code]",
    ],
    token_status=gives(400),
)
fault(
    "answer.content-type-html",
    "The answer says that it is HTML.",
    breaks=["answer.content-type"],
    token_headers=_with_headers(
        Content_Type="text/html", Cache_Control="no-store", Pragma="no-cache"
    ),
)
fault(
    "answer.content-type-missing-at-refresh",
    "The answer to a refresh does not say what it is.",
    breaks=["answer.content-type[refresh_token]"],
    token_headers=when(
        at("refresh_token"),
        _with_headers(Content_Type="", Cache_Control="no-store", Pragma="no-cache"),
        Decisions.token_headers,
    ),
)
fault(
    "answer.cached",
    "Caches may keep the tokens.",
    breaks=["answer.no-store"],
    token_headers=_with_headers(
        Content_Type="application/json",
        Cache_Control="public, max-age=3600",
        Pragma="no-cache",
    ),
)
fault(
    "answer.cached-at-refresh",
    "Caches are not told to leave the answer to a refresh alone.",
    breaks=["answer.no-store[refresh_token]", "answer.no-cache[refresh_token]"],
    token_headers=when(
        at("refresh_token"),
        _with_headers(Content_Type="application/json"),
        Decisions.token_headers,
    ),
)
fault(
    "answer.no-pragma",
    "Caches of HTTP/1.0 are not told to leave the tokens alone.",
    breaks=["answer.no-cache"],
    token_headers=_with_headers(Content_Type="application/json", Cache_Control="no-store"),
)
