"""The pages where a user decides: not forged, not framed, not read by others (RFC 6749, 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from conformance.checks import expect
from conformance.checks.authorization import (
    GRANT,
    asking_client,
    code_twins,
    query,
    stranger_pair,
)
from conformance.checks.catalogue import Turn, check
from conformance.checks.consent import Asked, asked, pages, shown
from conformance.targets import Client, Code, Service, Span, User, Visit
from conformance.targets.consent.forms import Submission
from conformance.targets.consent.halted import common
from conformance.targets.errors import ConsentError
from conformance.verdict import Inconclusive, NotApplicable

_ORIGIN = {"Origin": "https://attacker.example"}
_MARKUP = "\"'><svg/onload=x9>"
_SHOWN = "<svg/onload=x9>"
_LEAKY = {"unsafe-url", "no-referrer-when-downgrade"}


def _held(one: Asked) -> Submission:
    if one.walk.held is None:
        raise Inconclusive("no page asks the user for a decision alone", "consent_page")
    return one.walk.held


def _without_token(victim: Asked, stranger: Asked) -> Submission:
    """Return the decision without what differs between two users: a stranger cannot know that."""
    if _held(victim).url != _held(stranger).url:
        raise NotApplicable("the address that the form goes to is nothing that a stranger knows")
    return replace(_held(victim), pairs=common(_held(victim), _held(stranger)))


_FORGERIES: Mapping[str, Callable[[Asked, Asked], Submission]] = {
    "without-token": _without_token,
    "foreign-token": lambda _victim, stranger: _held(stranger),
}


@check("consent.forged", turn=Turn.FIRST, how=tuple(_FORGERIES))
def check_forged(service: Service, how: str) -> None:
    """What another site makes a user's browser send is no consent of that user."""
    client, _ = stranger_pair(service)  # who has allowed a client is not always asked again
    with code_twins(service):
        victim = asked(service, client, service.user())
        stranger = asked(service, client, service.user("other_user"))
        try:
            victim.walk.lured(_FORGERIES[how](victim, stranger))
        except ConsentError as problem:
            raise Inconclusive(str(problem)) from None
        requests = (stranger, victim) if how == "foreign-token" else (victim, stranger)
        deceived = _stands_for(service, victim, requests)
        expect.that(not deceived, "no code for the user", "a code", victim.walk.last)


def _stands_for(service: Service, victim: Asked, requests: Iterable[Asked]) -> bool:
    """Tell whether the forged decision yielded a code that stands for the victim.

    `requests` are those that the code may belong to, the likelier one first.
    """
    code = dict(query(victim.walk.redirect or "")).get("code")
    if code is None:
        return False
    span = Span(victim.walk.last.sent_at, victim.walk.last.received_at)
    told = []
    for one in requests:
        held = Code(code, one.client, one.user, one.client.redirect_uri, span, one.verifier)
        request = service.grant_request(GRANT, code=held)
        tokens = service.issued(request, service.send(request))
        told += [service.whoami(tokens.access_token)] if tokens else []
    if not told:
        raise Inconclusive("a code came, and could not be redeemed")
    return victim.user.id in told


@check("consent.of-another-client", turn=Turn.FIRST)
def check_of_another_client(service: Service) -> None:
    """A user who has allowed one client is asked again when another one comes."""
    other, user = service.client("other_client"), service.user()
    if GRANT not in other.grants or not other.redirect_uri:
        raise Inconclusive("[other_client] asks no user", "other_client")
    if _opened(service, other, user, returning=False).code is not None:
        raise Inconclusive("the user was not asked, or has allowed it before", "fresh_user")
    service.code(user=user)
    visit = _opened(service, other, user, returning=True)
    expect.that(visit.code is None, "a user who is asked", "a code", visit.last)


def _opened(service: Service, client: Client, user: User, *, returning: bool) -> Visit:
    """Let a user open the request of a client, log in where need be, and not decide."""
    url, home = service.authorize_url(client), client.redirect_uri
    return service.visit(url, user, "leave", redirect_uri=home, returning=returning)


@check("consent.content-security-policy", turn=Turn.FIRST)
def check_content_security_policy(service: Service) -> None:
    """Every page on the way to a decision names who may frame it in its Content-Security-Policy."""
    for page in pages(service):
        holds = "frame-ancestors" in page.policy
        expect.that(holds, "frame-ancestors", page.policy or "no policy", page.exchange)


@check("consent.no-cross-origin", method=("GET", "OPTIONS"))
def check_no_cross_origin(service: Service, method: str) -> None:
    """No script of another site may read an answer of the authorization endpoint."""
    asking = {"Access-Control-Request-Method": "GET"} if method == "OPTIONS" else {}
    url = service.authorize_url(asking_client(service))
    exchange = service.wire.send(method, url, headers={**_ORIGIN, **asking})
    if exchange.response is None:
        raise Inconclusive(f"no answer: {exchange.failure}")
    seen = exchange.response.header("Access-Control-Allow-Origin")
    expect.that(seen is None, "no Access-Control-Allow-Origin", f"{seen!r}", exchange)


@check(
    "consent.escaped", turn=Turn.FIRST, parameter=("state", "scope", "client_id", "redirect_uri")
)
def check_escaped(service: Service, parameter: str) -> None:
    """What a request says is never markup on a page."""
    client = asking_client(service)
    own: Mapping[str, str] = {"client_id": client.id, "redirect_uri": client.redirect_uri}
    bent = own.get(parameter, "x") + _MARKUP
    user = service.user()
    with code_twins(service), service.watched() as seen:
        url = service.authorize_url(client, extra={parameter: bent})
        with suppress(Inconclusive):  # a page that tells of an error is a page too
            service.visit(url, user, "leave", redirect_uri=bent)
        found = next((one for one in shown(seen) if _SHOWN in one.response.text), None)
        at = found.exchange if found else None
        expect.that(found is None, "no markup of the request", "a page that holds it", at)


@check("consent.own-content", turn=Turn.FIRST)
def check_own_content(service: Service) -> None:
    """No page on the way to a decision loads anything from somebody else."""
    for page in pages(service):
        urls = [urljoin(page.exchange.request.url, address) for address in page.loaded]
        foreign = [one for one in urls if _is_foreign(service, one)]
        expect.that(not foreign, "nothing of other hosts", ", ".join(foreign), page.exchange)


@check("consent.referrer", turn=Turn.FIRST)
def check_referrer(service: Service) -> None:
    """No page on the way to a decision wants its whole address told to other sites."""
    for page in pages(service):
        policy = page.referrer_policy
        expect.that(policy not in _LEAKY, "a policy that keeps it", policy, page.exchange)


def _is_foreign(service: Service, url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.netloc not in service.wire.hosts
