"""What travels is encrypted; on loopback nothing travels (RFC 6749 sections 1.6, 3.1 and 10)."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.contract import Contract
from conformance.targets import Service
from conformance.targets.description.addresses import loopback
from conformance.verdict import Inconclusive, NotApplicable


def parts(contract: Contract) -> Iterator[str]:
    """Yield the endpoints of the contract by their parts, and the resources as one more."""
    yield from contract.endpoints
    yield "api"


@check("transport.encrypted", part=parts)
def check_encrypted(service: Service, part: str) -> None:
    """An endpoint is reached over TLS, with a certificate that holds."""
    url = service.live.endpoints.of(part)
    if url is None:
        raise NotApplicable(f"there is no {part}")
    if loopback(url):
        raise Inconclusive("on loopback nothing travels over a network", "tls_deployment")
    expect.that(url.startswith("https://"), "https", "plain http")
    verified = service.live.file.verify is not False
    answer = service.wire.send("GET", url)
    if not verified or answer.response is None:
        raise Inconclusive("no certificate was verified", "certificate")


@check("transport.cross-origin")
def check_cross_origin(service: Service) -> None:
    """Whether scripts of other sites may use the token endpoint is written down."""
    asking = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    answer = service.wire.send("OPTIONS", service.live.endpoints.token, headers=asking).response
    allowed = answer.header("Access-Control-Allow-Origin") if answer else None
    service.observe("token.cross-origin", allowed)
