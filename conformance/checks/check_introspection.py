"""Introspection: whether a token works, told to those who may know (RFC 7662)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.checks import expect
from conformance.checks.catalogue import Hold, Lifetimes, check
from conformance.checks.management import (
    BENT_CALLERS,
    Bend,
    about,
    introspect,
    introspection_twins,
    revoked,
    revoked_access_token,
)
from conformance.checks.mutations import made_up
from conformance.checks.propagation import settled
from conformance.targets import GrantRequest, Service, Span, Tokens, Window
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import describe
from conformance.wire import Exchange

_TIMES = ("exp", "iat", "nbf")
_CENTURY = 3_155_760_000  # seconds; who says "never" by the year 9999 does not get there
_SKEW = 300  # seconds by which the two clocks may differ


def _bearer(service: Service) -> Tokens:
    service.features.need("introspection")
    return service.loan.tokens()


def _fresh(service: Service) -> Tokens:
    service.features.need("introspection")
    return service.bearer()


def _live(service: Service) -> tuple[Tokens, Exchange]:
    """Return live tokens and what is told of them; whether they are active is judged elsewhere."""
    tokens = _bearer(service)
    exchange = introspect(service, tokens.client, tokens.access_token)
    if exchange.status != 200:
        raise Inconclusive(
            f"introspection was refused: {describe(exchange)}", "introspection_credentials"
        )
    return tokens, exchange


def _active(service: Service) -> tuple[Tokens, Exchange]:
    tokens, exchange = _live(service)
    if exchange.members.get("active") is not True:
        raise Inconclusive("a live token is not told to be active", "introspection_credentials")
    return tokens, exchange


def _told(exchange: Exchange) -> str:
    return f"active {exchange.members.get('active')!r}, {describe(exchange)}"


@check("introspection.active")
def check_active(service: Service) -> None:
    """A live access token is told to be active."""
    tokens, exchange = _live(service)
    if exchange.members.get("active") is False:
        raise Inconclusive(
            f"[{tokens.client.role}] is told that a live token is not active; so is one that may"
            " not ask about it (RFC 7662 section 2.2)",
            "introspection_credentials",
        )
    holds = exchange.members.get("active") is True
    expect.that(holds, "active to be true", _told(exchange), exchange)


@check("introspection.wrong-hint")
def check_wrong_hint(service: Service) -> None:
    """A hint at the other kind of token does not hide a live token."""
    tokens = _bearer(service)
    with introspection_twins(service, tokens):
        exchange = introspect(service, tokens.client, tokens.access_token, "refresh_token")
        holds = exchange.members.get("active") is True
        expect.that(holds, "active to be true", _told(exchange), exchange)


def _without_a_secret(service: Service, request: GrantRequest) -> GrantRequest:
    client = service.live.client("public_client")
    if client is None:
        raise NotApplicable("no client without a secret is declared")
    return request.by(client)


_CALLERS: Mapping[str, Bend] = {**BENT_CALLERS, "public-client": _without_a_secret}


@check("introspection.authorized", how=tuple(_CALLERS))
def check_authorized(service: Service, how: str) -> None:
    """Who cannot show that it may ask is not told that a token is active."""
    tokens = _bearer(service)
    with introspection_twins(service, tokens):
        request = _CALLERS[how](service, about(tokens.client, tokens.access_token))
        exchange = service.send(request, "introspection")
        holds = exchange.response is not None and "active" not in exchange.members
        expect.that(holds or exchange.members["active"] is False, "no", _told(exchange), exchange)


@check("introspection.wrong-secret-status")
def check_wrong_secret_status(service: Service) -> None:
    """Client credentials that are wrong are answered with 401."""
    tokens = _bearer(service)
    with introspection_twins(service, tokens):
        request = about(tokens.client, tokens.access_token)
        exchange = service.send(BENT_CALLERS["wrong-secret"](service, request), "introspection")
        expect.that(exchange.status == 401, "status 401", describe(exchange), exchange)


@check("introspection.bad-bearer-status")
def check_bad_bearer_status(service: Service) -> None:
    """Where a bearer token authorizes the caller, one that is no good is answered with 401."""
    tokens = _bearer(service)
    if _as_bearer(service, tokens, tokens.access_token).members.get("active") is not True:
        raise NotApplicable("no bearer token authorizes a caller here, and none has to")
    exchange = _as_bearer(service, tokens, made_up(service, tokens.access_token))
    expect.that(exchange.status == 401, "status 401", describe(exchange), exchange)


def _as_bearer(service: Service, tokens: Tokens, credential: str) -> Exchange:
    return service.wire.send(
        "POST",
        service.live.endpoint("introspection"),
        form=[("token", tokens.access_token)],
        headers={"Authorization": f"Bearer {credential}"},
    )


@check("introspection.missing-token")
def check_missing_token(service: Service) -> None:
    """A request that names no token is refused with invalid_request."""
    tokens = _bearer(service)
    with introspection_twins(service, tokens):
        request = about(tokens.client, tokens.access_token).without("token")
        exchange = service.send(request, "introspection")
        expect.that(exchange.status == 400, "status 400", describe(exchange), exchange)
        expect.error(exchange, "invalid_request")


@check("introspection.content-type")
def check_content_type(service: Service) -> None:
    """What is told is JSON, and says so."""
    _, exchange = _live(service)
    seen = (exchange.response.media_type if exchange.response else "") or "no content type"
    expect.that(seen == "application/json", "application/json", seen, exchange)


@check("introspection.boolean", token=("live", "made-up"))
def check_boolean(service: Service, token: str) -> None:
    """The member active is there, and is true or false as JSON has it."""
    tokens, exchange = _live(service)
    if token == "made-up":  # noqa: S105 - a state, no password
        unknown = made_up(service, tokens.access_token)
        exchange = introspect(service, tokens.client, unknown)
    value = exchange.members.get("active")
    expect.that(isinstance(value, bool), "active to be true or false", repr(value), exchange)


def _made_up(service: Service) -> tuple[Tokens, str]:
    tokens = _bearer(service)
    return tokens, made_up(service, tokens.access_token)


def _revoked(service: Service) -> tuple[Tokens, str]:
    tokens = _fresh(service)
    revoked_access_token(service, tokens)
    return tokens, tokens.access_token


def _revoked_refresh_token(service: Service) -> tuple[Tokens, str]:
    service.features.need("introspection")
    tokens = service.tokens(service.origins()[0])
    value = service.refresh_token(tokens)
    revoked(service, tokens, value)
    return tokens, value


_DEAD: Mapping[str, Callable[[Service], tuple[Tokens, str]]] = {
    "made-up": _made_up,
    "revoked-access-token": _revoked,
    "revoked-refresh-token": _revoked_refresh_token,
}


@check("introspection.inactive", token=tuple(_DEAD))
def check_inactive(service: Service, token: str) -> None:
    """A token that does not work is told to be inactive, and asking about it is no mistake."""
    with introspection_twins(service):
        tokens, value = _DEAD[token](service)
        settled(service, lambda: not _is_active(service, tokens, value))
        _expect_inactive(introspect(service, tokens.client, value), token)


def _is_active(service: Service, tokens: Tokens, value: str) -> bool:
    return introspect(service, tokens.client, value).members.get("active") is True


def _expect_inactive(exchange: Exchange, what: str) -> None:
    holds = exchange.status == 200 and exchange.members.get("active") is False
    wanted = f"status 200 and active false for a token that is {what}"
    expect.that(holds, wanted, _told(exchange), exchange)


@check("introspection.silent")
def check_silent(service: Service) -> None:
    """Of a token that does not work nothing else is told."""
    tokens, value = _made_up(service)
    exchange = introspect(service, tokens.client, value)
    if exchange.members.get("active") is not False:
        raise Inconclusive(f"the token is not told to be inactive: {_told(exchange)}")
    others = sorted(set(exchange.members) - {"active"})
    expect.that(not others, "no member but active", ", ".join(others), exchange)


@check("introspection.times")
def check_times(service: Service) -> None:
    """Times are whole seconds of the present age, and the token lies between them."""
    _, exchange = _active(service)
    told = {name: exchange.members[name] for name in _TIMES if name in exchange.members}
    if not told:
        raise NotApplicable("no time is told, and none has to be")
    for name, value in told.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        expect.that(whole, f"{name} to be an integer", type(value).__name__, exchange)
    now = exchange.date or service.clock.now()
    earliest, latest = now - _SKEW, now + _SKEW
    expect.that(told.get("exp", latest) >= earliest, "exp not to be past", "it is", exchange)
    thousands = earliest <= told.get("exp", 0) // 1000 <= now + _CENTURY
    expect.that(not thousands, "exp in seconds", "milliseconds", exchange)
    expect.that(told.get("iat", earliest) <= latest, "iat not to come", "it is", exchange)


@check("introspection.scope")
def check_scope(service: Service) -> None:
    """The scope is one string, its words a space apart."""
    _, exchange = _active(service)
    if exchange.members.get("scope") is None:
        raise NotApplicable("no scope is told, and none has to be")
    seen = type(exchange.members["scope"]).__name__
    expect.that(seen == "str", "scope to be a string", seen, exchange)


@check("introspection.client-id")
def check_client_id(service: Service) -> None:
    """The client that is told is the one that asked for the token."""
    for client in (None, service.client("other_client")):
        service.features.need("introspection")
        tokens = service.bearer(client)
        exchange = introspect(service, tokens.client, tokens.access_token)
        told = exchange.members.get("client_id")
        if told is None:
            raise NotApplicable("no client_id is told, and none has to be")
        holds = told == tokens.client.id
        expect.that(holds, "the id of the token's own client", "another", exchange)


def _after_its_end(lifetimes: Lifetimes, issued: Span) -> Window:
    lifetime = lifetimes("access_token")
    return Window(issued.received + lifetime.seconds + lifetime.after)


@check("introspection.expired", hold=Hold(_fresh, _after_its_end))
def check_expired(service: Service, held: Tokens) -> None:
    """An access token is told to be inactive after its end."""
    with introspection_twins(service):
        exchange = introspect(service, held.client, held.access_token)
        _expect_inactive(exchange, "expired")


@check("introspection.by-get")
def check_by_get(service: Service) -> None:
    """Whether introspection answers a GET is recorded."""
    tokens = _bearer(service)
    request = about(tokens.client, tokens.access_token)
    url = service.live.endpoint("introspection")
    exchange = service.wire.send("GET", url, query=request.parameters)
    service.observe("introspection.by_get", exchange.members.get("active") is True)
