"""Clients without a secret: what they say of themselves proves nothing (RFC 6749 section 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.management import Bend
from conformance.checks.mutations import made_up, truncated
from conformance.checks.twins import grant_twins
from conformance.targets import Client, GrantRequest, Service
from conformance.targets.service.pkce import new_verifier
from conformance.verdict import NotApplicable

_CODE = "authorization_code"
_ALONE = "client_credentials"


def _public(service: Service) -> Client:
    """Return the client without a secret; raises `NotApplicable` where a service has none."""
    service.features.need("public_client")
    return service.client("public_client")


def _asking(service: Service) -> Client:
    client = _public(service)
    if _CODE not in client.grants:
        raise NotApplicable("the public client asks no user")
    return client


def _bare(service: Service, client: Client) -> GrantRequest:
    del service
    return _for_itself(client)


def _with_a_secret(service: Service, client: Client) -> GrantRequest:
    secret = made_up(service, "x" * 24)
    return _for_itself(client).adding(("client_secret", secret))


def _for_itself(client: Client) -> GrantRequest:
    parameters = (("grant_type", _ALONE), ("client_id", client.id))
    return GrantRequest(_ALONE, _ALONE, client, None, parameters)


_CLAIMS: Mapping[str, Callable[[Service, Client], GrantRequest]] = {
    "no-secret": _bare,
    "made-up-secret": _with_a_secret,
}


@check("public.no-client-credentials", how=tuple(_CLAIMS))
def check_no_client_credentials(service: Service, how: str) -> None:
    """A client without a secret gets no token for being itself."""
    client = _public(service)
    with grant_twins(service, _ALONE):
        exchange = service.send(_CLAIMS[how](service, client))
        expect.refused(exchange, f"client_credentials of a public client with {how}")


_NAMES: Mapping[str, tuple[Bend, ...]] = {
    "unnamed": (lambda _, request: request.without("client_id"),),
    "another-name": (
        lambda service, request: request.replacing(client_id=service.client().id),
        lambda service, request: request.by(service.client()),
    ),
}


@check("public.names-itself", how=tuple(_NAMES))
def check_names_itself(service: Service, how: str) -> None:
    """The code of a client without a secret is refused to whoever is not named as that client."""
    client = _asking(service)
    with grant_twins(service, _CODE, client=client):
        for bend in _NAMES[how]:
            bent = bend(service, service.grant_request(_CODE, client=client))
            expect.refused(service.send(bent), f"the code of a public client, {how}")


def _redeemed(service: Service, request: GrantRequest) -> GrantRequest:
    service.send(request)
    return request


# What is done to the request with a code, and how that is called.
_MISUSES: Mapping[str, tuple[Bend, str]] = {
    "used": (_redeemed, "again"),
    "other-redirect-uri": (
        lambda _, request: request.altering("redirect_uri", truncated),
        "with another redirect_uri",
    ),
    "no-redirect-uri": (
        lambda _, request: request.without("redirect_uri"),
        "without its redirect_uri",
    ),
    "other-verifier": (
        lambda _, request: request.replacing(code_verifier=new_verifier()),
        "with another code_verifier",
    ),
    "no-verifier": (
        lambda _, request: request.without("code_verifier"),
        "without its code_verifier",
    ),
}


@check("public.code", how=tuple(_MISUSES))
def check_code(service: Service, how: str) -> None:
    """The code of a client without a secret is bound to its request too, and works once."""
    if service.live.client("public_client") is None:
        raise NotApplicable("no client without a secret is declared, and others have codes")
    client = _asking(service)
    if how.endswith("verifier"):
        service.features.need("pkce")
    bend, words = _MISUSES[how]
    with grant_twins(service, _CODE, client=client):
        bent = bend(service, service.grant_request(_CODE, client=client))
        expect.refused(service.send(bent), f"the code of a public client {words}")
