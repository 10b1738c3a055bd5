"""Requests to the endpoints beside the token endpoint: they take a token and who asks about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from conformance.checks.mutations import made_up
from conformance.checks.twins import twins
from conformance.targets import Client, GrantRequest, Service, Tokens
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

Bend = Callable[[Service, GrantRequest], GrantRequest]

# What a caller can get wrong about itself: how -> the request bent so.
BENT_CALLERS: dict[str, Bend] = {
    "missing-secret": lambda _, request: request.without("client_secret"),
    "missing-credentials": lambda _, request: request.without("client_id", "client_secret"),
    "wrong-secret": lambda service, request: request.altering(
        "client_secret", lambda secret: made_up(service, secret)
    ),
    "unknown-client": lambda service, request: request.altering(
        "client_id", lambda client_id: made_up(service, client_id)
    ),
}


def about(client: Client, token: str, hint: str | None = None) -> GrantRequest:
    """Return a client's request about a token, with a hint at its kind or none."""
    hinted = (("token_type_hint", hint),) if hint else ()
    parameters = (*client.credentials, ("token", token), *hinted)
    return GrantRequest("", "", client, None, parameters)


def revoke(service: Service, client: Client, token: str, hint: str | None = None) -> Exchange:
    """Let a client revoke a token (RFC 7009); raises `NotApplicable` where that is not offered."""
    service.features.need("revocation")
    return service.send(about(client, token, hint), "revocation")


def revoked(service: Service, tokens: Tokens, token: str, hint: str | None = None) -> Exchange:
    """Have a token revoked by its own client; raises `Inconclusive` where that is refused."""
    return _accepted(revoke(service, tokens.client, token, hint))


def revoked_access_token(service: Service, tokens: Tokens) -> Exchange:
    """Have an access token revoked; raises `NotApplicable` where a service does so with none."""
    return _accepted(revocable(revoke(service, tokens.client, tokens.access_token)))


def revocable(exchange: Exchange) -> Exchange:
    """Return the answer to the revocation of an access token; raises `NotApplicable` likewise."""
    if exchange.members.get("error") == "unsupported_token_type":
        raise NotApplicable("the service revokes no access tokens, and need not (section 2)")
    return exchange


def _accepted(exchange: Exchange) -> Exchange:
    if exchange.status != 200:
        raise Inconclusive(f"the revocation was refused: {describe(exchange)}", "revocation")
    return exchange


def introspect(service: Service, client: Client, token: str, hint: str | None = None) -> Exchange:
    """Let a client ask about a token (RFC 7662); raises `NotApplicable` where nobody can."""
    service.features.need("introspection")
    return service.send(about(client, token, hint), "introspection")


def introspection_twins(
    service: Service, tokens: Tokens | None = None
) -> AbstractContextManager[None]:
    """Return twins that ask about a live token and are told that it is active.

    Without `tokens` about a fresh one each time: a revocation may end all that a user has allowed.
    """

    def twin() -> tuple[Answer, Exchange]:
        held = tokens or service.bearer()
        exchange = introspect(service, held.client, held.access_token)
        active = exchange.members.get("active")
        return (Answer.YES if active is True else Answer.NO), exchange

    return twins(service, twin, "introspection")


def told_scope(service: Service, tokens: Tokens) -> frozenset[str] | None:
    """Return the words of a token's scope: as its answer says, or else as introspection does.

    None where neither says anything.
    """
    said = tokens.exchange.members.get("scope") if tokens.exchange else None
    if not isinstance(said, str) and service.features.has("introspection"):
        exchange = introspect(service, tokens.client, tokens.access_token)
        said = exchange.members.get("scope")
    return frozenset(said.split()) if isinstance(said, str) else None


def refreshable(service: Service, tokens: Tokens) -> bool:
    """Tell whether a refresh token still works; raises `Inconclusive` where nobody can tell."""
    exchange = service.send(service.grant_request("refresh_token", tokens=tokens))
    answer = of_grant(exchange)
    if answer is Answer.UNCLEAR:
        raise Inconclusive(f"the answer to a refresh decides nothing: {describe(exchange)}")
    return answer is Answer.YES
