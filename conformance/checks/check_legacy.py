"""Grants that are out of use: the password of the user in the client's hands (RFC 9700, 2.4)."""

from __future__ import annotations

from dataclasses import replace

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.twins import grant_twins
from conformance.targets import Service


@check("legacy.password")
def check_password(service: Service) -> None:
    """A user's name and password buy no token."""
    user, grant = service.user(), next(iter(service.contract.grants))
    with grant_twins(service, grant):
        request = service.grant_request(grant)
        bare = replace(
            request, parameters=(("grant_type", "password"), *request.client.credentials)
        )
        asking = bare.adding(("username", user.name), ("password", user.password))
        expect.refused(service.send(asking), "a user's password")
