"""The calls that need a token: protected, answered in JSON, and refused as RFC 6750 says."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.challenges import bearer_errors, challenges, of_scheme
from conformance.checks.mutations import made_up
from conformance.checks.once import once
from conformance.checks.spans import operations
from conformance.checks.twins import call_twins
from conformance.contract import Operation
from conformance.targets import Service
from conformance.targets.consent.driver import FormConsent
from conformance.targets.errors import ConsentError
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe
from conformance.wire import Browser, Exchange, Response

_UNAUTHORIZED = 401
_DEFECT = 500
_TELLING = 32  # characters: a shorter body, such as one that says no more than "ok", holds no data


def _token(service: Service) -> str:
    return service.loan.tokens().access_token


@once
def _called(service: Service, operation: str) -> Exchange:
    """Call an operation with a good token."""
    return service.call(operation, _token(service))


def _answered(service: Service, operation: str) -> tuple[Exchange, Response]:
    """Return the answer to a call with a good token; it must be a success, but may be malformed."""
    exchange = _called(service, operation)
    if exchange.response is None or not 200 <= exchange.status < 300:
        raise Inconclusive(f"{operation} was refused: {describe(exchange)}", "resource_endpoint")
    return exchange, exchange.response


@check("resource.example")
def check_example(service: Service) -> None:
    """The call that the documents print works as printed."""
    example = service.contract.example
    exchange = _called(service, example.id)
    expect.opened(service, example, exchange, "the printed call")


@check("resource.works", operation=operations)
def check_works(service: Service, operation: str) -> None:
    """An operation with a good token is carried out."""
    found = service.contract.operations[operation]
    expect.opened(service, found, _called(service, operation), "a good token")


@check("resource.status", operation=operations)
def check_status(service: Service, operation: str) -> None:
    """A success of an operation has a status that its description names."""
    found = service.contract.operations[operation]
    exchange, response = _answered(service, operation)
    seen = f"status {response.status}"
    expect.that(response.status in found.success, "a documented status", seen, exchange)


@check("resource.protected", operation=operations)
def check_protected(service: Service, operation: str) -> None:
    """An operation without a token is refused."""
    service.features.need(operation)
    found, token = service.contract.operations[operation], _token(service)
    with (
        service.watched() as seen,
        call_twins(service, found, token, service.placement(found).name),
    ):
        data = _text(seen[-1])  # of the twin before
        refusal = expect.closed(
            service, found, service.call(found, None), "a request without a token"
        )
        held = len(data) >= _TELLING and data in _text(refusal)
        expect.that(not held, f"{operation} to keep its data", "a refusal that holds them", refusal)


@check("resource.cookie-refused")
def check_cookie_refused(service: Service) -> None:
    """What a user's login leaves in a browser opens no operation that comes without a token."""
    agent, token = _logged_in(service), _token(service)
    sent = [(one, agent.cookie_for(service.live.url_of(one))) for one in _offered(service)]
    if not any(cookie for _, cookie in sent):
        raise NotApplicable("no cookie of a login goes where the operations are")
    for operation, cookie in sent:
        with call_twins(service, operation, token, service.placement(operation).name):
            exchange = service.call(operation, None, headers={"Cookie": cookie})
            if service.answer(operation, exchange) is Answer.YES and _is_open(service, operation):
                raise Inconclusive(f"{operation.id} opens to anybody, with cookies or without")
            expect.closed(service, operation, exchange, "the cookies of a login without a token")


def _is_open(service: Service, operation: Operation) -> bool:
    return service.answer(operation, service.call(operation, None)) is Answer.YES


def _offered(service: Service) -> list[Operation]:
    resources = service.contract.resources.values()
    return [one for one in resources if service.features.offers(one.id)]


def _logged_in(service: Service) -> Browser:
    """Return the user agent of somebody who has logged in and allowed a client.

    Raises `NotApplicable` where no such thing is seen: whether the user's pages can be gone
    through is for others to judge.
    """
    driver = service.live.consent
    if not isinstance(driver, FormConsent):
        raise NotApplicable(f"the driver {driver.name!r} shows no cookies")
    try:
        client, user = service.client_for("authorization_code"), service.user()
        return driver.agent(service.authorize_url(client), user, client.redirect_uri)
    except (ConsentError, Inconclusive):
        raise NotApplicable("nobody can log in, so that no login leaves a cookie") from None


def _text(exchange: Exchange) -> str:
    return exchange.response.text.strip() if exchange.response else ""


@check("resource.json", operation=operations)
def check_json(service: Service, operation: str) -> None:
    """The answer of an operation is JSON."""
    exchange, response = _answered(service, operation)
    expect.that(
        _is_json(response), "a JSON body", response.media_type or "something else", exchange
    )


@check("resource.content-type", operation=operations)
def check_content_type(service: Service, operation: str) -> None:
    """The answer of an operation says that it is JSON."""
    exchange, response = _answered(service, operation)
    seen = response.media_type
    holds = seen == "application/json" or seen.endswith("+json")
    expect.that(holds, "a JSON content type", seen or "no content type", exchange)


