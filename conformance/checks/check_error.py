"""Refusals: what they say, what they must not say, and that a client's mistake is no 5xx."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.disclosure import told
from conformance.checks.mutations import made_up
from conformance.checks.once import once
from conformance.checks.twins import grant_twins
from conformance.targets import Client, GrantRequest, Service
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange, Response

Mistake = Callable[[Service], GrantRequest]


def _mistake(grant: str, bend: Callable[[Service, GrantRequest], GrantRequest]) -> Mistake:
    return lambda service: bend(
        service, service.grant_request(grant or next(iter(service.contract.grants)))
    )


def _made_up(name: str) -> Callable[[Service, GrantRequest], GrantRequest]:
    return lambda service, request: request.altering(name, lambda value: made_up(service, value))


def _used_code(service: Service) -> GrantRequest:
    request = service.grant_request("authorization_code")
    service.send(request)
    return request


def _foreign(grant: str) -> Mistake:
    return _mistake(grant, lambda service, request: request.by(service.client("other_client")))


# kind of mistake -> a request that makes it; "" is whichever grant the contract has first.
_MISTAKES: Mapping[str, Mistake] = {
    "missing-secret": _mistake("", lambda _, request: request.without("client_secret")),
    "wrong-secret": _mistake("", _made_up("client_secret")),
    "unknown-client": _mistake("", _made_up("client_id")),
    "missing-grant-type": _mistake("", lambda _, request: request.without("grant_type")),
    "unknown-grant-type": _mistake(
        "", lambda _, request: request.replacing(grant_type="no_such_grant")
    ),
    "bad-code": _mistake("authorization_code", _made_up("code")),
    "bad-refresh-token": _mistake("refresh_token", _made_up("refresh_token")),
}
# Mistakes that only some checks make: their answers are as those of the others in most respects.
_RARE_MISTAKES: Mapping[str, Mistake] = {
    "odd-value": _mistake("", lambda _, request: request.replacing(grant_type='"é\\\n☃')),
    "used-code": _used_code,
    "foreign-code": _foreign("authorization_code"),
    "other-redirect-uri": _mistake(
        "authorization_code",
        lambda _, request: request.altering("redirect_uri", lambda uri: f"{uri}/elsewhere"),
    ),
    "foreign-refresh-token": _foreign("refresh_token"),
}
_SECRET = ("client_secret", "code", "refresh_token")
_TELLING = 8  # characters; what is shorter, such as the secret "secret", stands in a text by chance
_GRANT_MISTAKES = ("bad-code", "bad-refresh-token")
_CODES = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
)
# What the members may be made of (RFC 6749 section 5.2).
_CHARACTERS = {
    "error": r"[\x20-\x21\x23-\x5B\x5D-\x7E]*",
    "error_description": r"[\x20-\x21\x23-\x5B\x5D-\x7E]*",
    "error_uri": r"[\x21\x23-\x5B\x5D-\x7E]*",
}
_SERVER_ERROR = 500
_CLIENT_MISTAKES = ("missing-secret", "wrong-secret", "unknown-client")


def _each(value: str) -> Callable[[GrantRequest], Iterator[GrantRequest]]:
    """Return what gives one parameter after the other a value."""
    return lambda request: (request.replacing(**{name: value}) for name in dict(request.parameters))


# What a careless service stumbles over: input -> the requests that a good one is bent to.
_ODDITIES: Mapping[str, Callable[[GrantRequest], Iterable[GrantRequest]]] = {
    "long": _each("x" * 6_000),
    "nul": _each("a\0b"),
    "non-utf-8": _each("a\udcff\udcfeb"),
    "non-ascii": _each("gehäim-☃"),
    "quotes": _each("a'b\"c`;--{{7}}"),
    "repeated": lambda request: [request.adding(*((name, "x") for name, _ in request.parameters))],
    "missing": lambda request: [request.without(*dict(request.parameters))],
}
# What a stack trace or a database message looks like, in the languages that servers are written in.
_INTERNALS = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|\bat [\w.$<>]+\([\w.]+:\d+\)"
    r"|\.(?:py|rb|php|java|go|js|ts):\d+|SQLSTATE|syntax error at or near|goroutine \d+ \["
)


@once
def _mistaken(service: Service, kind: str) -> tuple[GrantRequest, Exchange, Response]:
    """Make a mistake and return it with the refusal; that it is refused others judge.

    A 5xx refuses nothing, but one that names an error is looked at like a refusal.
    """
    request = {**_MISTAKES, **_RARE_MISTAKES}[kind](service)
    exchange = service.send(request)
    named = exchange.status >= _SERVER_ERROR and "error" in exchange.members
    if not (named or of_grant(exchange) is Answer.NO) or exchange.response is None:
        raise Inconclusive(f"the mistake {kind} was not refused: {describe(exchange)}")
    return request, exchange, exchange.response


def _refusal(service: Service, kind: str) -> tuple[Exchange, Response]:
    _, exchange, response = _mistaken(service, kind)
    return exchange, response


@check("error.json", kind=tuple(_MISTAKES))
def check_json(service: Service, kind: str) -> None:
    """A refusal at the token endpoint is JSON, or empty."""
    exchange, response = _refusal(service, kind)
    seen = response.media_type or f"{len(response.body)} bytes without a content type"
    expect.that(response.body == b"" or bool(response.members), "a JSON object", seen, exchange)


@check("error.content-type", kind=tuple(_MISTAKES))
def check_content_type(service: Service, kind: str) -> None:
    """A refusal with a body says that it is JSON."""
    exchange, response = _refusal(service, kind)
    if not response.body:
        raise Inconclusive("the refusal has no body")
    seen = response.media_type or "no content type"
    expect.that(seen == "application/json", "application/json", seen, exchange)


@check("error.member", kind=tuple(_MISTAKES))
def check_member(service: Service, kind: str) -> None:
    """A refusal names its error (RFC 6749 section 5.2)."""
    exchange, response = _refusal(service, kind)
    error = response.members.get("error")
    expect.that(
        isinstance(error, str) and error != "", "a member error", describe(exchange), exchange
    )


@check("error.status", kind=tuple(_MISTAKES))
def check_status(service: Service, kind: str) -> None:
    """A refusal is 400, or 401 where the client's credentials are at fault."""
    exchange, response = _refusal(service, kind)
    allowed = (400, 401) if kind in _CLIENT_MISTAKES else (400,)
    seen = f"status {response.status}"
    expect.that(
        response.status in allowed, f"status {' or '.join(map(str, allowed))}", seen, exchange
    )


