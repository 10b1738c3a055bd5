"""A token request -> where each of its parameters travels: query, form, or header Authorization."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from urllib.parse import quote_plus

from conformance.contract import Operation
from conformance.targets.grants import GrantRequest, Pairs

_BASIC = "client_secret_basic"
_CREDENTIALS = ("client_id", "client_secret")


@dataclass(frozen=True, slots=True)
class Carriage:
    """The parts of a token request as they are sent."""

    query: Pairs
    form: Pairs
    headers: Pairs


def carriage(operation: Operation, request: GrantRequest) -> Carriage:
    """Return how a request travels to an endpoint that wants a client to authenticate.

    By HTTP Basic the client's id and secret leave the parameters for the header (RFC 6749
    section 2.3.1). Without a secret there is nothing to authenticate by, and the id stays.
    """
    parameters = request.parameters
    headers: Pairs = ()
    given = dict(parameters)
    if request.client.authentication == _BASIC and "client_secret" in given:
        headers = (("Authorization", basic(given.get("client_id", ""), given["client_secret"])),)
        parameters = request.without(*_CREDENTIALS).parameters
    placed: dict[str, list[tuple[str, str]]] = {"query": [], "form": []}
    for name, value in parameters:
        placed[operation.location(name)].append((name, value))
    return Carriage(tuple(placed["query"]), tuple(placed["form"]), headers)


def basic(client_id: str, secret: str) -> str:
    """Return the credentials of HTTP Basic, id and secret form-encoded first (appendix B)."""
    encoded = ":".join(quote_plus(one, errors="surrogateescape") for one in (client_id, secret))
    return f"Basic {base64.b64encode(encoded.encode()).decode()}"
