"""Token kinds are not interchangeable: each value has one purpose."""

from __future__ import annotations

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.twins import grant_twins
from conformance.targets import Service


def _expect_no_grant(service: Service, grant: str, parameter: str, value: str, what: str) -> None:
    with grant_twins(service, grant):
        request = service.grant_request(grant).replacing(**{parameter: value})
        expect.refused(service.send(request), what)


@check("kind.access-token-as-refresh-token")
def check_access_token_as_refresh_token(service: Service) -> None:
    """An access token does not buy new tokens."""
    tokens = service.bearer()
    what = "an access token as a refresh token"
    _expect_no_grant(service, "refresh_token", "refresh_token", tokens.access_token, what)


@check("kind.code-as-refresh-token")
def check_code_as_refresh_token(service: Service) -> None:
    """A code does not buy tokens as a refresh token."""
    what = "a code as a refresh token"
    _expect_no_grant(service, "refresh_token", "refresh_token", service.code().value, what)


@check("kind.access-token-as-code")
def check_access_token_as_code(service: Service) -> None:
    """An access token is no code."""
    tokens = service.tokens("authorization_code")
    what = "an access token as a code"
    _expect_no_grant(service, "authorization_code", "code", tokens.access_token, what)


@check("kind.refresh-token-as-code")
def check_refresh_token_as_code(service: Service) -> None:
    """A refresh token is no code."""
    value = service.refresh_token(service.tokens("authorization_code"))
    what = "a refresh token as a code"
    _expect_no_grant(service, "authorization_code", "code", value, what)
