"""The authorization endpoint: who may get a code, and how it comes back (RFC 6749 section 4.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from conformance.checks import expect
from conformance.checks.authorization import (
    allowed,
    asking_client,
    code_twins,
    ended,
    query,
    stranger_pair,
)
from conformance.checks.catalogue import Turn, check
from conformance.checks.consent import pages
from conformance.checks.mutations import made_up
from conformance.checks.popup import client_of, popup_url, returns_without
from conformance.targets import Client, Service, Visit
from conformance.targets.risk import Risk
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.exit import TYPING
from conformance.wire import Exchange

_STATE = "a b/c?d=e&f+g%h~"
_ESCAPED_STATE = "%41%2B%20%25"  # what a server that decodes twice takes for something else
_LONG_STATE = "".join(map(chr, range(0x20, 0x7F))) * 4  # every VSCHAR (RFC 6749 appendix A.5)
_REFUSALS = 3  # for a server that listens to the first only, or to every second
_TYPING = ("form", "browser")  # drivers that type the password which they are given
_FOREIGN = "https://attacker.example/callback"
_ANCESTORS = re.compile(r"frame-ancestors([^;,]*)", re.IGNORECASE)
_ANYBODY = {"*", "http:", "https:"}  # who may frame the page where one of these stands
# What may come with a code that nobody asked for: `iss` is RFC 9207.
_TOLERATED = {"code", "iss"}
# RFC 6749 appendix B refers to HTML 4.01, which escapes what is "reserved" in RFC 1738 section 2.2.
_ENCODED = re.compile(r"(?:[A-Za-z0-9._~*!'(),$-]|%[0-9A-Fa-f]{2})+")
_GOES_ON = re.compile(r"(?i)<script\b|http-equiv\s*=\s*[\"']?refresh")


def _followed(service: Service) -> Visit:
    """Let the user allow the documented request, and see the browser come back or not.

    A page with a script may take it back as well as a redirect does (RFC 6749 section 1.7), so such
    a page is no evidence.
    """
    client = asking_client(service)
    visit = service.visit(
        service.authorize_url(client), service.user(), redirect_uri=client.redirect_uri
    )
    page = visit.last.response
    if visit.redirect is None and page is not None and _GOES_ON.search(page.text):
        raise Inconclusive(
            "the last page may go back by a script, which needs a browser", "redirect_capture"
        )
    return visit


@check("authorize.page")
def check_page(service: Service) -> None:
    """The documented authorization request shows the user a page."""
    expect.page(service.visit(service.authorize_url(asking_client(service)), None))


@check("authorize.without-secret")
def check_without_secret(service: Service) -> None:
    """A code is given to a request that carries no client secret."""
    visit = _followed(service)
    expect.that(visit.code is not None, "a code", "none", visit.last)


@check("authorize.login-required")
def check_login_required(service: Service) -> None:
    """Nobody gets a code before a user has logged in."""
    with code_twins(service):
        client = asking_client(service)
        visit = service.visit(service.authorize_url(client), None)
        expect.that(visit.code is None, "no code before a login", "a code", visit.last)
        if service.live.consent.name in _TYPING and not service.live.file.http.headers:
            url, home = service.authorize_url(client), client.redirect_uri
            visit = service.visit(url, service.user(), redirect_uri=home)
            known = visit.code is None or visit.identified
            expect.that(known, "a page that asks who the user is", "a code", visit.last)


@check("authorize.wrong-password", risk=Risk.LOCKOUT)
def check_wrong_password(service: Service) -> None:
    """Nobody gets a code by a password that is not the user's."""
    if service.live.consent.name not in _TYPING:
        raise Inconclusive(
            "the driver of [consent] logs in by itself, and types no wrong password", TYPING
        )
    for kind, wrong in (("wrong", made_up(service, "x" * 24)), ("blank", "")):
        with code_twins(service), service.watched() as seen:
            code = _code_by(service, wrong)
            if not any(wrong.encode() in one.request.body for one in seen):
                raise NotApplicable("no page asks for a password")
            expect.that(code is None, f"no code for a {kind} password", "a code", seen[-1])


def _code_by(service: Service, password: str) -> str | None:
    client, impostor = asking_client(service), replace(service.user(), password=password)
    url = service.authorize_url(client)
    with suppress(Inconclusive):  # a page that asks once more
        return service.visit(url, impostor, redirect_uri=client.redirect_uri).code
    return None


@check("authorize.consent-required", turn=Turn.FIRST)
def check_consent_required(service: Service) -> None:
    """Nobody gets a code before the user has allowed it."""
    client, user = stranger_pair(service)
    with code_twins(service):
        url = service.authorize_url(client)
        visit = service.visit(url, user, "leave", redirect_uri=client.redirect_uri)
        if visit.code is not None and service.live.kind == "remote":
            raise Inconclusive("the service may remember an earlier consent", "fresh_user")
        expect.that(visit.code is None, "no code before the user allowed it", "a code", visit.last)


