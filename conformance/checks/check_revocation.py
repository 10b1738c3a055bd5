"""Revocation: what a client gives back is dead, whatever it is called (RFC 7009)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.management import (
    BENT_CALLERS,
    about,
    refreshable,
    revocable,
    revoke,
    revoked,
)
from conformance.checks.mutations import made_up
from conformance.checks.propagation import opens, settled
from conformance.targets import Client, Service, Tokens
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import describe
from conformance.wire import Exchange

_KINDS = ("access_token", "refresh_token")
_NO_SUCH_HINT = "no_such_type"
# RFC 6749 section 5.2 and RFC 7009 section 2.2.1.
_CODES = (
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"),
    *("unsupported_grant_type", "invalid_scope", "unsupported_token_type"),
)


def _bearer(service: Service) -> Tokens:
    """Return tokens of which the access token opens a resource and can be given back."""
    service.features.need("revocation")
    tokens = service.bearer()
    if not opens(service, tokens):
        raise Inconclusive("the access token was not accepted even before its revocation")
    return tokens


def _refreshing(service: Service) -> Tokens:
    """Return tokens with a refresh token that can be given back."""
    service.features.need("revocation")
    tokens = service.tokens(service.origins()[0])
    service.refresh_token(tokens)
    return tokens


def _expect_alive(service: Service, tokens: Tokens, what: str, exchange: Exchange) -> None:
    """Expect that a refresh token still works, where those do that nobody touched."""
    alive = refreshable(service, tokens)
    if not alive and not refreshable(service, service.tokens(service.origins()[0])):
        raise Inconclusive("a refresh token that nobody touched is refused too", "refresh_token")
    expect.that(alive, f"a token to survive {what}", "it was revoked", exchange)


def _accepted(exchange: Exchange, what: str) -> None:
    seen = describe(exchange)
    expect.that(exchange.status == 200, f"{what} to be answered with status 200", seen, exchange)


def _revoked_access_token(service: Service, tokens: Tokens) -> Exchange:
    """Revoke an access token; raises `NotApplicable` where a service does so with none."""
    exchange = revocable(revoke(service, tokens.client, tokens.access_token))
    _accepted(exchange, "the revocation of an access token")
    return exchange


@check("revocation.refresh-token")
def check_refresh_token(service: Service) -> None:
    """A refresh token that was revoked is refused."""
    tokens = _refreshing(service)
    exchange = revoke(service, tokens.client, service.refresh_token(tokens))
    _accepted(exchange, "the revocation of a refresh token")
    dead = not refreshable(service, tokens)
    expect.that(dead, "a revoked refresh token to be refused", "it was accepted", exchange)


@check("revocation.access-token")
def check_access_token(service: Service) -> None:
    """An access token that was revoked is refused."""
    tokens = _bearer(service)
    exchange = _revoked_access_token(service, tokens)
    dead = settled(service, lambda: not opens(service, tokens))
    expect.that(dead, "a revoked access token to be refused", "it was accepted", exchange)


def _hinted_access_token(service: Service, hint: str) -> tuple[Exchange, bool]:
    _revoked_access_token(service, _bearer(service))  # where this is supported, and only there
    tokens = _bearer(service)
    exchange = revoke(service, tokens.client, tokens.access_token, hint)
    _accepted(exchange, f"the revocation of an access token with the hint {hint}")
    return exchange, settled(service, lambda: not opens(service, tokens))


def _hinted_refresh_token(service: Service, hint: str) -> tuple[Exchange, bool]:
    tokens = _refreshing(service)
    exchange = revoke(service, tokens.client, service.refresh_token(tokens), hint)
    _accepted(exchange, f"the revocation of a refresh token with the hint {hint}")
    return exchange, not refreshable(service, tokens)


_HINTED: Mapping[str, Callable[[Service, str], tuple[Exchange, bool]]] = {
    "access_token": _hinted_access_token,
    "refresh_token": _hinted_refresh_token,
}


@check("revocation.wrong-hint", kind=_KINDS)
def check_wrong_hint(service: Service, kind: str) -> None:
    """A hint at the other kind of token does not save a token."""
    other = next(one for one in _KINDS if one != kind)
    exchange, dead = _HINTED[kind](service, other)
    expect.that(dead, f"the {kind} to be dead in spite of the hint", "it is alive", exchange)


@check("revocation.unknown-hint", kind=_KINDS)
def check_unknown_hint(service: Service, kind: str) -> None:
    """A hint that nobody knows is ignored."""
    exchange, dead = _HINTED[kind](service, _NO_SUCH_HINT)
    expect.that(dead, f"the {kind} to be dead in spite of the hint", "it is alive", exchange)


@check("revocation.client", how=tuple(BENT_CALLERS))
def check_client(service: Service, how: str) -> None:
    """A revocation without the right client credentials leaves the token alive."""
    tokens = _refreshing(service)
    request = about(tokens.client, service.refresh_token(tokens))
    exchange = service.send(BENT_CALLERS[how](service, request), "revocation")
    _expect_alive(service, tokens, f"a revocation with {how}", exchange)
    _expect_revocable(service)


@check("revocation.other-client")
def check_other_client(service: Service) -> None:
    """A client cannot revoke a token of another."""
    exchange, tokens = _attempt_of_another(service)
    _expect_alive(service, tokens, "the attempt of another client", exchange)
    _expect_revocable(service, service.client("other_client"))


@check("revocation.other-client-told")
def check_other_client_told(service: Service) -> None:
    """A client that tries to revoke a token of another is told that it may not."""
    exchange, _ = _attempt_of_another(service)
    seen = describe(exchange)
    expect.that(400 <= exchange.status < 500, "the attempt to be refused", seen, exchange)


def _attempt_of_another(service: Service) -> tuple[Exchange, Tokens]:
    tokens, other = _refreshing(service), service.client("other_client")
    return revoke(service, other, service.refresh_token(tokens)), tokens


def _expect_revocable(service: Service, client: Client | None = None) -> None:
    """Show that a right revocation works; raises `Inconclusive` where it does not."""
    tokens = service.tokens(service.origins()[0], client=client)
    revoked(service, tokens, service.refresh_token(tokens))
    if refreshable(service, tokens):
        raise Inconclusive("a revocation as it should be has no effect either", "revocation")


@check("revocation.takes-access-token-along")
def check_takes_access_token_along(service: Service) -> None:
    """The revocation of a refresh token ends the access tokens of its grant too."""
    tokens = _bearer(service)
    _revoked_access_token(service, service.bearer())  # where this is supported, and only there
    exchange = revoked(service, tokens, service.refresh_token(tokens))
    dead = settled(service, lambda: not opens(service, tokens))
    expect.that(dead, "the access token to die with the refresh token", "it lives", exchange)


@check("revocation.takes-refresh-token-along")
def check_takes_refresh_token_along(service: Service) -> None:
    """Whether the revocation of an access token ends its refresh token is recorded."""
    tokens = _bearer(service)
    service.refresh_token(tokens)
    _revoked_access_token(service, tokens)
    service.observe("revocation.takes_refresh_token_along", not refreshable(service, tokens))


@check("revocation.unknown-token", state=("made-up", "revoked"))
def check_unknown_token(service: Service, state: str) -> None:
    """Revoking what is no token, or no more, is answered with 200: it is as it should be."""
    tokens = _refreshing(service)
    value = service.refresh_token(tokens)
    if state == "revoked":
        revoked(service, tokens, value)
    else:
        value = made_up(service, value)
    exchange = revoke(service, tokens.client, value)
    _accepted(exchange, f"the revocation of a token that is {state}")


@check("revocation.error", mistake=("missing-token", "wrong-secret"))
def check_error(service: Service, mistake: str) -> None:
    """A mistake in a revocation is refused in the form of the token endpoint's errors."""
    tokens = _refreshing(service)
    request = about(tokens.client, service.refresh_token(tokens))
    bent = {
        "missing-token": request.without("token"),
        "wrong-secret": BENT_CALLERS["wrong-secret"](service, request),
    }[mistake]
    exchange = service.send(bent, "revocation")
    if mistake == "missing-token" and exchange.status == 200:
        raise NotApplicable("a revocation without a token is no error here (reading OA-11)")
    expect.that(
        exchange.status in (400, 401), "status 400 or 401", f"status {exchange.status}", exchange
    )
    seen = exchange.members.get("error")
    expect.that(seen in _CODES, "an error code of RFC 6749 or 7009", f"{seen!r}", exchange)


@check("revocation.missing-token")
def check_missing_token(service: Service) -> None:
    """A revocation that names no token is refused."""
    tokens = _refreshing(service)
    request = about(tokens.client, service.refresh_token(tokens)).without("token")
    exchange = service.send(request, "revocation")
    seen = describe(exchange)
    expect.that(400 <= exchange.status < 500, "a missing token to be refused", seen, exchange)


@check("revocation.by-get")
def check_by_get(service: Service) -> None:
    """A revocation that is sent by GET has no effect."""
    tokens = _refreshing(service)
    request = about(tokens.client, service.refresh_token(tokens))
    url = service.live.endpoint("revocation")
    exchange = service.wire.send("GET", url, query=request.parameters)
    _expect_alive(service, tokens, "a GET", exchange)
