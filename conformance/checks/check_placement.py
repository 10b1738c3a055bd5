"""Where an access token travels: read in every documented place, and checked in each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.challenges import of_scheme
from conformance.checks.mutations import ALTERATIONS, alterations, made_up
from conformance.checks.spans import openers, placements
from conformance.checks.twins import call_twins
from conformance.contract import Contract, Operation
from conformance.targets import Service, Tokens
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe
from conformance.wire import send_raw

State = Callable[[Service, Tokens], Sequence[str]]


def _located(contract: Contract, location: str) -> Iterator[str]:
    yield from (name for name, one in contract.placements.items() if one.location == location)


def _forms(contract: Contract) -> Iterator[str]:
    """Yield the places in a form."""
    yield from _located(contract, "form")


def _queries(contract: Contract) -> Iterator[str]:
    """Yield the places in a query."""
    yield from _located(contract, "query")


def _a_refresh_token(service: Service, tokens: Tokens) -> Sequence[str]:
    """Return the one that came with good tokens: a second grant may end the first."""
    held = tokens.refresh_token or service.refresh_token(service.tokens(service.origins()[0]))
    return (held,)


def _altered(how: str) -> State:
    return lambda service, tokens: alterations(service, how, tokens.access_token)


_LAST = {"Connection": "close"}  # RFC 9112 section 9.6

# What stands in the place of a good token: state -> how it is made, given good tokens.
_STATES: Mapping[str, State] = {
    "blank": lambda _, __: ("",),
    "garbage": lambda service, tokens: (made_up(service, tokens.access_token),),
    **{how: _altered(how) for how in ALTERATIONS},
    "client-id": lambda service, _: (service.client().id,),
    "refresh-token": _a_refresh_token,
    "code": lambda service, _: (service.code().value,),
}
_TOLD: Mapping[str, str] = {
    "blank": "a blank token",
    "garbage": "a made-up token",
    "truncated": "a token that is cut short",
    "altered": "a token with a character exchanged, or its last ones",
    "extended": "a token with more behind it",
    "other-case": "a token in another case",
    "client-id": "the client_id for a token",
    "refresh-token": "a refresh token for an access token",
    "code": "a code for an access token",
}


@check("placement.accepted", placement=placements, grant=openers)
def check_accepted(service: Service, placement: str, grant: str) -> None:
    """A token of every grant is accepted in every documented place."""
    readers, tokens = service.readers(placement), service.tokens(grant)
    for operation in readers:  # each by a connection of its own, to which no token is tied
        exchange = service.call(operation, tokens.access_token, placement, headers=_LAST)
        expect.opened(service, operation, exchange, f"a token of {grant} in {placement}")


@check("placement.refused", placement=placements, state=tuple(_STATES))
def check_refused(service: Service, placement: str, state: str) -> None:
    """What is not a live access token is refused in every documented place."""
    readers, good = service.readers(placement), service.loan.tokens()
    bad = _STATES[state](service, good)
    for operation in readers:
        with call_twins(service, operation, good.access_token, placement):
            for value in bad:
                exchange = service.call(operation, value, placement)
                expect.closed(service, operation, exchange, f"{_TOLD[state]} in {placement}")


@check("placement.scheme-case")
def check_scheme_case(service: Service) -> None:
    """The scheme of the Authorization header is read in any case (RFC 9110 section 11.1)."""
    header = next((one for one in service.contract.placements.values() if one.prefix), None)
    if header is None:
        raise Inconclusive("the contract has no Authorization scheme", "placement")
    token = service.loan.tokens().access_token
    example = service.contract.example
    for word in (header.prefix.lower(), header.prefix.upper()):
        exchange = service.call(example, None, headers={header.parameter: word + token})
        expect.opened(service, example, exchange, f"the scheme {word.strip()!r}")


@check("placement.two-at-once")
def check_two_at_once(service: Service) -> None:
    """A request that carries its token in two places is refused (RFC 6750 section 2)."""
    operation, first, second = _two_places(service)
    token = service.loan.tokens().access_token
    with (
        call_twins(service, operation, token, first),
        call_twins(service, operation, token, second),
    ):
        exchange = service.call(operation, token, first, also=second)
        expect.closed(service, operation, exchange, f"a token in {first} and in {second}")


@check("placement.contradicting")
def check_contradicting(service: Service) -> None:
    """A request with a good token in one place and a bad one in another is refused."""
    operation, first, second = _two_places(service)
    token = service.loan.tokens().access_token
    bad = made_up(service, token)
    with (
        call_twins(service, operation, token, first),
        call_twins(service, operation, token, second),
    ):
        for good_at, bad_at in ((first, second), (second, first)):
            exchange = service.call(operation, token, good_at, beside={bad_at: bad})
            expect.closed(service, operation, exchange, f"a bad token in {bad_at} beside a good")


@check("placement.among-others", placement=_forms)
def check_among_others(service: Service, placement: str) -> None:
    """A token in a form is found among other fields."""
    token = service.loan.tokens().access_token
    for operation in service.readers(placement):
        field = service.contract.placements[placement].parameter
        pairs = [("a", "1"), *service.form_of(operation).items(), (field, token), ("b", "2")]
        url = service.live.url_of(operation)
        exchange = service.wire.send(operation.method, url, form=pairs)
        expect.opened(service, operation, exchange, "a token among other fields")


def _body(kind: str, field: str, token: str) -> bytes:
    return {
        "application/json": json.dumps({field: token}),
        "multipart/form-data; boundary=x": (
            f'--x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{token}\r\n--x--\r\n'
        ),
    }.get(kind, urlencode({field: token})).encode()


_MEDIA_TYPES = {
    "text": "text/plain",
    "json": "application/json",
    "multipart": "multipart/form-data; boundary=x",
}


@check("placement.media-type", placement=_forms, type=tuple(_MEDIA_TYPES))
def check_media_type(service: Service, placement: str, type: str) -> None:  # noqa: A002 - the dimension's name in case ids
    """A token in a body is read only where the body is a form and says so."""
    token = service.loan.tokens().access_token
    for operation in service.readers(placement):
        kind, field = _MEDIA_TYPES[type], service.contract.placements[placement].parameter
        with call_twins(service, operation, token, placement):
            exchange = service.wire.send(
                operation.method,
                service.live.url_of(operation),
                body=_body(kind, field, token),
                headers={"Content-Type": kind},
            )
            expect.closed(service, operation, exchange, f"a token in a body of {kind}")


@check("placement.get-body")
def check_get_body(service: Service) -> None:
    """A token in the body of a GET does not count: the method gives a body no meaning."""
    operation = service.contract.example
    token = service.loan.tokens().access_token
    with call_twins(service, operation, token, service.placement(operation).name):
        url = service.live.url_of(operation)
        exchange = service.wire.send("GET", url, form=[("access_token", token)])
        expect.closed(service, operation, exchange, "a token in the body of a GET")


@check("placement.query-private", placement=_queries)
def check_query_private(service: Service, placement: str) -> None:
    """What is opened by a token in the query is kept by no shared cache."""
    token = service.loan.tokens().access_token
    for operation in service.readers(placement):
        exchange = service.call(operation, token, placement)
        expect.opened(service, operation, exchange, f"a token in {placement}")
        seen = (
            ", ".join(exchange.response.header_values("Cache-Control")) if exchange.response else ""
        )
        directives = {part.strip().lower() for part in seen.split(",")}
        holds = bool(directives & {"private", "no-store"})
        expect.that(holds, "Cache-Control: private", seen or "no such header", exchange)


@check("placement.recorded", placement=placements)
def check_recorded(service: Service, placement: str) -> None:
    """Whether a token is read in a place is recorded."""
    service.observe(f"placement.{placement}", service.features.offers(placement))


@check("placement.invalid-request", how=("two-places", "repeated"))
def check_invalid_request(service: Service, how: str) -> None:
    """A request that carries its token twice is answered with 400 and invalid_request."""
    operation, first, second = _two_places(service)
    token = service.loan.tokens().access_token
    if how == "two-places":
        exchange = service.call(operation, token, first, also=second)
    else:
        exchange = service.wire.send(
            operation.method, service.live.url_of(operation), query=_twice(service, token)
        )
    if service.answer(operation, exchange) is not Answer.NO or exchange.response is None:
        raise Inconclusive(f"such a request is not refused: {describe(exchange)}")
    expect.that(exchange.status == 400, "status 400", describe(exchange), exchange)
    for challenge in of_scheme(exchange.response, "bearer"):
        errors = challenge.values("error")
        holds = errors in ((), ("invalid_request",))
        expect.that(holds, "invalid_request", ", ".join(errors), exchange)


def _twice(service: Service, token: str) -> list[tuple[str, str]]:
    name = next(iter(_queries(service.contract)), None)
    if name is None:
        raise NotApplicable("no token is read in a query")
    service.features.need(name)
    return [(service.contract.placements[name].parameter, token)] * 2


@check("placement.two-headers")
def check_two_headers(service: Service) -> None:
    """Which of two headers Authorization counts is recorded."""
    operation = service.contract.example
    where = service.placement(operation)
    if where.location != "header":
        raise Inconclusive("the example call reads no token in a header", "placement")
    token = service.loan.tokens().access_token
    bad = made_up(service, token)
    taken = []
    for which, values in (("first", (token, bad)), ("last", (bad, token))):
        headers = tuple((where.parameter, where.prefix + value) for value in values)
        url = service.live.url_of(operation)
        request = service.raw_request(operation.method, url, headers=headers)
        with call_twins(service, operation, token, where.name):
            answer = service.answer(operation, send_raw(service.wire, request))
        if answer is Answer.YES:
            taken.append(which)
    service.observe("placement.two_headers", taken)


@check("placement.http-1-0")
def check_http_1_0(service: Service) -> None:
    """A request by HTTP/1.0 is served."""
    operation = service.contract.example
    placement = service.placement(operation)
    if placement.location != "header":
        raise Inconclusive("the example call reads no token in a header", "placement")
    token = service.loan.tokens().access_token
    url = service.live.url_of(operation)
    carried = ((placement.parameter, placement.prefix + token),)
    request = service.raw_request(operation.method, url, headers=carried, version="HTTP/1.0")
    exchange = send_raw(service.wire, request)
    expect.opened(service, operation, exchange, "a request by HTTP/1.0")


def _two_places(service: Service) -> tuple[Operation, str, str]:
    contract, offers = service.contract, service.features.offers
    for operation in contract.resources.values():
        names = [
            name
            for name, one in contract.placements.items()
            if operation.id in one.operations and offers(operation.id) and offers(name)
        ]
        if len(names) > 1:
            return operation, names[0], names[1]
    raise NotApplicable("no operation reads a token in two places")