@check("authorize.denied", turn=Turn.FIRST)
def check_denied(service: Service) -> None:
    """A user who refuses gives no code."""
    _expect_no_code(_denied(service))
    with suppress(Inconclusive):  # a refusal may be remembered, so that nobody is asked again
        for _ in range(_REFUSALS - 1):
            _expect_no_code(_denied(service))


def _expect_no_code(visit: Visit) -> None:
    expect.that(visit.code is None, "no code after a refusal", "a code", visit.last)


@check("authorize.denial-error", turn=Turn.FIRST)
def check_denial_error(service: Service) -> None:
    """A refusal is reported to the client as access_denied (RFC 6749 section 4.1.2.1)."""
    visit = _denied(service)
    error = dict(query(visit.redirect or "")).get("error")
    seen = repr(error) if error else "no error in the redirect"
    expect.that(error == "access_denied", "error=access_denied", seen, visit.last)


@check("authorize.returns")
def check_returns(service: Service) -> None:
    """The browser comes back to the redirect_uri that was sent."""
    visit = _followed(service)
    seen = urlsplit(visit.redirect or "")
    holds = seen[:3] == urlsplit(asking_client(service).redirect_uri)[:3]
    expect.that(
        holds, "a redirect to the redirect_uri", f"{seen.netloc}{seen.path}" or "none", visit.last
    )


@check("authorize.code-in-query")
def check_code_inquery(service: Service) -> None:
    """The code comes as one query parameter, and not in the fragment."""
    visit, redirect = allowed(service)
    codes = [value for name, value in query(redirect) if name == "code"]
    fragment = urlsplit(redirect).fragment
    shown = "code=" in fragment or any(code and code in fragment for code in codes)
    seen = f"{len(codes)} in the query" + (", one in the fragment" if shown else "")
    holds = len(codes) == 1 and codes[0] != "" and not shown
    expect.that(holds, "one code, in the query", seen, visit.last)


@check("authorize.only-code")
def check_only_code(service: Service) -> None:
    """Nothing but the code is added to the redirect_uri where no state was sent."""
    visit, redirect = allowed(service)
    own = {name for name, _ in query(asking_client(service).redirect_uri)}
    others = sorted({name for name, _ in query(redirect)} - own - _TOLERATED)
    expect.that(not others, "only a code", ", ".join(others), visit.last)


@check("authorize.query-kept")
def check_query_kept(service: Service) -> None:
    """A query that the redirect_uri has of its own is kept."""
    client = _client_withquery(service)
    visit, redirect = allowed(service, client)
    own, seen = query(client.redirect_uri), query(redirect)
    lost = [name for name, value in own if (name, value) not in seen]
    expect.that(not lost, "the redirect_uri's own query", f"lost: {', '.join(lost)}", visit.last)


@check("authorize.code-escaped")
def check_code_escaped(service: Service) -> None:
    """The code is encoded for a query, so that decoding it once gives the code."""
    visit, redirect = allowed(service)
    raw = [
        part.partition("=")[2]
        for part in urlsplit(redirect).query.split("&")
        if part.startswith("code=")
    ]
    holds = all(map(_ENCODED.fullmatch, raw))
    expect.that(holds, "a code encoded for a query", "characters that are not", visit.last)


@check("authorize.secret-not-shown")
def check_secret_not_shown(service: Service) -> None:
    """The client secret is on no page, in no cookie and in no redirect that the user meets."""
    client = asking_client(service)
    with service.watched() as exchanges:
        allowed(service, client)
    if not exchanges:
        raise Inconclusive("there is no page that could be judged")
    found = next((one for one in exchanges if _carries(one, client.secret)), None)
    expect.that(found is None, "no client secret on the user's side", "it was there", found)


@check("authorize.secret-not-forwarded")
def check_secret_not_forwarded(service: Service) -> None:
    """A client secret that was sent by mistake is not passed on to the redirect_uri."""
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, extra={"client_secret": client.secret})
        redirect = ended(service, url, client.redirect_uri).redirect
        holds = client.secret not in (redirect or "")
        expect.that(holds, "no client secret in the redirect", "it was there")


@check("authorize.unknown-client")
def check_unknown_client(service: Service) -> None:
    """A client_id that was never registered causes no redirect (RFC 6749 section 4.1.2.1)."""
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, extra={"client_id": made_up(service, client.id)})
        redirect = ended(service, url, client.redirect_uri).redirect
        expect.that(redirect is None, "no redirect for an unknown client", "a redirect")


