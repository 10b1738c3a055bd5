"""The resource that a token is asked for, where a service knows the parameter (RFC 8707)."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.twins import grant_twins
from conformance.targets import Service
from conformance.verdict.answer import Answer, of_grant

_ALONE = "client_credentials"
_UNKNOWN = "https://unknown.conformance.invalid/"
_BAD: Mapping[str, str] = {
    "relative": "/no/scheme",
    "no-uri": "not a uri",
    "fragment": f"{_UNKNOWN}#part",
    "unknown": _UNKNOWN,
}


def _refused(service: Service, grant: str, resource: str) -> None:
    service.features.need("resource_indicators")
    with grant_twins(service, grant):
        request = service.grant_request(grant).adding(("resource", resource))
        exchange = expect.refused(service.send(request), "such a resource")
        expect.error(exchange, "invalid_target")


@check("target.refused", resource=tuple(_BAD))
def check_refused(service: Service, resource: str) -> None:
    """A resource that is none is refused with invalid_target."""
    _refused(service, _ALONE, _BAD[resource])


@check("target.refresh")
def check_refresh(service: Service) -> None:
    """A refresh cannot ask for a resource that was not granted."""
    _refused(service, "refresh_token", _UNKNOWN)


@check("target.optional")
def check_optional(service: Service) -> None:
    """Whether a request needs a resource is recorded."""
    service.features.need("resource_indicators")
    exchange = service.send(service.grant_request(_ALONE))
    service.observe("target.optional", of_grant(exchange) is Answer.YES)