@check("error.invalid-grant", kind=_GRANT_MISTAKES)
def check_invalid_grant(service: Service, kind: str) -> None:
    """A bad code or refresh token is refused with invalid_grant."""
    exchange, _ = _refusal(service, kind)
    expect.error(exchange, "invalid_grant")


@check(
    "error.invalid-grant-of-another",
    kind=("used-code", "foreign-code", "other-redirect-uri", "foreign-refresh-token"),
)
def check_invalid_grant_of_another(service: Service, kind: str) -> None:
    """A code or refresh token in wrong hands, or used before, is refused with invalid_grant."""
    exchange, _ = _refusal(service, kind)
    expect.error(exchange, "invalid_grant")


@check("error.unauthorized-client")
def check_unauthorized_client(service: Service) -> None:
    """A client that may not use a grant is refused with unauthorized_client."""
    grant = "client_credentials"
    service.client_for(grant)
    client = _limited(service, grant)
    with grant_twins(service, grant):
        exchange = service.send(service.grant_request(grant).by(client))
        if of_grant(exchange) is not Answer.NO:
            raise Inconclusive(f"[{client.role}] may use {grant} after all", "limited_client")
        expect.error(exchange, "unauthorized_client")


def _limited(service: Service, grant: str) -> Client:
    """Return a client with a secret that may not use a grant; raises `Inconclusive`."""
    for role in ("client", "other_client"):
        client = service.live.client(role)
        if client and client.secret and grant not in client.grants:
            return client
    raise Inconclusive(f"no client is declared that may not use {grant}", "limited_client")


