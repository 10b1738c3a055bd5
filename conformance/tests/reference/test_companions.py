"""Scopes, revocation and introspection, as a server of the contract oauth2 has them."""

from __future__ import annotations

import pytest

from conformance.checks.management import about, introspect, revoke, told_scope
from conformance.contract import find, load
from conformance.targets import LiveTarget, Service, Tokens, start_in_process


@pytest.fixture(scope="module")
def live() -> LiveTarget:
    """Return an embedded server of the contract oauth2."""
    return start_in_process(load(find("oauth2")))


@pytest.fixture
def service(live: LiveTarget) -> Service:
    """Return the server as the checks see it."""
    return Service(live)


@pytest.fixture
def tokens(service: Service) -> Tokens:
    """Return fresh tokens of a user."""
    return service.tokens("authorization_code")


def _active(service: Service, tokens: Tokens) -> object:
    return introspect(service, tokens.client, tokens.access_token).members["active"]


def test_a_live_token_is_described(service: Service, tokens: Tokens) -> None:
    """Introspection tells client, user, scope and times of a token that works."""
    told = introspect(service, tokens.client, tokens.access_token).members
    assert told["client_id"] == tokens.client.id
    assert told["sub"] == tokens.subject
    assert told["scope"] == "read write"
    assert told["exp"] - told["iat"] == tokens.expires_in


def test_a_refresh_token_takes_all_along(service: Service, tokens: Tokens) -> None:
    """Who gives back a refresh token gives back the access token, too."""
    assert _active(service, tokens) is True
    assert revoke(service, tokens.client, service.refresh_token(tokens)).status == 200
    assert _active(service, tokens) is False


def test_an_access_token_goes_alone(service: Service, tokens: Tokens) -> None:
    """Who gives back an access token can still refresh."""
    revoke(service, tokens.client, tokens.access_token)
    assert _active(service, tokens) is False
    assert _active(service, service.refreshed(tokens)) is True


def test_strangers_cannot_revoke(service: Service, tokens: Tokens) -> None:
    """A token of another client stays alive, and its owner's rival is told so."""
    exchange = revoke(service, service.client("other_client"), tokens.access_token)
    assert (exchange.status, exchange.members["error"]) == (400, "invalid_grant")
    assert _active(service, tokens) is True


def test_a_public_client_learns_nothing(service: Service, tokens: Tokens) -> None:
    """Introspection is for those who can keep a secret."""
    request = about(service.client("public_client"), tokens.access_token)
    exchange = service.send(request, "introspection")
    assert exchange.status == 401
    assert "active" not in exchange.members


def test_a_refresh_narrows_for_once(service: Service, tokens: Tokens) -> None:
    """A narrower scope is granted, and the next refresh has the whole one again."""
    request = service.grant_request("refresh_token", tokens=tokens).adding(("scope", "read"))
    narrow = service.issued(request, service.send(request))
    assert narrow is not None
    assert told_scope(service, narrow) == frozenset({"read"})
    assert told_scope(service, service.refreshed(narrow)) == frozenset({"read", "write"})


def test_a_replay_ends_the_grant(service: Service, tokens: Tokens) -> None:
    """A refresh token that comes again ends what it led to."""
    newest = service.refreshed(tokens)
    again = service.send(service.grant_request("refresh_token", tokens=tokens))
    assert again.members["error"] == "invalid_grant"
    assert _active(service, newest) is False
