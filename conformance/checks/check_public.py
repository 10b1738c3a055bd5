"""Clients without a secret, and what makes up for it (RFC 6749, 10.2; RFC 9700, 2.1.1)."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from conformance.checks import expect
from conformance.checks.authorization import GRANT, ended
from conformance.checks.catalogue import Turn, check
from conformance.checks.twins import grant_twins
from conformance.targets import Client, Service
from conformance.targets.description.addresses import loopback
from conformance.verdict import Inconclusive, NotApplicable

_UNREGISTERED = {
    "web": "https://attacker.example/callback",
    "loopback": "http://127.0.0.1:47181/unregistered",
    "own-scheme": "com.attacker.app:/callback",
}


def _client(service: Service) -> Client:
    """Return the public client that asks users; raises `NotApplicable` where there is none."""
    service.features.need("public_client")
    client = service.client("public_client")
    if GRANT not in client.grants:
        raise NotApplicable("the public client asks no user")
    return client


@check("public.redirect-uri", where=tuple(_UNREGISTERED))
def check_redirect_uri(service: Service, where: str) -> None:
    """A public client gets no code at a redirect_uri that it did not register."""
    client, bent = _client(service), _UNREGISTERED[where]
    service.code(client)
    url = service.authorize_url(client, extra={"redirect_uri": bent})
    ending = ended(service, url, bent)
    astray = ending.code is not None or (ending.redirect or "").startswith(bent)
    expect.that(not astray, "no way to an unregistered redirect_uri", ending.kind, ending.last)


@check("public.loopback-port")
def check_loopback_port(service: Service) -> None:
    """The redirect_uri of a native app on loopback is taken with any port."""
    service.features.need("native_client")
    client = _client(service)
    if not loopback(client.redirect_uri):
        raise Inconclusive("the public client's redirect_uri is not on loopback", "native_client")
    service.code(client)
    parts = urlsplit(client.redirect_uri)
    bent = urlunsplit(parts._replace(netloc=parts.netloc.removesuffix(f":{parts.port}") + ":47181"))
    url = service.authorize_url(client, extra={"redirect_uri": bent})
    ending = ended(service, url, bent)
    expect.that(ending.code is not None, "a code at another port", ending.kind, ending.last)


@check("public.challenge-required")
def check_challenge_required(service: Service) -> None:
    """A public client gets no code without a code_challenge."""
    client = _client(service)
    service.code(client)
    url = service.authorize_url(client, without=("code_challenge", "code_challenge_method"))
    ending = ended(service, url, client.redirect_uri)
    expect.that(ending.code is None, "no code without a code_challenge", "a code", ending.last)


@check("public.asked-again", turn=Turn.LATE)
def check_asked_again(service: Service) -> None:
    """A user who has allowed a public client once is asked again when the request comes again."""
    client = _client(service)
    if urlsplit(client.redirect_uri).scheme == "https":
        raise NotApplicable("an https redirect_uri tells the client from others (RFC 8252, 8.6)")
    service.code(client)
    visit = service.visit(
        service.authorize_url(client),
        service.user(),
        "leave",
        redirect_uri=client.redirect_uri,
        returning=True,
    )
    # Who logs in once more is no bystander either.
    active = visit.code is None or visit.logged_in
    expect.that(active, "a user who is asked", "a code", visit.last)


@check("public.refresh-token-rotates")
def check_refresh_token_rotates(service: Service) -> None:
    """A refresh token of a public client is refused when its successor was used."""
    client = _client(service)
    service.features.need("refresh_token")
    first = service.tokens(GRANT, client=client)
    if first.refresh_token is None:
        raise NotApplicable("a public client gets no refresh token")
    with grant_twins(service, GRANT, client=client):
        second = service.refreshed(first)
        service.call(service.contract.example, second.access_token)  # both have arrived by now
        service.refreshed(second)
        again = service.send(service.grant_request("refresh_token", tokens=first))
        expect.refused(again, "a refresh token whose successor was used")
