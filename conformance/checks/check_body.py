"""Client credentials in the body of a token request (OAuth 2.1 draft, section 2.4.1)."""

from __future__ import annotations

from dataclasses import replace

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.targets import Service
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, of_grant

_BY_BODY = "client_secret_post"


@check("body.accepted")
def check_accepted(service: Service) -> None:
    """A client that has a secret can authenticate by id and secret in the body."""
    request = service.grant_request(next(iter(service.contract.grants)))
    declared, metadata = request.client.authentication, service.live.metadata
    by_body = replace(request, client=replace(request.client, authentication=_BY_BODY))
    exchange = service.send(by_body)
    unknown = metadata is None or _BY_BODY in metadata.authentication
    if of_grant(exchange) is Answer.NO and declared != _BY_BODY and unknown:
        raise Inconclusive(
            f"[client] authenticates by {declared}, maybe by that alone", "post_client"
        )
    expect.granted(exchange, "client credentials in the body")