@check("resource.challenge")
def check_challenge(service: Service) -> None:
    """A request without a token is answered with a Bearer challenge (RFC 6750 section 3)."""
    exchange, response = _refused(service, "no-token")
    expect.that(
        response.status == _UNAUTHORIZED, "status 401", f"status {response.status}", exchange
    )
    schemes = [one.scheme for one in challenges(response)]
    seen = ", ".join(schemes) or "no WWW-Authenticate header that can be read"
    expect.that("bearer" in schemes, "the scheme Bearer", seen, exchange)


@check("resource.no-error-without-token")
def check_no_error_without_token(service: Service) -> None:
    """The challenge names no error where no token was sent (RFC 6750 section 3.1)."""
    exchange, response = _refused(service, "no-token")
    found = of_scheme(response, "bearer")
    if not found:
        raise Inconclusive("there is no Bearer challenge that could be judged")
    holds = not any(one.values("error") for one in found)
    expect.that(holds, "a challenge without an error", "one with an error", exchange)


@check("resource.invalid-token")
def check_invalid_token(service: Service) -> None:
    """A bad token is answered with 401 and invalid_token (RFC 6750 section 3.1)."""
    _expect_invalid_token(*_refused(service, "bad-token"))
    for refusal in _refused_elsewhere(service):
        _expect_invalid_token(*refusal)


def _expect_invalid_token(exchange: Exchange, response: Response) -> None:
    expect.that(
        response.status == _UNAUTHORIZED, "status 401", f"status {response.status}", exchange
    )
    errors = bearer_errors(response)
    seen = ", ".join(errors) or "no Bearer challenge with an error"
    expect.that("invalid_token" in errors, 'a challenge with error="invalid_token"', seen, exchange)


def _refused_elsewhere(service: Service) -> Iterator[tuple[Exchange, Response]]:
    """Yield the refusals of a bad token in each other place where a good one is read."""
    contract, good = service.contract, _token(service)
    bad = made_up(service, good)
    own = service.placement(contract.example).name
    for name in filter(service.features.offers, contract.placements):
        for reader in service.readers(name)[:1] if name != own else ():
            if service.answer(reader, service.call(reader, good, name)) is Answer.YES:
                yield _refusal(service, reader, service.call(reader, bad, name))


# Headers Authorization that a careless service stumbles over, after the scheme or instead of it.
_ODD_HEADERS = {
    "scheme-only": "{scheme}",
    "no-scheme": "{token}",
    "two-words": "{scheme}{token} {token}",
    "other-scheme": "Basic {token}",
    "non-ascii": "{scheme}gehäim",
    "long": "{scheme}" + "x" * 4_000,
}


@check("resource.robust", input=tuple(_ODD_HEADERS))
def check_robust(service: Service, input: str) -> None:  # noqa: A002 - as of `error.robust`
    """A header Authorization, however odd, is answered, and not by a 5xx."""
    header = next((one for one in service.contract.placements.values() if one.prefix), None)
    if header is None:
        raise Inconclusive("the contract has no Authorization scheme", "placement")
    token = made_up(service, _token(service))
    value = _ODD_HEADERS[input].format(scheme=header.prefix, token=token).strip()
    example = service.contract.example
    exchange = service.call(example, None, headers={header.parameter: value})
    if exchange.response is None:
        raise Inconclusive(f"there was no answer: {describe(exchange)}")
    expect.that(exchange.status < _DEFECT, "no 5xx for it", describe(exchange), exchange)


@check("resource.unsupported-method")
def check_unsupported_method(service: Service) -> None:
    """What an undocumented method is answered with is recorded."""
    example = service.contract.example
    used = {one.method for one in service.contract.operations.values() if one.path == example.path}
    method = next(one for one in ("PATCH", "DELETE", "PUT", "POST") if one not in used)
    exchange = service.wire.send(method, service.live.url_of(example))
    service.observe("resource.unsupported_method_status", exchange.status)


@once
def _refused(service: Service, shown: str) -> tuple[Exchange, Response]:
    """Return the refusal of a request that is not to be granted; a defect is no way to refuse."""
    example = service.contract.example
    bad = made_up(service, _token(service)) if shown == "bad-token" else None
    return _refusal(service, example, service.call(example, bad))


def _refusal(
    service: Service, operation: Operation, exchange: Exchange
) -> tuple[Exchange, Response]:
    expect.that(exchange.status != _DEFECT, "a refusal", describe(exchange), exchange)
    if service.answer(operation, exchange) is not Answer.NO or exchange.response is None:
        raise Inconclusive(f"the request was not refused: {describe(exchange)}")
    return exchange, exchange.response


def _is_json(response: Response) -> bool:
    try:
        _ = response.json
    except ValueError:
        return False
    return True
