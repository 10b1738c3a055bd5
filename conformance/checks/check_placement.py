"""Where an access token travels: read in every documented place, and checked in each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.mutations import ALTERATIONS, alter, made_up
from conformance.checks.spans import openers, placements
from conformance.checks.twins import call_twins
from conformance.contract import Contract, Operation
from conformance.targets import Service, Tokens
from conformance.verdict import Inconclusive
from conformance.wire import send_raw

State = Callable[[Service, Tokens], str]


def _with_refresh_token(service: Service) -> Tokens:
    return service.tokens(service.origins()[0])


def _altered(how: str) -> State:
    return lambda service, tokens: alter(service, how, tokens.access_token)


# What stands in the place of a good token: state -> how it is made, given good tokens.
_STATES: Mapping[str, State] = {
    "blank": lambda _, __: "",
    "garbage": lambda service, tokens: made_up(service, tokens.access_token),
    **{how: _altered(how) for how in ALTERATIONS},
    "client-id": lambda service, _: service.client().id,
    "refresh-token": lambda service, _: service.refresh_token(_with_refresh_token(service)),
    "code": lambda service, _: service.code().value,
}


def operations_of(service: Service, placement: str) -> Iterator[Operation]:
    """Yield the operations that read a token in a placement."""
    for operation_id in service.contract.placements[placement].operations:
        yield service.contract.operations[operation_id]


@check("placement.accepted", placement=placements, grant=openers)
def check_accepted(service: Service, placement: str, grant: str) -> None:
    """A token of every grant is accepted in every documented place."""
    tokens = service.tokens(grant)
    for operation in operations_of(service, placement):
        exchange = service.call(operation, tokens.access_token, placement)
        expect.opened(service, operation, exchange, f"a token of {grant} in {placement}")


@check("placement.refused", placement=placements, state=tuple(_STATES))
def check_refused(service: Service, placement: str, state: str) -> None:
    """What is not a live access token is refused in every documented place."""
    good = service.bearer()
    bad = _STATES[state](service, good)
    for operation in operations_of(service, placement):
        with call_twins(service, operation, good.access_token, placement):
            exchange = service.call(operation, bad, placement)
            expect.closed(service, operation, exchange, f"a token that is {state} in {placement}")


@check("placement.scheme-case")
def check_scheme_case(service: Service) -> None:
    """The scheme of the Authorization header is read in any case (RFC 9110 section 11.1)."""
    header = next((one for one in service.contract.placements.values() if one.prefix), None)
    if header is None:
        raise Inconclusive("the contract has no Authorization scheme", "placement")
    token = service.bearer().access_token
    example = service.contract.example
    for word in (header.prefix.lower(), header.prefix.upper()):
        exchange = service.call(example, None, headers={header.parameter: word + token})
        expect.opened(service, example, exchange, f"the scheme {word.strip()!r}")


@check("placement.two-at-once")
def check_two_at_once(service: Service) -> None:
    """A request that carries its token in two places is refused (RFC 6750 section 2)."""
    operation, first, second = _two_places(service.contract)
    token = service.bearer().access_token
    with (
        call_twins(service, operation, token, first),
        call_twins(service, operation, token, second),
    ):
        exchange = service.call(operation, token, first, also=second)
        expect.closed(service, operation, exchange, f"a token in {first} and in {second}")


@check("placement.http-1-0")
def check_http_1_0(service: Service) -> None:
    """A request by HTTP/1.0 is served."""
    operation = service.contract.example
    placement = service.placement(operation)
    if placement.location != "header":
        raise Inconclusive("the example call reads no token in a header", "placement")
    token = service.bearer().access_token
    url = service.live.url_of(operation)
    carried = ((placement.parameter, placement.prefix + token),)
    request = service.raw_request(operation.method, url, headers=carried, version="HTTP/1.0")
    exchange = send_raw(service.wire, request)
    expect.opened(service, operation, exchange, "a request by HTTP/1.0")


def _two_places(contract: Contract) -> tuple[Operation, str, str]:
    for operation in contract.resources.values():
        names = [
            name for name, one in contract.placements.items() if operation.id in one.operations
        ]
        if len(names) > 1:
            return operation, names[0], names[1]
    raise Inconclusive("no operation reads a token in two places", "placement")