@check("authorize.foreign-redirect-uri")
def check_foreign_redirect_uri(service: Service) -> None:
    """A redirect_uri that was never registered is not redirected to (RFC 6749 section 3.1.2.4)."""
    with code_twins(service):
        url = service.authorize_url(asking_client(service), extra={"redirect_uri": _FOREIGN})
        ending = ended(service, url, _FOREIGN)
        # Elsewhere, to the registered one, say, the browser may be sent; a code may go nowhere.
        led = (ending.redirect or "").startswith(_FOREIGN) or ending.code is not None
        expect.that(not led, "no redirect to an unregistered redirect_uri", ending.kind)


@check("authorize.state")
def check_state(service: Service) -> None:
    """The state comes back with the code, byte for byte."""
    _expect_state(service, _STATE)
    for odd in (_LONG_STATE, _ESCAPED_STATE):
        with suppress(Inconclusive):  # a request may be refused for its length, or by a guard
            _expect_state(service, odd)
    with suppress(Inconclusive, NotApplicable):  # popups are for others to judge
        _expect_state_by_popup(service)


def _expect_state_by_popup(service: Service) -> None:
    state = made_up(service, "x" * 24)
    home = client_of(service).redirect_uri
    visit = service.visit(popup_url(service, state=state), service.user(), redirect_uri=home)
    page = visit.page.response.text if visit.page and visit.page.response else ""
    lost = returns_without(page, home, state)
    expect.that(not lost, "the state that was sent", "none, in a popup", visit.last)


def _expect_state(service: Service, sent: str) -> None:
    visit, redirect = allowed(service, state=sent)
    seen = [value for name, value in query(redirect) if name == "state"]
    expect.that(seen == [sent], "the state that was sent", _beside(sent, seen), visit.last)


def _beside(sent: str, seen: Sequence[str]) -> str:
    """Say in what a state that came back is another than the one that was sent."""
    if len(seen) != 1:
        return f"{list(seen) or 'none'}"
    if sent.startswith(seen[0]):
        return f"the first {len(seen[0])} of {len(sent)} characters"
    if sent.strip() == seen[0]:
        return "the same without the blanks at its ends"
    return f"{list(seen)}"


@check("authorize.missing-response-type")
def check_missing_response_type(service: Service) -> None:
    """A request without response_type is answered with an error and no code."""
    _expect_error(
        service, service.authorize_url(asking_client(service), without=("response_type",))
    )


@check("authorize.unsupported-response-type")
def check_unsupported_response_type(service: Service) -> None:
    """A response_type that the service does not know is answered with an error and no code."""
    _expect_error(
        service,
        service.authorize_url(asking_client(service), extra={"response_type": "no_such_type"}),
    )


@check("authorize.unknown-parameter")
def check_unknown_parameter(service: Service) -> None:
    """A parameter that nobody has defined is ignored."""
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, extra={"x_unknown": "1"})
        redirect = ended(service, url, client.redirect_uri).redirect
        names = {name for name, _ in query(redirect or "")}
        expect.that("code" in names, "a code", "none")


@check("authorize.framing", turn=Turn.FIRST)
def check_framing(service: Service) -> None:
    """The pages where a user decides refuse to be framed (RFC 6749 section 10.13)."""
    for page in pages(service):
        ancestors = _ANCESTORS.search(page.policy)
        # Of the two the policy counts, where there is one (CSP 3, frame-ancestors).
        refuses = (
            not _ANYBODY & set(ancestors[1].lower().split())
            if ancestors
            else page.response.header("X-Frame-Options")
        )
        expect.that(bool(refuses), "X-Frame-Options or frame-ancestors", "neither", page.exchange)


def _denied(service: Service) -> Visit:
    client, user = stranger_pair(service)
    with code_twins(service):
        url = service.authorize_url(client)
        visit = service.visit(url, user, "deny", redirect_uri=client.redirect_uri)
    if "deny" not in visit.steps:
        raise Inconclusive("the user was not asked", "fresh_user")
    return visit


def _expect_error(service: Service, url: str) -> None:
    with code_twins(service):
        redirect = ended(service, url, asking_client(service).redirect_uri).redirect
        names = {name for name, _ in query(redirect or "")}
        expect.that("code" not in names, "no code", "a code")
        expect.that("error" in names, "an error in the query of the redirect", "none")


def _client_withquery(service: Service) -> Client:
    for role in ("client", "other_client"):
        found = service.live.client(role)
        if found and urlsplit(found.redirect_uri).query:
            return found
    raise Inconclusive("no client's redirect_uri has a query", "client_with_query_uri")


def _carries(exchange: Exchange, secret: str) -> bool:
    response = exchange.response
    if response is None:
        return False
    return secret in response.text or any(secret in value for _, value in response.headers)
