"""The pages of login and consent: forged, framed, read and misused (RFC 6749 section 10)."""

from __future__ import annotations

from typing import Any

from conformance.faults.catalogue import also_in, fault, only_in
from conformance.faults.conditions import always
from conformance.reference import Decisions
from conformance.reference.authorize import COOKIE
from conformance.reference.call import Call
from conformance.reference.sessions import AuthorizationRequest, Session, Sessions
from conformance.reference.settings import User

_OPEN_COOKIE = "; Path=/; HttpOnly"


def _latest(self: Decisions, call: Call) -> AuthorizationRequest | None:
    """Return the last request of a browser, whatever the form says."""
    session = call.state.sessions.open(call.cookies.get(COOKIE))
    return self.__dict__.get("latest", {}).get(session) or Decisions.waiting_request(self, call)


def _remembering(self: Decisions, call: Call, asked: AuthorizationRequest, user: User) -> bool:
    self.__dict__.setdefault("latest", {})[asked.session] = asked
    return Decisions.consent_required(self, call, asked, user)


def _asked_once(self: Decisions, _call: Call, asked: AuthorizationRequest, _user: User) -> bool:
    seen = self.__dict__.setdefault("seen", set())
    known = asked.session in seen
    seen.add(asked.session)
    return not known


def _whose_cookie(_self: Decisions, call: Call, session: Session) -> User | None:
    sessions: Sessions = call.state.sessions
    deciding = call.form.get("decision") is not None
    return sessions.open(call.cookies.get(COOKIE)).user if deciding else session.user


def _with_markup(self: Decisions, call: Call, name: str, values: dict[str, object]) -> str:
    said = "".join(value for _, value in call.query.pairs)
    return f"{Decisions.page(self, call, name, values)}<p>{said}</p>"


def _with_scope(self: Decisions, call: Call, name: str, values: dict[str, object]) -> str:
    said = call.query.get("scope") or ""
    return f"{Decisions.page(self, call, name, values)}<p>{said}</p>"


def _headers(**more: str) -> Any:  # noqa: ANN401
    def headers(self: Decisions, call: Call, script: str = "") -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {**Decisions.page_headers(self, call, script), **named}

    return headers


fault(
    "consent.without-token",
    "A consent is taken for the last request of the browser, without a token.",
    breaks=["consent.forged"],
    consent_required=_remembering,
    waiting_request=_latest,
    cookie_attributes=lambda *_: _OPEN_COOKIE,
)
fault(
    "consent.token-of-anybody",
    "The token of a form is good in every browser.",
    breaks=["consent.forged[foreign-token]"],
    form_genuine=always,
    acting_user=_whose_cookie,
    cookie_attributes=lambda *_: _OPEN_COOKIE,
)
fault(
    "consent.for-all-clients",
    "A user who was asked once is not asked again, whichever client comes.",
    breaks=["consent.of-another-client", "public.asked-again"],
    consent_required=_asked_once,
)
fault(
    "consent.frame-by-old-header-only",
    "The pages refuse to be framed by X-Frame-Options alone.",
    breaks=["consent.content-security-policy"],
    page_headers=_headers(Content_Security_Policy="default-src 'self'"),
)
fault(
    "consent.cross-origin",
    "Scripts of other sites may read the pages.",
    breaks=["consent.no-cross-origin[GET]"],
    page_headers=_headers(Access_Control_Allow_Origin="*"),
)
fault(
    "consent.cross-origin-preflight",
    "Scripts of other sites are told that they may call the endpoint.",
    breaks=["consent.no-cross-origin[OPTIONS]"],
    resource_error_headers=lambda self, call, problem: {
        **Decisions.resource_error_headers(self, call, problem),
        "Access-Control-Allow-Origin": "*",
    },
)
fault(
    "consent.markup",
    "The pages repeat what the request says, as it stands.",
    breaks=["consent.escaped"],
    page=_with_markup,
)
also_in("oauth2", "consent.markup", "!consent.escaped[scope]")  # such a scope gets no page
fault(
    "consent.scope-markup",
    "Every word is granted as a scope, and the pages repeat it as it stands.",
    breaks=["consent.escaped[scope]", "scope.unknown", "scope.malformed[*]"],
    scope_served=always,
    page=_with_scope,
)
only_in("oauth2", "consent.scope-markup")
fault(
    "consent.foreign-script",
    "The pages load a script of somebody else.",
    breaks=["consent.own-content"],
    page=lambda self, call, name, values: (
        f'{Decisions.page(self, call, name, values)}<script src="https://cdn.example/x.js"></script>'
    ),
)
fault(
    "consent.address-told",
    "The pages have their whole address told to every site.",
    breaks=["consent.referrer"],
    page_headers=_headers(Referrer_Policy="unsafe-url"),
)
