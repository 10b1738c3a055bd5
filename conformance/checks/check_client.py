"""Client authentication: every grant asks for it, and nothing short of the right secret will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.mutations import alter, made_up
from conformance.checks.spans import grants
from conformance.checks.twins import grant_twins
from conformance.targets import GrantRequest, Service
from conformance.verdict import Inconclusive
from conformance.wire import Exchange

Bend = Callable[[Service, GrantRequest], GrantRequest]


def _bend_secret(how: str) -> Bend:
    def bend(service: Service, request: GrantRequest) -> GrantRequest:
        return request.altering("client_secret", lambda secret: alter(service, how, secret))

    return bend


def _wrong_secret(service: Service, request: GrantRequest) -> GrantRequest:
    return request.altering("client_secret", lambda secret: made_up(service, secret))


def _unknown_client(service: Service, request: GrantRequest) -> GrantRequest:
    return request.altering("client_id", lambda client_id: made_up(service, client_id))


def _other_clients_secret(service: Service, request: GrantRequest) -> GrantRequest:
    secret = service.client("other_client").secret
    if secret == request.client.secret:
        raise Inconclusive("both clients have one secret", "two_secrets")
    return request.replacing(client_secret=secret)


def _id_as_secret(_service: Service, request: GrantRequest) -> GrantRequest:
    return request.replacing(client_secret=request.value("client_id"))


def _without(*names: str) -> Bend:
    return lambda _, request: request.without(*names)


# What is done to a client's credentials, and how a request is called to which it was done.
BENDS: Mapping[str, tuple[Bend, str]] = {
    "missing-secret": (_without("client_secret"), "without a client_secret"),
    "missing-id": (_without("client_id"), "without a client_id"),
    "missing-credentials": (_without("client_id", "client_secret"), "without client credentials"),
    "blank-secret": (
        lambda _, request: request.replacing(client_secret=""),
        "with an empty client_secret",
    ),
    "wrong-secret": (_wrong_secret, "with a wrong client_secret"),
    "secret-prefix": (_bend_secret("truncated"), "with a client_secret that is cut short"),
    "secret-extended": (_bend_secret("extended"), "with more behind the client_secret"),
    "secret-case": (_bend_secret("other-case"), "with the client_secret in another case"),
    "secret-altered": (_bend_secret("altered"), "with one character of the client_secret changed"),
    "id-as-secret": (_id_as_secret, "with the client_id for a client_secret"),
    "other-clients-secret": (_other_clients_secret, "with another client's client_secret"),
    "unknown-client": (_unknown_client, "from a client that is not registered"),
}


@check("client.refused", how=tuple(BENDS), grant=grants)
def check_refused(service: Service, how: str, grant: str) -> None:
    """Client credentials that are not complete and right get no token."""
    bend, words = BENDS[how]
    with grant_twins(service, grant):
        request = bend(service, service.grant_request(grant))
        expect.refused(service.send(request), f"{grant} {words}")


@dataclass(frozen=True)
class _Refusal:
    """What a refusal tells; the client_id that was sent is no news."""

    exchange: Exchange
    status: int
    error: object
    words: str

    @classmethod
    def of(cls, service: Service, request: GrantRequest) -> Self:
        """Send a request, and expect that it is refused."""
        exchange = expect.refused(service.send(request), "wrong credentials")
        words = str(exchange.members.get("error_description"))
        plain = words.replace(request.value("client_id"), "")
        return cls(exchange, exchange.status, exchange.members.get("error"), plain)


@check("client.indistinguishable")
def check_indistinguishable(service: Service) -> None:
    """An unknown client and a wrong secret are refused alike, so that ids cannot be found out."""
    grant = next(iter(service.contract.grants))
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        wrong, unknown = (
            [_Refusal.of(service, bend(service, request)) for _ in range(2)]
            for bend in (_wrong_secret, _unknown_client)
        )
        expected = "an unknown client to be refused like a wrong secret"
        seen = [(one[0].status, one[0].error) for one in (wrong, unknown)]
        expect.that(
            seen[0] == seen[1],
            expected,
            f"{seen[1]} for an unknown client, {seen[0]} for a wrong secret",
            unknown[0].exchange,
        )
        # Words that change from one refusal to the next, such as a trace number, tell nothing.
        words = [{each.words for each in one} for one in (wrong, unknown)]
        steady = all(len(one) == 1 for one in words)
        expect.that(
            not steady or words[0] == words[1], expected, "other words", unknown[0].exchange
        )
