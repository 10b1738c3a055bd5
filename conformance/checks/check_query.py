"""Access tokens in the query, where a contract has no such place (OAuth 2.1 draft, section 5.1)."""

from __future__ import annotations

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.twins import call_twins
from conformance.targets import Service
from conformance.verdict import NotApplicable

_PARAMETER = "access_token"  # RFC 6750 section 2.3


@check("query.ignored")
def check_ignored(service: Service) -> None:
    """A good token in the query opens nothing."""
    contract, example = service.contract, service.contract.example
    if any(place.location == "query" for place in contract.placements.values()):
        raise NotApplicable("in this contract the query is a place for the token")
    token = service.loan.tokens().access_token
    with call_twins(service, example, token, service.placement(example).name):
        url = service.live.url_of(example)
        exchange = service.wire.send(example.method, url, query=[(_PARAMETER, token)])
        expect.closed(service, example, exchange, "a token in the query")
