"""HTTP Basic at the token endpoint: served, decoded, and answered with a challenge of its own."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from urllib.parse import quote_plus

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.challenges import challenges, of_scheme
from conformance.checks.mutations import made_up
from conformance.checks.twins import grant_twins, twins
from conformance.contract import Contract
from conformance.targets import Client, GrantRequest, Service
from conformance.targets.service.carriage import carriage
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange, Response

_BASIC = "client_secret_basic"
_POST = "client_secret_post"
_UNAUTHORIZED = 401
_BINDING = ("authorization_code", "refresh_token")


def _bound(contract: Contract) -> Iterator[str]:
    """Yield the grants whose values belong to a client."""
    yield from (grant for grant in contract.grants if grant in _BINDING)


def _request(service: Service, method: str, client: Client | None = None) -> GrantRequest:
    """Return a good request whose client authenticates by a method."""
    if client is None:
        request = service.grant_request(next(iter(service.contract.grants)))
    else:
        grant = next(one for one in service.contract.grants if one in client.grants)
        request = service.grant_request(grant, client=client)
    return request.by(replace(request.client, authentication=method))


def _sent(service: Service, method: str) -> tuple[Answer, Exchange]:
    exchange = service.send(_request(service, method))
    return of_grant(exchange), exchange


def _need_basic(service: Service) -> None:
    """Return where HTTP Basic works; raises `Inconclusive` where it does not."""
    answer, exchange = _sent(service, _BASIC)
    if answer is not Answer.YES:
        raise Inconclusive(f"HTTP Basic is not accepted: {describe(exchange)}", "basic_client")


def _refused(service: Service, request: GrantRequest) -> tuple[Exchange, Response]:
    exchange = service.send(request)
    if of_grant(exchange) is not Answer.NO or exchange.response is None:
        raise Inconclusive(f"wrong credentials were not refused: {describe(exchange)}")
    return exchange, exchange.response


def _wrong(service: Service) -> tuple[Exchange, Response]:
    """Return the refusal of a wrong secret by HTTP Basic, where a right one is accepted."""
    _need_basic(service)
    request = _request(service, _BASIC)
    bent = request.altering("client_secret", lambda secret: made_up(service, secret))
    return _refused(service, bent)


@check("basic.accepted")
def check_accepted(service: Service) -> None:
    """A client that has a secret can authenticate by HTTP Basic."""
    answer, exchange = _sent(service, _BASIC)
    # A service that knows Basic, and not for this client, says so in a challenge (section 5.2).
    told = exchange.response and of_scheme(exchange.response, "basic")
    if answer is Answer.NO and told and _declared(service) == _POST:
        raise Inconclusive("[client] is declared for client_secret_post", "basic_client")
    if answer is Answer.UNCLEAR:
        raise Inconclusive(f"the answer decides nothing: {describe(exchange)}")
    expect.that(answer is Answer.YES, "HTTP Basic to be accepted", describe(exchange), exchange)


def _declared(service: Service) -> str:
    return service.client_for(_first(service)).authentication


def _first(service: Service) -> str:
    return next(iter(service.contract.grants))


@check("basic.methods")
def check_methods(service: Service) -> None:
    """By which methods a client can authenticate is recorded."""
    found = [one for one in (_BASIC, _POST) if _sent(service, one)[0] is Answer.YES]
    service.observe("client.authentication_methods", found)


@check("basic.form-decoded")
def check_form_decoded(service: Service) -> None:
    """Id and secret of HTTP Basic are form-decoded after they were decoded from base64."""
    client = _special(service)
    exchange = service.send(_request(service, _BASIC, client))
    if of_grant(exchange) is Answer.YES:
        return
    raw = _by_header(service, _request(service, _BASIC, client), _encoded(client, plain=True))
    if of_grant(raw) is not Answer.YES:
        raise Inconclusive(f"HTTP Basic is not accepted: {describe(exchange)}", "basic_client")
    expect.that(False, "a form-encoded secret to be decoded", "only the raw one works", exchange)  # noqa: FBT003


def _special(service: Service) -> Client:
    """Return a client whose id or secret changes when it is form-encoded."""
    for role in service.live.file.clients:
        client = service.live.client(role)
        if client and client.secret and any(quote_plus(one) != one for one in _pair(client)):
            return client
    raise NotApplicable("no client's id or secret has a character that encoding changes")


def _pair(client: Client) -> tuple[str, str]:
    return client.id, client.secret


def _encoded(client: Client, *, plain: bool) -> str:
    parts = _pair(client) if plain else map(quote_plus, _pair(client))
    return base64.b64encode(":".join(parts).encode()).decode()


def _by_header(
    service: Service, request: GrantRequest, credentials: str, scheme: str = "Basic"
) -> Exchange:
    """Send a request whose credentials stand in a header made by hand."""
    bare = request.without("client_id", "client_secret")
    sent = carriage(service.contract.token, bare)
    return service.wire.send(
        service.contract.token.method,
        service.live.endpoint("token"),
        query=sent.query,
        form=sent.form,
        headers={"Authorization": f"{scheme} {credentials}"},
    )


@check("basic.scheme-case")
def check_scheme_case(service: Service) -> None:
    """The word Basic is understood in any case."""
    _need_basic(service)
    for scheme in ("basic", "BASIC"):
        request = _request(service, _BASIC)
        credentials = _encoded(request.client, plain=False)
        exchange = _by_header(service, request, credentials, scheme)
        expect.granted(exchange, f"the scheme {scheme!r}")


@check("basic.status")
def check_status(service: Service) -> None:
    """A client that fails to authenticate by a header is answered with status 401."""
    exchange, response = _wrong(service)
    seen = f"status {response.status}"
    expect.that(response.status == _UNAUTHORIZED, "status 401", seen, exchange)


@check("basic.challenge")
def check_challenge(service: Service) -> None:
    """A client that fails to authenticate by HTTP Basic is challenged for HTTP Basic."""
    exchange, response = _wrong(service)
    schemes = [one.scheme for one in challenges(response)]
    seen = f"the scheme {', '.join(schemes)}" if schemes else "no challenge"
    expect.that("basic" in schemes, "a challenge of the scheme Basic", seen, exchange)


@check("basic.realm")
def check_realm(service: Service) -> None:
    """A challenge for HTTP Basic names one realm."""
    exchange, response = _wrong(service)
    found = of_scheme(response, "basic")
    if not found:
        raise Inconclusive("there is no challenge for HTTP Basic that could be judged")
    for challenge in found:
        times = len(challenge.values("realm"))
        expect.that(times == 1, "one realm", f"{times}", exchange)


@check("basic.with-401")
def check_with_401(service: Service) -> None:
    """The token endpoint sends a challenge with every 401 (RFC 9110 section 11.6.1)."""
    judged = False
    for method in (_BASIC, _POST):
        request = _request(service, method)
        bent = request.altering("client_secret", lambda secret: made_up(service, secret))
        exchange, response = _refused(service, bent)
        if response.status == _UNAUTHORIZED:
            judged = True
            holds = bool(response.header_values("WWW-Authenticate"))
            expect.that(holds, "a header WWW-Authenticate", "none", exchange)
    if not judged:
        raise NotApplicable("wrong credentials are not answered with 401")


@check("basic.blank-secret")
def check_blank_secret(service: Service) -> None:
    """HTTP Basic without a password lets nobody in."""
    with _basic_twins(service):
        request = _request(service, _BASIC).replacing(client_secret="")
        expect.refused(service.send(request), "a blank password")


@check("basic.two-methods", second=("right", "wrong"))
def check_two_methods(service: Service, second: str) -> None:
    """A client that authenticates in two ways at once is refused."""
    for method in (_BASIC, _POST):
        answer, exchange = _sent(service, method)
        if answer is not Answer.YES:
            raise NotApplicable(f"{method} is not served here: {describe(exchange)}")
    with _basic_twins(service):
        request = _request(service, _POST)
        credentials = _encoded(request.client, plain=False)
        if second == "wrong":
            request = request.altering("client_secret", lambda secret: made_up(service, secret))
        exchange = service.wire.send(
            service.contract.token.method,
            service.live.endpoint("token"),
            form=request.parameters,
            headers={"Authorization": f"Basic {credentials}"},
        )
        expect.refused(exchange, "two ways to authenticate at once")


@check("basic.named-otherwise", grant=_bound)
def check_named_otherwise(service: Service, grant: str) -> None:
    """A client that names another in the body does not get at what belongs to the other."""
    _need_basic(service)
    thief = service.client("other_client")
    with _basic_twins(service):
        request = service.grant_request(grant)
        owner = request.client
        credentials = _encoded(thief, plain=False)
        exchange = service.wire.send(
            service.contract.token.method,
            service.live.endpoint("token"),
            form=(*request.without("client_secret").parameters,),
            headers={"Authorization": f"Basic {credentials}"},
        )
        expect.refused(exchange, f"a value of {owner.role} from another client")


@check("basic.secret-in-uri")
def check_secret_in_uri(service: Service) -> None:
    """Client credentials are not taken from the URI."""
    grant = _first(service)
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        exchange = service.wire.send(
            service.contract.token.method,
            service.live.endpoint("token"),
            query=request.client.credentials,
            form=request.without("client_id", "client_secret").parameters,
        )
        expect.refused(exchange, "client credentials in the URI")


def _basic_twins(service: Service) -> AbstractContextManager[None]:
    return twins(service, lambda: _sent(service, _BASIC), _BASIC)
