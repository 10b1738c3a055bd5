"""What HTTP itself asks of every endpoint (RFC 9110, 8259): methods, HEAD, content, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.management import introspect
from conformance.checks.mutations import made_up
from conformance.checks.once import once
from conformance.contract import Contract
from conformance.targets import Service
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe
from conformance.wire import Exchange, Response, send_raw

_NOT_ALLOWED = 405
_NOT_IMPLEMENTED = 501
_METHODS = ("DELETE", "PATCH", "PUT")
_UNKNOWN_METHOD = "CONFORM"


def _addresses(contract: Contract) -> Iterator[str]:
    """Yield what has an address of its own: the endpoints, and the example of the resources."""
    yield from contract.endpoints
    yield contract.example.id


def _url(service: Service, place: str) -> str:
    if place == service.contract.example.id:
        return service.live.url_of(service.contract.example)
    service.features.need(place)
    return service.live.endpoint(place)


@check("http.allow", place=_addresses)
def check_allow(service: Service, place: str) -> None:
    """A 405 says in the header Allow which methods there are."""
    url, judged = _url(service, place), False
    for method in _METHODS:
        exchange = service.wire.send(method, url)
        if exchange.status == _NOT_ALLOWED and exchange.response:
            judged = True
            holds = bool(exchange.response.header_values("Allow"))
            expect.that(holds, "a header Allow", "none", exchange)
    if not judged:
        raise NotApplicable("no method is answered with 405")


@check("http.unserved-method", place=_addresses)
def check_unserved_method(service: Service, place: str) -> None:
    """A method that is not served is refused as such."""
    _expect_unserved(service, place, "DELETE")


@check("http.unknown-method", place=_addresses)
def check_unknown_method(service: Service, place: str) -> None:
    """A method that nobody knows is refused as such."""
    _expect_unserved(service, place, _UNKNOWN_METHOD)


def _expect_unserved(service: Service, place: str, method: str) -> None:
    exchange = service.wire.send(method, _url(service, place))
    if exchange.response is None:
        raise Inconclusive(f"there was no answer: {describe(exchange)}")
    seen = describe(exchange)
    holds = 300 <= exchange.status < 500 or exchange.status == _NOT_IMPLEMENTED
    expect.that(holds, "405 or 501, or another refusal", seen, exchange)


@check("http.head-empty", place=_addresses)
def check_head_empty(service: Service, place: str) -> None:
    """The answer to HEAD has no content."""
    exchange = send_raw(service.wire, service.raw_request("HEAD", _url(service, place)))
    if exchange.response is None or exchange.failure:
        raise Inconclusive(f"there was no answer: {describe(exchange)}")
    size = len(exchange.response.body)
    expect.that(size == 0, "no content", f"{size} bytes", exchange)


@check("http.head-like-get")
def check_head_like_get(service: Service) -> None:
    """HEAD asks for a token where GET does."""
    example = service.contract.example
    exchange = service.wire.send("HEAD", service.live.url_of(example))
    get = service.call(example, None)
    if service.answer(example, get) is not Answer.NO:
        raise Inconclusive(f"GET without a token was not refused: {describe(get)}")
    holds = not 200 <= exchange.status < 300
    expect.that(holds, "HEAD to be refused like GET", describe(exchange), exchange)


# The answers whose content is looked at.


def _grant(service: Service) -> Exchange:
    return service.send(service.grant_request(next(iter(service.contract.grants))))


def _refused_grant(service: Service) -> Exchange:
    request = service.grant_request(next(iter(service.contract.grants)))
    return service.send(request.replacing(grant_type="no_such_grant"))


def _resource(service: Service) -> Exchange:
    return service.call(service.contract.example, service.loan.tokens().access_token)


def _refused_call(service: Service) -> Exchange:
    token = made_up(service, service.loan.tokens().access_token)
    return service.call(service.contract.example, token)


def _introspection(service: Service) -> Exchange:
    service.features.need("introspection")
    tokens = service.loan.tokens()
    return introspect(service, tokens.client, tokens.access_token)


_ANSWERS: Mapping[str, Callable[[Service], Exchange]] = {
    "grant": _grant,
    "refused-grant": _refused_grant,
    "resource": _resource,
    "refused-call": _refused_call,
    "introspection": _introspection,
}


@once
def _content(service: Service, answer: str) -> tuple[Exchange, Response]:
    exchange = _ANSWERS[answer](service)
    if exchange.response is None or exchange.failure:
        raise Inconclusive(f"there was no answer: {describe(exchange)}")
    if not exchange.response.body:
        raise NotApplicable("the answer has no content")
    return exchange, exchange.response


def _json(service: Service, answer: str) -> tuple[Exchange, Response]:
    exchange, response = _content(service, answer)
    kind = response.media_type
    if kind != "application/json" and not kind.endswith("+json"):
        raise NotApplicable("the answer is not said to be JSON")
    return exchange, response


@check("http.content-type", answer=tuple(_ANSWERS))
def check_content_type(service: Service, answer: str) -> None:
    """An answer with content says of what type it is."""
    exchange, response = _content(service, answer)
    expect.that(bool(response.media_type), "a header Content-Type", "none", exchange)


@check("json.parses", answer=tuple(_ANSWERS))
def check_parses(service: Service, answer: str) -> None:
    """What is said to be JSON is JSON."""
    exchange, response = _json(service, answer)
    try:
        json.loads(response.body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        expect.that(False, "JSON", "something else", exchange)  # noqa: FBT003


@check("json.utf-8", answer=tuple(_ANSWERS))
def check_utf_8(service: Service, answer: str) -> None:
    """JSON is sent in UTF-8."""
    exchange, response = _json(service, answer)
    try:
        response.body.decode("utf-8")
    except UnicodeDecodeError:
        expect.that(False, "UTF-8", "another encoding", exchange)  # noqa: FBT003


@check("json.no-byte-order-mark", answer=tuple(_ANSWERS))
def check_no_byte_order_mark(service: Service, answer: str) -> None:
    """JSON begins without a byte order mark."""
    exchange, response = _json(service, answer)
    begins = response.body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    expect.that(not begins, "no byte order mark", "one", exchange)
