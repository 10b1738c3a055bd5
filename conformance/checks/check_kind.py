"""Token kinds are not interchangeable: each value has one purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.twins import grant_twins
from conformance.targets import Service, Tokens


def _expect_no_refresh(service: Service, value: str, what: str) -> None:
    with grant_twins(service, "refresh_token"):
        request = service.grant_request("refresh_token").replacing(refresh_token=value)
        expect.refused(service.send(request), what)


def _expect_no_code(service: Service, kind: Callable[[Tokens], str], what: str) -> None:
    """Expect that what a code has yielded is none, in requests that are right but for that.

    With the verifier of the code, and without: who mixes kinds up may know no challenge of either.
    """
    with grant_twins(service, "authorization_code"):
        request = service.grant_request("authorization_code")
        bent = request.replacing(code=kind(service.granted(request)))
        for one in dict.fromkeys((bent.parameters, bent.without("code_verifier").parameters)):
            expect.refused(service.send(replace(bent, parameters=one)), what)


@check("kind.access-token-as-refresh-token")
def check_access_token_as_refresh_token(service: Service) -> None:
    """An access token does not buy new tokens."""
    tokens = service.bearer()
    _expect_no_refresh(service, tokens.access_token, "an access token as a refresh token")


@check("kind.code-as-refresh-token")
def check_code_as_refresh_token(service: Service) -> None:
    """A code does not buy tokens as a refresh token."""
    _expect_no_refresh(service, service.code().value, "a code as a refresh token")


@check("kind.access-token-as-code")
def check_access_token_as_code(service: Service) -> None:
    """An access token is no code."""
    _expect_no_code(service, lambda tokens: tokens.access_token, "an access token as a code")


@check("kind.refresh-token-as-code")
def check_refresh_token_as_code(service: Service) -> None:
    """A refresh token is no code."""
    _expect_no_code(service, service.refresh_token, "a refresh token as a code")
