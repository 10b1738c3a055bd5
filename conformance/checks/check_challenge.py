"""The challenges of a resource that stays closed: what RFC 6750 section 3 has them say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.challenges import Challenge, challenges, of_scheme
from conformance.checks.mutations import made_up
from conformance.checks.once import once
from conformance.contract import Operation
from conformance.targets import Service
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe
from conformance.wire import Exchange, Response

_UNAUTHORIZED = 401
_SINGLE = ("realm", "scope", "error", "error_description", "error_uri")
# What a value may be made of (RFC 6750 section 3); the set of error is that of error_description.
_TEXT = r"[\x20-\x21\x23-\x5B\x5D-\x7E]*"
_CHARACTERS: Mapping[str, str] = {
    "error": _TEXT,
    "error_description": _TEXT,
    "error_uri": r"[\x21\x23-\x5B\x5D-\x7E]*",
    "scope": r"[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*",
}

Refused = tuple[Exchange, Response]


def _refusal(
    service: Service, exchange: Exchange, what: str, operation: Operation | None = None
) -> Refused:
    """Return a refusal by an operation, the example unless one is named.

    Raises `Inconclusive` where a resource was opened or nothing was said.
    """
    answer = service.answer(operation or service.contract.example, exchange)
    if answer is not Answer.NO or exchange.response is None:
        raise Inconclusive(f"{what} was not refused: {describe(exchange)}")
    return exchange, exchange.response


def _no_token(service: Service) -> Iterator[Refused]:
    exchange = service.call(service.contract.example, None)
    yield _refusal(service, exchange, "a request without a token")


def _bad_token(service: Service) -> Iterator[Refused]:
    """Yield the refusals of a made-up token in every place where a good one is read."""
    token = made_up(service, service.loan.tokens().access_token)
    for name in filter(service.features.offers, service.contract.placements):
        for reader in service.readers(name)[:1]:
            exchange = service.call(reader, token, name)
            yield _refusal(service, exchange, f"a made-up token in {name}", reader)


def _other_scheme(service: Service) -> Iterator[Refused]:
    exchange = service.call(
        service.contract.example, None, headers={"Authorization": "Basic Y29uZm9ybWFuY2U6"}
    )
    yield _refusal(service, exchange, "a request with the scheme Basic")


_SITUATIONS: Mapping[str, Callable[[Service], Iterator[Refused]]] = {
    "no-token": _no_token,
    "bad-token": _bad_token,
    "other-scheme": _other_scheme,
}
_USUAL = ("no-token", "bad-token")


@once
def _refusals(service: Service, situation: str) -> tuple[Refused, ...]:
    return tuple(_SITUATIONS[situation](service))


def _bearer_challenges(service: Service, situation: str) -> Iterator[tuple[Exchange, Challenge]]:
    """Yield every Bearer challenge; raises `Inconclusive` where there is none to be judged."""
    seen = False
    for exchange, response in _refusals(service, situation):
        for challenge in of_scheme(response, "bearer"):
            seen = True
            yield exchange, challenge
    if not seen:
        raise Inconclusive("there is no Bearer challenge that could be judged")


@check("challenge.present", situation=_USUAL)
def check_present(service: Service, situation: str) -> None:
    """A request that opens nothing is answered with the header WWW-Authenticate."""
    for exchange, response in _refusals(service, situation):
        holds = bool(response.header_values("WWW-Authenticate"))
        expect.that(holds, "a header WWW-Authenticate", describe(exchange), exchange)


@check("challenge.bearer", situation=_USUAL)
def check_bearer(service: Service, situation: str) -> None:
    """The scheme of the challenge is Bearer."""
    for exchange, response in _refusals(service, situation):
        schemes = [one.scheme for one in challenges(response)]
        if not response.header_values("WWW-Authenticate"):
            raise Inconclusive("there is no challenge whose scheme could be judged")
        seen = ", ".join(schemes) or "none that can be read"
        expect.that("bearer" in schemes, "the scheme Bearer", seen, exchange)


@check("challenge.parameters", situation=_USUAL)
def check_parameters(service: Service, situation: str) -> None:
    """A Bearer challenge has a parameter at least."""
    for exchange, challenge in _bearer_challenges(service, situation):
        expect.that(bool(challenge.parameters), "a parameter", "the bare scheme", exchange)


@check("challenge.once", parameter=_SINGLE)
def check_once(service: Service, parameter: str) -> None:
    """No parameter stands twice in a challenge."""
    for situation in _USUAL:
        for exchange, challenge in _bearer_challenges(service, situation):
            times = len(challenge.values(parameter))
            expect.that(times <= 1, f"{parameter} once at most", f"{times} times", exchange)


@check("challenge.characters", parameter=tuple(_CHARACTERS))
def check_characters(service: Service, parameter: str) -> None:
    """A parameter of a challenge is made of the characters that it may have."""
    values = [
        (exchange, value)
        for situation in _USUAL
        for exchange, challenge in _bearer_challenges(service, situation)
        for value in challenge.values(parameter)
    ]
    if not values:
        raise NotApplicable(f"no challenge has a {parameter}, and none needs to")
    for exchange, value in values:
        expect.made_of(_CHARACTERS[parameter], value, parameter, exchange)


@check("challenge.no-injection")
def check_no_injection(service: Service) -> None:
    """Quotes and odd characters in a token do not get into the challenge as they are."""
    example = service.contract.example
    placement = service.placement(example)
    if placement.location != "header":
        raise NotApplicable("the example reads no token in a header")
    value = f'{placement.prefix}x", error="injected'
    exchange = service.call(example, None, headers={placement.parameter: value})
    exchange, response = _refusal(service, exchange, "a token with quotes in it")
    errors = [value for one in challenges(response) for value in one.values("error")]
    expect.that("injected" not in errors, "the token not to be repeated", "it is", exchange)


@check("challenge.no-error", situation=("no-token", "other-scheme"))
def check_no_error(service: Service, situation: str) -> None:
    """A challenge to a request that shows no token names no error."""
    for exchange, challenge in _bearer_challenges(service, situation):
        seen = "error" if challenge.values("error") else ""
        expect.that(not seen, "a challenge without an error", "one with an error", exchange)


@check("challenge.error")
def check_error(service: Service) -> None:
    """A challenge to a token that is no good says invalid_token."""
    for exchange, challenge in _bearer_challenges(service, "bad-token"):
        seen = ", ".join(challenge.values("error")) or "no error"
        expect.that(seen == "invalid_token", 'error="invalid_token"', seen, exchange)


@check("challenge.status")
def check_status(service: Service) -> None:
    """A token that is no good is answered with status 401."""
    for exchange, response in _refusals(service, "bad-token"):
        seen = f"status {response.status}"
        expect.that(response.status == _UNAUTHORIZED, "status 401", seen, exchange)


@check("challenge.with-401", situation=tuple(_SITUATIONS))
def check_with_401(service: Service, situation: str) -> None:
    """A resource that answers 401 sends a challenge with it (RFC 9110 section 11.6.1)."""
    for exchange, response in _refusals(service, situation):
        if response.status != _UNAUTHORIZED:
            raise NotApplicable("the refusal is no 401")
        holds = bool(response.header_values("WWW-Authenticate"))
        expect.that(holds, "a header WWW-Authenticate", "none", exchange)
