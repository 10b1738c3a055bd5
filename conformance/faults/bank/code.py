"""Authorization codes that buy more than they should (RFC 6749 section 4.1)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from conformance.faults.catalogue import also_in, fault, only_in
from conformance.faults.conditions import always, never, when
from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued

_COMPARED = 8  # characters
_OVERLOOKED = 4  # characters
_FORGOTTEN = 5  # seconds


def _latest(call: Call) -> Issued | None:
    return next(reversed(list(call.state.store.every("code"))), None)


def _where(call: Call, matches: Any) -> Issued | None:  # noqa: ANN401
    return next((one for one in call.state.store.every("code") if matches(one.value)), None)


def _blank_redirect_uri(self: Decisions, call: Call, _code: Issued) -> bool:
    return ("redirect_uri", "") in self.token_parameters(call).pairs


def _without_secret(_self: Decisions, _call: Call, _code: Issued, client: Client) -> bool:
    return not client.secret


def _use_twice(self: Decisions, call: Call, code: Issued) -> bool:
    uses = self.__dict__.setdefault("uses", {})
    uses[code.value] = uses.get(code.value, 0) + 1
    return Decisions.spend(self, call, code) or uses[code.value] == 2


def _revoke_refresh_tokens(_self: Decisions, call: Call, code: Issued) -> None:
    for one in call.state.store.every("refresh_token"):
        if one.lineage.family is code.lineage.family:
            one.revoked = True


def _revoke_access_tokens(_self: Decisions, call: Call, code: Issued) -> None:
    for one in call.state.store.every("access_token"):
        if one.lineage.family is code.lineage.family:
            one.revoked = True


def _refreshed(call: Call, code: Issued) -> bool:
    return any(
        one.spent and one.lineage.family is code.lineage.family
        for one in call.state.store.every("refresh_token")
    )


fault(
    "code.reusable",
    "A code can be redeemed as often as one likes.",
    breaks=["code.single-use", "code.replay-revokes", "race.code", "lifetime.used-code"],
    spend_code=lambda *_: True,
)
also_in("oauth2", "code.reusable", "public.code[used]")
fault(
    "code.reusable-once",
    "A code can be redeemed twice.",
    breaks=["code.single-use", "code.replay-revokes", "race.code", "lifetime.used-code"],
    spend_code=_use_twice,
)
also_in("oauth2", "code.reusable-once", "public.code[used]")
fault(
    "code.forgotten-with-time",
    "Some seconds after its use it is forgotten that a code was used.",
    breaks=["lifetime.used-code"],
    spend_code=lambda self, call, code: (
        Decisions.spend_code(self, call, code) or call.now - code.starts_at >= _FORGOTTEN
    ),
)
fault(
    "code.revived-by-refresh",
    "A code that was redeemed works again once its refresh token was used.",
    breaks=["code.single-use"],
    spend_code=lambda self, call, code: (
        Decisions.spend_code(self, call, code) or _refreshed(call, code)
    ),
)
fault(
    "code.replay-ignored",
    "The tokens of a code outlive its second presentation.",
    breaks=["code.replay-revokes"],
    code_replayed=lambda *_: None,
)
fault(
    "code.replay-revokes-refresh-token-only",
    "A code that is presented again costs the refresh token, but not the access token.",
    breaks=["code.replay-revokes"],
    code_replayed=_revoke_refresh_tokens,
)
fault(
    "code.replay-revokes-access-token-only",
    "A code that is presented again costs the access token, but not the refresh token.",
    breaks=["code.replay-revokes"],
    code_replayed=_revoke_access_tokens,
)
fault(
    "code.any-client",
    "A code can be redeemed by another client than the one it was given to.",
    breaks=["code.client-binding", "basic.named-otherwise[authorization_code]"],
    code_bound_to=lambda *_: True,
)
also_in("oauth2", "code.any-client", "public.names-itself[another-name]")
fault(
    "code.any-client-without-secret",
    "A code can be redeemed by a client without a secret, whoever it was given to.",
    breaks=["code.client-binding"],
    code_bound_to=when(_without_secret, always, Decisions.code_bound_to),
)
only_in("oauth2", "code.any-client-without-secret")
fault(
    "code.redirect-uri-unchecked",
    "Whatever redirect_uri comes with a code is accepted.",
    breaks=["code.redirect-uri-binding"],
    redirect_uri_matches=lambda *_: True,
)
also_in("oauth2", "code.redirect-uri-unchecked", "public.code[other-redirect-uri]")
fault(
    "code.redirect-uri-prefix",
    "A redirect_uri that begins like the right one is accepted.",
    breaks=["code.redirect-uri-binding"],
    redirect_uri_matches=lambda _self, _call, code, uri: uri.startswith(code.lineage.redirect_uri),
)
fault(
    "code.redirect-uri-shortened",
    "The beginning of the right redirect_uri is accepted.",
    breaks=["code.redirect-uri-binding"],
    redirect_uri_matches=lambda _self, _call, code, uri: code.lineage.redirect_uri.startswith(uri),
)
also_in("oauth2", "code.redirect-uri-shortened", "public.code[other-redirect-uri]")
fault(
    "code.redirect-uri-without-query",
    "Of the redirect_uri all but the query is compared.",
    breaks=["code.redirect-uri-binding"],
    redirect_uri_matches=lambda _self, _call, code, uri: (
        urlsplit(uri)[:3] == urlsplit(code.lineage.redirect_uri)[:3]
    ),
)
fault(
    "code.redirect-uri-optional",
    "A code is accepted without the redirect_uri of its authorization request.",
    breaks=["code.redirect-uri-required"],
    redirect_uri_required=lambda *_: False,
)
also_in("oauth2", "code.redirect-uri-optional", "public.code[no-redirect-uri]")
fault(
    "code.redirect-uri-blank",
    "A blank redirect_uri is taken for that of the authorization request.",
    breaks=["code.redirect-uri-required"],
    redirect_uri_required=when(_blank_redirect_uri, never, Decisions.redirect_uri_required),
)
fault(
    "code.redirect-uri-not-kept",
    "The redirect_uri of the authorization request is forgotten.",
    breaks=["code.redirect-uri-required", "code.redirect-uri-binding"],
    redirect_uri_of_consent=lambda *_: None,
)
also_in(
    "oauth2",
    "code.redirect-uri-not-kept",
    "public.code[no-redirect-uri]",
    "public.code[other-redirect-uri]",
)
fault(
    "code.any-value",
    "Any value is taken for the latest code.",
    breaks=[
        "code.unknown",
        "code.altered",
        "grant.percent-encoding",
    ],
    find_code=lambda self, call, value: Decisions.find_code(self, call, value) or _latest(call),
)
fault(
    "code.prefix",
    "The beginning of a code is enough.",
    breaks=["code.altered[truncated]"],
    find_code=lambda _self, call, value: _where(call, lambda code: code.startswith(value)),
)
fault(
    "code.extended",
    "A code with something after it is accepted.",
    breaks=["code.altered[extended]"],
    find_code=lambda _self, call, value: _where(call, value.startswith),
)
fault(
    "code.case",
    "A code is compared without regard to case.",
    breaks=["code.altered[other-case]"],
    find_code=lambda _self, call, value: _where(call, lambda code: code.lower() == value.lower()),
)
fault(
    "code.cut",
    "Only the first eight characters of a code are compared.",
    breaks=["code.altered[truncated]", "code.altered[extended]", "code.altered[altered]"],
    find_code=lambda _self, call, value: _where(
        call, lambda code: code[:_COMPARED] == value[:_COMPARED]
    ),
)
fault(
    "code.end-ignored",
    "The last four characters of a code are not compared.",
    breaks=["code.altered[altered]"],
    find_code=lambda _self, call, value: _where(
        call,
        lambda code: len(code) == len(value) and code[:-_OVERLOOKED] == value[:-_OVERLOOKED],
    ),
)
fault(
    "code.other-name",
    "The code is also read from a parameter authorization_code.",
    breaks=["grant.code-parameter"],
    token_parameter=lambda self, call, name: (
        Decisions.token_parameter(self, call, name)
        or (Decisions.token_parameter(self, call, "authorization_code") if name == "code" else None)
    ),
)
fault(
    "code.dead-on-arrival",
    "No code can be redeemed.",
    breaks=[
        "grant.issues[authorization_code]",
        "lifetime.code-before",
        "lifetime.code-edge[before]",
        "basic.accepted",
        "pkce.round-trip",
        "pkce.verifier-accepted",
        "scope.reported[authorization_code]",
    ],
    find_code=lambda *_: None,
)
