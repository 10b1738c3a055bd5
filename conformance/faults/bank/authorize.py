"""The authorization endpoint and the way back (RFC 6749 section 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from conformance.faults.catalogue import Decision, also_in, fault
from conformance.faults.conditions import always, gives, never, when
from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.problems import (
    REPEATED,
    UNKNOWN_RESPONSE_TYPE,
    RefusedError,
)

_ODD = "+/="
_ASKED = {
    *("client_id", "redirect_uri", "response_type", "scope", "state", "display"),
    *("code_challenge", "code_challenge_method"),
}


def _refuse_unknown(_self: Decisions, call: Call) -> None:
    names = {name for name, _ in call.query.pairs}
    if "response_type" in names and names - _ASKED:
        raise RefusedError(REPEATED)


def _refuse_without_secret(_self: Decisions, call: Call) -> None:
    names = {name for name, _ in call.query.pairs}
    if "response_type" in names and "client_secret" not in names:
        raise RefusedError(UNKNOWN_RESPONSE_TYPE)


def _stranger(_self: Decisions, call: Call, client_id: str) -> Client:
    """Return a client for any id, with the redirect_uri that was sent."""
    for one in call.settings.clients:
        if one.id == client_id:
            return one
    return Client(client_id, "", call.query.get("redirect_uri") or "", "nobody")


def _odd(self: Decisions, *_: object) -> str:
    return f"{self.random_value()[:40]}{_ODD}"


def _ends_oddly(_self: Decisions, _call: object, value: str) -> bool:
    return value.endswith(_ODD)


def _location(joined: Decision) -> Decision:
    def location(
        self: Decisions,
        call: Call,
        uri: str,
        members: Mapping[str, str],
    ) -> str:
        pairs = "&".join(f"{name}={self.escape(call, value)}" for name, value in members.items())
        return str(joined(uri, pairs))

    return location


def _secret_of(call: Call, asked: Any) -> str:  # noqa: ANN401
    clients = call.settings.clients
    return str(next(one.secret for one in clients if one.id == asked.client.id))


def _remember_secret(self: Decisions, call: Call) -> bool:
    self.__dict__["sent"] = {name: value for name, value in call.query.pairs if "secret" in name}
    return Decisions.uses_popup(self, call)


def _headers_with_secret(self: Decisions, call: Call, location: str) -> dict[str, str]:
    headers = Decisions.redirect_headers(self, call, location)
    return {**headers, "Set-Cookie": f"client={call.settings.clients[0].secret}; Path=/"}


# Login and consent

fault(
    "authorize.page-missing",
    "The authorization page is answered with 404.",
    breaks=[
        "authorize.page",
        "popup.page",
    ],
    find_asking_client=gives(None),
)
fault(
    "authorize.without-login",
    "Whoever opens the page is taken for the first user, and is asked for consent only.",
    breaks=[
        "association.user",
        "association.users-apart",
        "association.refreshed[authorization_code]",
        "association.placement[post]",
        "association.placement[header]",
        "association.data",
        "authorize.login-required",
    ],
    acting_user=lambda _self, call, _session: call.settings.users[0],
)
fault(
    "authorize.without-user",
    "A code is given to whoever opens the page.",
    breaks=[
        "association.user",
        "association.users-apart",
        "association.refreshed[authorization_code]",
        "association.placement[post]",
        "association.placement[header]",
        "authorize.page",
        "authorize.login-required",
        "authorize.consent-required",
        "public.asked-again",
    ],
    acting_user=lambda _self, call, session: session.user or call.settings.users[-1],
    consent_required=never,
)
fault(
    "authorize.any-password",
    "Whoever knows the name of a user logs in, by any password.",
    breaks=["authorize.wrong-password"],
    password_matches=always,
)
fault(
    "authorize.without-consent",
    "A user who has logged in is not asked.",
    breaks=[
        "authorize.consent-required",
        "public.asked-again",
    ],
    consent_required=never,
)
also_in("oauth2", "authorize.without-consent", "!public.asked-again")
fault(
    "authorize.consent-of-another",
    "Once any user has allowed any client, nobody is asked any more.",
    breaks=[
        "authorize.consent-required",
        "public.asked-again",
    ],
    consent_required=lambda _self, call, *_: not list(call.state.store.every("code")),
)
fault(
    "authorize.denial-ignored",
    "A user who refuses gives a code all the same.",
    breaks=["authorize.denied", "authorize.denial-error"],
    consent_given=always,
)
fault(
    "authorize.denial-with-code",
    "A code comes with the error after a refusal.",
    breaks=[
        "authorize.denied",
        "authorize.missing-response-type",
        "authorize.unsupported-response-type",
        "pkce.plain",
        "pkce.plain-refused",
        "pkce.unknown-method",
        "public.challenge-required",
        "request.case-sensitive",
        "request.grant-not-allowed",
        "request.repeated[response_type]",
        "request.repeated[state]",
    ],
    denied_members=lambda self, call, asked, problem: {
        **Decisions.denied_members(self, call, asked, problem),
        "code": self.random_value(),
    },
)
fault(
    "authorize.denial-unnamed",
    "After a refusal the browser comes back without an error.",
    breaks=[
        "authorize.denial-error",
        "authorize.missing-response-type",
        "authorize.unsupported-response-type",
    ],
    denied_members=lambda self, call, asked, _problem: self.state_members(call, asked),
)
fault(
    "authorize.denial-misnamed",
    "A refusal is reported as server_error.",
    breaks=[
        "authorize.denial-error",
        "authorize-error.code",
        "pkce.missing-challenge-error",
        "pkce.unknown-method-error",
    ],
    denied_members=lambda self, call, asked, problem: {
        **Decisions.denied_members(self, call, asked, problem),
        "error": "server_error",
    },
)
fault(
    "authorize.secret-required",
    "The authorization page asks for the client's secret.",
    breaks=[
        "authorize.page",
        "popup.page",
    ],
    before=_refuse_without_secret,
)
fault(
    "authorize.unknown-parameter-refused",
    "An authorization request with a parameter that nobody defined is refused.",
    breaks=[
        "authorize.unknown-parameter",
    ],
    before=_refuse_unknown,
)

# The way back

fault(
    "authorize.fragment",
    "The code comes in the fragment.",
    breaks=[
        "authorize.without-secret",
        "authorize.code-in-query",
        "authorize.state",
        "issuer.with-code",
        "scope.omitted[authorization_code]",
    ],
    return_location=_location(lambda uri, pairs: f"{uri}#{pairs}"),
)
fault(
    "authorize.query-and-fragment",
    "The code comes in the query and in the fragment.",
    breaks=[
        "authorize.code-in-query",
        "authorize-error.in-query",
    ],
    return_location=_location(
        lambda uri, pairs: f"{uri}{'&' if '?' in uri else '?'}{pairs}#{pairs}"
    ),
)
fault(
    "authorize.code-twice",
    "The code comes twice in the query.",
    breaks=[
        "authorize.code-in-query",
        "authorize.state",
        "authorize-error.in-query",
        "authorize-error.state",
        "issuer.with-code",
        "issuer.with-error",
    ],
    return_location=_location(
        lambda uri, pairs: f"{uri}{'&' if '?' in uri else '?'}{pairs}&{pairs}"
    ),
)
fault(
    "authorize.query-dropped",
    "The query of the redirect_uri is replaced by the code.",
    breaks=["authorize.query-kept"],
    return_location=_location(lambda uri, pairs: f"{uri.partition('?')[0]}?{pairs}"),
)
fault(
    "authorize.query-joined-wrongly",
    "The code is joined by a question mark, even to a query.",
    breaks=[
        "authorize.denial-error",
        "authorize.query-kept",
        "authorize-error.in-query[denied]",
        "authorize-error.known[denied]",
    ],
    return_location=_location(lambda uri, pairs: f"{uri}?{pairs}"),
)
fault(
    "authorize.code-unescaped",
    "A code with characters that a query cannot hold is not escaped.",
    breaks=[
        "authorize.code-escaped",
        "grant.issues[authorization_code]",
        "lifetime.code-before",
        "lifetime.code-edge[before]",
        "value.shape[code]",
        "pkce.round-trip",
        "pkce.verifier-accepted",
        "basic.accepted",
        "scope.reported[authorization_code]",
    ],
    new_code=_odd,
    escape=when(_ends_oddly, lambda _self, _call, value: value, Decisions.escape),
)
fault(
    "authorize.code-escaped-twice",
    "A code is escaped twice.",
    breaks=[
        "grant.issues[authorization_code]",
        "lifetime.code-before",
        "lifetime.code-edge[before]",
        "value.shape[code]",
        "pkce.round-trip",
        "pkce.verifier-accepted",
        "basic.accepted",
        "scope.reported[authorization_code]",
    ],
    new_code=_odd,
    escape=when(
        _ends_oddly,
        lambda self, call, value: Decisions.escape(self, call, Decisions.escape(self, call, value)),
        Decisions.escape,
    ),
)
fault(
    "authorize.other-path",
    "The browser comes back to another path than that of the redirect_uri.",
    breaks=[
        "authorize.returns",
        "redirect.omitted-stays",
    ],
    return_uri=lambda _self, _call, asked: asked.redirect_uri.replace("callback", "index.html"),
)
fault(
    "authorize.other-member",
    "The user's id comes back with the code.",
    breaks=["authorize.only-code"],
    granted_members=lambda self, call, asked, code: {
        **Decisions.granted_members(self, call, asked, code),
        "user": code.lineage.subject,
    },
)
fault(
    "authorize.access-token-with-code",
    "An access token comes back with the code.",
    breaks=["authorize.only-code"],
    granted_members=lambda self, call, asked, code: {
        **Decisions.granted_members(self, call, asked, code),
        "access_token": self.issue(call, "access_token", code.lineage).value,
    },
)
fault(
    "authorize.state-dropped",
    "The state does not come back.",
    breaks=[
        "authorize.state",
        "authorize-error.state",
    ],
    state_members=gives({}),
)
fault(
    "authorize.state-cut",
    "Only the first eight characters of the state come back.",
    breaks=[
        "authorize.state",
        "authorize-error.state",
    ],
    state_members=lambda _self, _call, asked: {"state": asked.state[:8]} if asked.state else {},
)
fault(
    "authorize.state-unescaped",
    "The state comes back without being escaped.",
    breaks=[
        "authorize.state",
        "authorize-error.state",
    ],
    escape=lambda self, call, value: value if " " in value else Decisions.escape(self, call, value),
)
fault(
    "authorize.state-invented",
    "A state comes back although none was sent.",
    breaks=[
        "authorize.only-code",
        "request.blank[state]",
    ],
    state_members=lambda _self, _call, asked: {"state": asked.state or "none"},
)

# Requests that must lead nowhere

fault(
    "authorize.open-redirect",
    "The browser is sent wherever the redirect_uri says.",
    breaks=[
        "authorize.foreign-redirect-uri",
        "public.redirect-uri",
        "redirect.exact",
        "redirect.no-place",
        "redirect.other-clients",
        "redirect.told",
        "redirect.with-other-error",
    ],
    redirect_uri_registered=always,
)
fault(
    "authorize.same-scheme-is-enough",
    "A redirect_uri is taken for registered where it is https.",
    breaks=[
        "authorize.foreign-redirect-uri",
        "public.redirect-uri[web]",
        "redirect.exact[other-port]",
        "redirect.exact[other-scheme]",
        "redirect.exact[upper-case-host]",
        "redirect.other-clients",
        "redirect.told",
        "redirect.with-other-error",
    ],
    redirect_uri_registered=lambda self, call, client, uri: (
        urlsplit(uri).scheme == "https"
        or Decisions.redirect_uri_registered(self, call, client, uri)
    ),
)
fault(
    "authorize.unknown-client",
    "A client_id that nobody registered is served.",
    breaks=[
        "authorize.unknown-client",
        "request.odd-client[long]",
        "request.odd-client[markup]",
    ],
    find_asking_client=_stranger,
)
fault(
    "authorize.response-type-optional",
    "Without a response_type a code is given.",
    breaks=["authorize.missing-response-type"],
    response_type=lambda self, call: Decisions.response_type(self, call) or "code",
)
fault(
    "authorize.response-type-unchecked",
    "For any response_type a code is given.",
    breaks=[
        "authorize.unsupported-response-type",
        "request.case-sensitive",
    ],
    response_type_served=always,
)
fault(
    "authorize.response-type-silent",
    "An unknown response_type is answered by a redirect without an error.",
    breaks=["authorize.unsupported-response-type"],
    denied_members=when(
        lambda _self, _call, _asked, problem: problem is UNKNOWN_RESPONSE_TYPE,
        gives({}),
        Decisions.denied_members,
    ),
)

# What the user's side must not see

fault(
    "authorize.secret-on-page",
    "The pages hold the client's secret.",
    breaks=["authorize.secret-not-shown"],
    page=lambda self, call, name, values: (
        f"{Decisions.page(self, call, name, values)}<!-- {call.settings.clients[0].secret} -->"
    ),
)
fault(
    "authorize.secret-in-cookie",
    "The client's secret is left in a cookie.",
    breaks=["authorize.secret-not-shown"],
    redirect_headers=_headers_with_secret,
)
fault(
    "authorize.secret-in-redirect",
    "The client's secret comes back with the code.",
    breaks=["authorize.only-code", "authorize.secret-not-shown", "authorize.secret-not-forwarded"],
    granted_members=lambda self, call, asked, code: {
        **Decisions.granted_members(self, call, asked, code),
        "client_secret": _secret_of(call, asked),
    },
)
fault(
    "authorize.secret-forwarded",
    "Parameters that nobody defined are passed on, a secret among them.",
    breaks=["authorize.secret-not-forwarded"],
    uses_popup=_remember_secret,
    granted_members=lambda self, call, asked, code: {
        **Decisions.granted_members(self, call, asked, code),
        **self.__dict__.get("sent", {}),
    },
)
fault(
    "authorize.framed-by-anybody",
    "The pages name everybody as who may frame them.",
    breaks=["authorize.framing"],
    page_headers=lambda self, call, script="": {
        **Decisions.page_headers(self, call, script),
        "Content-Security-Policy": "frame-ancestors *",
    },
)
fault(
    "authorize.framed",
    "The pages can be framed.",
    breaks=[
        "authorize.framing",
        "consent.content-security-policy",
    ],
    page_headers=lambda *_: {"Content-Type": "text/html; charset=utf-8"},
)