@check("error.invalid-client", kind=("wrong-secret", "unknown-client"))
def check_invalid_client(service: Service, kind: str) -> None:
    """Wrong client credentials are refused with invalid_client."""
    exchange, _ = _refusal(service, kind)
    expect.error(exchange, "invalid_client")


@check("error.known-code", kind=tuple(_MISTAKES))
def check_known_code(service: Service, kind: str) -> None:
    """The error of a refusal is one of those that RFC 6749 section 5.2 lists."""
    exchange, response = _refusal(service, kind)
    seen = response.members.get("error")
    expect.that(seen in _CODES, "a code of section 5.2", f"{seen!r}", exchange)


@check("error.characters", kind=(*_MISTAKES, "odd-value"))
def check_characters(service: Service, kind: str) -> None:
    """The words of a refusal are made of the characters that they may have."""
    exchange, response = _refusal(service, kind)
    told = {name: response.members[name] for name in _CHARACTERS if name in response.members}
    for name, value in told.items():
        expect.made_of(_CHARACTERS[name], value, name, exchange)


@check("error.not-cached", kind=tuple(_MISTAKES))
def check_not_cached(service: Service, kind: str) -> None:
    """A refusal must not be kept by a cache."""
    exchange, response = _refusal(service, kind)
    seen = ", ".join(response.header_values("Cache-Control"))
    expect.that(
        "no-store" in seen.lower(), "Cache-Control: no-store", seen or "no such header", exchange
    )


@check("error.no-secrets", kind=tuple(_MISTAKES))
def check_no_secrets(service: Service, kind: str) -> None:
    """A refusal repeats no secret that the request held, right or wrong."""
    request, exchange, response = _mistaken(service, kind)
    held = {
        name: value
        for name, value in request.parameters
        if name in _SECRET and len(value) >= _TELLING
    }
    said = (response.text, *(value for _, value in response.headers))
    all_said = told("\n".join(said))
    found = [name for name, secret in held.items() if secret in all_said]
    # Half of the right secret is a hint at it; of what was sent in its place nobody needs one.
    own = request.client.secret
    hint = own[: len(own) // 2]
    if len(hint) >= _TELLING and hint in all_said:
        found.append("the client's own secret")
    expect.that(not found, "no secret in the refusal", ", ".join(found), exchange)


@check("error.no-internals", kind=tuple(_MISTAKES))
def check_no_internals(service: Service, kind: str) -> None:
    """A refusal shows nothing of the service's insides."""
    exchange, response = _refusal(service, kind)
    expect.that(_INTERNALS.search(response.text) is None, "no stack trace", "one", exchange)


def _askable(service: Service) -> Iterator[GrantRequest]:
    """Yield a good request of each grant that the service has."""
    for grant in service.contract.grants:
        with suppress(NotApplicable):
            yield service.grant_request(grant)


@check("error.robust", input=tuple(_ODDITIES))
def check_robust(service: Service, input: str) -> None:  # noqa: A002 - the dimension's name in case ids
    """A client's mistake, however odd, is refused by a 4xx and not answered by a 5xx."""
    for whole in _askable(service):
        for request in _ODDITIES[input](whole):
            exchange = service.send(request)
            if exchange.response is None:
                raise Inconclusive(f"there was no answer: {describe(exchange)}")
            seen = describe(exchange)
            expect.that(exchange.status < 500, "no 5xx for a client's mistake", seen, exchange)
            expect.that(
                _INTERNALS.search(exchange.response.text) is None, "no stack trace", "one", exchange
            )
