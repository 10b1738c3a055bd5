"""The documented request of every grant, and what may lawfully vary in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, urlencode

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.mutations import made_up
from conformance.checks.spans import grants
from conformance.checks.twins import grant_twins
from conformance.contract import Contract
from conformance.targets import Pairs, Service

# What a grant cannot do without beside credentials (RFC 6749 sections 4.1.3 and 6).
_NEEDED = {"authorization_code": "code", "refresh_token": "refresh_token"}


def needed_parameters(contract: Contract) -> Iterator[str]:
    """Yield the parameters that some grant cannot do without."""
    yield "grant_type"
    yield from (_NEEDED[grant] for grant in contract.grants if grant in _NEEDED)


@check("grant.issues", grant=grants)
def check_issues(service: Service, grant: str) -> None:
    """The documented request of a grant yields an access token that opens what it promises."""
    request = service.grant_request(grant)
    exchange = expect.granted(service.send(request), f"the documented {grant} request")
    if not service.contract.grants[grant].opens:
        return
    example = service.contract.example
    call = service.call(example, exchange.members["access_token"])
    expect.opened(service, example, call, f"the access token of {grant}")


@check("grant.parameter-order", grant=grants)
def check_parameter_order(service: Service, grant: str) -> None:
    """The order of the parameters does not matter."""
    with grant_twins(service, grant):
        for order in _orders(service):
            exchange = service.send(service.grant_request(grant).arranged(order))
            expect.granted(exchange, f"{grant} with its parameters in another order")


@check("grant.percent-encoding")
def check_percent_encoding(service: Service) -> None:
    """Percent-encoding with lower-case digits is decoded like any other, once."""
    grant = "authorization_code"
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        exchange = service.send_encoded(request, _lower_case_percent)
        expect.granted(exchange, f"{grant} with lower-case percent-encoding")
        exchange = service.send_encoded(service.grant_request(grant), _code_encoded_twice)
        expect.refused(exchange, "a code that was encoded twice")


@check("grant.code-parameter")
def check_code_parameter(service: Service) -> None:
    """The code is read from the parameter named `code` and from no other."""
    grant = "authorization_code"
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        bent = request.without("code").adding(("authorization_code", request.value("code")))
        expect.refused(service.send(bent), "a code under another name")


@check("grant.unknown-parameter", grant=grants)
def check_unknown_parameter(service: Service, grant: str) -> None:
    """A parameter that nobody has defined is ignored."""
    with grant_twins(service, grant):
        request = service.grant_request(grant).adding(("x_unknown", "1"))
        expect.granted(service.send(request), f"{grant} with an unknown parameter")


@check("grant.blank-parameter", name=needed_parameters)
def check_blank_parameter(service: Service, name: str) -> None:
    """A parameter that is sent without a value counts as left out, and a needed one is missed."""
    with grant_twins(service, _grant_with(service, name)):
        request = service.grant_request(_grant_with(service, name))
        expect.refused(service.send(request.replacing(**{name: ""})), f"a blank {name}")


@check("grant.repeated-parameter", name=needed_parameters)
def check_repeated_parameter(service: Service, name: str) -> None:
    """A request that has a parameter twice is refused."""
    with grant_twins(service, _grant_with(service, name)):
        request = service.grant_request(_grant_with(service, name))
        bent = request.adding((name, request.value(name)))
        expect.refused(service.send(bent), f"{name} sent twice")


@check("grant.contradicting-parameter", name=needed_parameters)
def check_contradicting_parameter(service: Service, name: str) -> None:
    """A request that gives a parameter two values is refused, whichever stands first."""
    grant = _grant_with(service, name)
    with grant_twins(service, grant):
        for bad_first in (False, True):
            request = service.grant_request(grant)
            good = request.value(name)
            bad = (name, made_up(service, good))
            bent = request.adding(bad)
            if bad_first:
                bent = request.without(name).adding(bad, (name, good))
            expect.refused(service.send(bent), f"two values of {name}")


@check("grant.by-get", grant=grants)
def check_by_get(service: Service, grant: str) -> None:
    """A request for tokens by GET is refused."""
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        url = service.live.endpoint("token")
        exchange = service.wire.send("GET", url, query=request.parameters)
        expect.refused(exchange, f"{grant} by GET")


@check("grant.safe-methods", method=("GET", "HEAD"))
def check_safe_methods(service: Service, method: str) -> None:
    """A safe method changes nothing: it does not use a code up."""
    grant = "authorization_code"
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        url = service.live.endpoint("token")
        service.wire.send(method, url, query=request.parameters)
        expect.granted(service.send(request), f"a code that was sent by {method} before")


@check("grant.missing-type")
def check_missing_type(service: Service) -> None:
    """A request without grant_type is refused with invalid_request."""
    with grant_twins(service, _first(service)):
        request = service.grant_request(_first(service)).without("grant_type")
        exchange = expect.refused(service.send(request), "a request without grant_type")
        expect.error(exchange, "invalid_request")


@check("grant.unsupported-type")
def check_unsupported_type(service: Service) -> None:
    """A grant_type that the service does not know is refused with unsupported_grant_type."""
    with grant_twins(service, _first(service)):
        request = service.grant_request(_first(service)).replacing(grant_type="no_such_grant")
        exchange = expect.refused(service.send(request), "an unknown grant_type")
        expect.error(exchange, "unsupported_grant_type")


@check("grant.case-sensitive")
def check_case_sensitive(service: Service) -> None:
    """A grant_type in another case is another grant_type."""
    with grant_twins(service, _first(service)):
        request = service.grant_request(_first(service)).altering("grant_type", str.upper)
        expect.refused(service.send(request), "a grant_type in upper case")


@check("grant.case-sensitive-names")
def check_case_sensitive_names(service: Service) -> None:
    """A parameter whose name is in another case is another parameter."""
    with grant_twins(service, _first(service)):
        request = service.grant_request(_first(service))
        renamed = request.without("grant_type").adding(("GRANT_TYPE", request.value("grant_type")))
        expect.refused(service.send(renamed), "a GRANT_TYPE in the place of grant_type")


def _first(service: Service) -> str:
    return next(iter(service.contract.grants))


def _grant_with(service: Service, name: str) -> str:
    found = {parameter: grant for grant, parameter in _NEEDED.items()}
    return found.get(name, _first(service))


def _orders(service: Service) -> tuple[Callable[[Pairs], Pairs], ...]:
    def shuffled(pairs: Pairs) -> Pairs:
        return tuple(service.random.sample(pairs, len(pairs)))

    return (lambda pairs: tuple(reversed(pairs)), shuffled)


def _code_encoded_twice(pairs: Sequence[tuple[str, str]]) -> str:
    """Encode every character of the code, and all parameters once more."""
    encoded = {"code": lambda value: "".join(f"%{ord(one):02X}" for one in value)}
    return urlencode([(name, encoded.get(name, str)(value)) for name, value in pairs])


def _lower_case_percent(pairs: Sequence[tuple[str, str]]) -> str:
    """Encode parameters with lower-case hex digits, which `requests` would turn into upper case."""
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), urlencode(pairs, quote_via=quote))
