"""Client authentication: every grant asks for it, and nothing short of the right secret will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.mutations import alter, made_up
from conformance.checks.spans import grants
from conformance.checks.twins import grant_twins
from conformance.targets import GrantRequest, Service

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
    return request.replacing(client_secret=service.client("other_client").secret)


_BENDS: Mapping[str, Bend] = {
    "missing-secret": lambda _, request: request.without("client_secret"),
    "missing-id": lambda _, request: request.without("client_id"),
    "missing-credentials": lambda _, request: request.without("client_id", "client_secret"),
    "blank-secret": lambda _, request: request.replacing(client_secret=""),
    "wrong-secret": _wrong_secret,
    "secret-prefix": _bend_secret("truncated"),
    "secret-extended": _bend_secret("extended"),
    "secret-case": _bend_secret("other-case"),
    "other-clients-secret": _other_clients_secret,
    "unknown-client": _unknown_client,
}


@check("client.refused", how=tuple(_BENDS), grant=grants)
def check_refused(service: Service, how: str, grant: str) -> None:
    """Client credentials that are not complete and right get no token."""
    with grant_twins(service, grant):
        request = _BENDS[how](service, service.grant_request(grant))
        expect.refused(service.send(request), f"{grant} with client credentials bent: {how}")


@check("client.indistinguishable")
def check_indistinguishable(service: Service) -> None:
    """An unknown client and a wrong secret are refused alike, so that ids cannot be found out."""
    grant = next(iter(service.contract.grants))
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        wrong = service.send(_wrong_secret(service, request))
        unknown = service.send(_unknown_client(service, request))
        for exchange in (wrong, unknown):
            expect.refused(exchange, "wrong credentials")
        seen = [(one.status, one.members.get("error")) for one in (wrong, unknown)]
        expect.that(
            seen[0] == seen[1],
            "an unknown client to be refused like a wrong secret",
            f"{seen[1]} for an unknown client, {seen[0]} for a wrong secret",
            unknown,
        )
