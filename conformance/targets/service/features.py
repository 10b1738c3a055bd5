"""What a service has of the things that its contract leaves to it.

The target file says so, or the service has an endpoint for it, or its metadata tells, or its
behaviour shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from conformance.contract import Operation
from conformance.targets.service.pkce import new_verifier
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, of_grant

if TYPE_CHECKING:
    from conformance.targets.service.service import Service

_GRANT = "authorization_code"
_FOR_ITSELF = "service_client"  # stands in where [client] may not use client_credentials
# A feature is there if the member lists something, or is true.
_TOLD_BY = {
    "dpop": "dpop_signing_alg_values_supported",
    "iss": "authorization_response_iss_parameter_supported",
    "pkce": "code_challenge_methods_supported",
    "scope": "scopes_supported",
}


class Features:
    """The features of one service; what has to be probed is probed once."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        """Tell whether the service has a feature; raises `Inconclusive` where no probe is possible.

        The first that knows decides: `[features]`, the clients' tables, the endpoints, the
        metadata, a probe.
        """
        if name not in self._known:
            sources = (self._declared, self._registered, self._placed, self._told)
            known = (source(name) for source in sources)
            found = next((one for one in known if one is not None), None)
            self._known[name] = self._shown(name) if found is None else found
        return self._known[name]

    def offers(self, name: str) -> bool:
        """Tell whether the contract promises something, or the service has it all the same."""
        return name not in self._service.contract.optional or self.has(name)

    def need(self, name: str) -> None:
        """Return where the service has a feature; raises `NotApplicable` where it has not.

        What the contract promises cannot be undeclared: it stays unjudged, so `Inconclusive`.
        """
        if name in self._service.contract.optional:
            if not self.has(name):
                raise NotApplicable(f"the service has no {name}, and need not have it")
        elif self._declared(name) is False:
            raise Inconclusive(f"the target file declares {name} = false", name)

    def _declared(self, name: str) -> bool | None:
        return self._service.live.file.features.get(name)

    def _registered(self, name: str) -> bool | None:
        """Tell of a grant whether a table of the target file names it, or is there for it alone."""
        tables = self._service.live.file.clients
        named = any(name in (one.grants or ()) for one in tables.values())
        return True if named or (name == "client_credentials" and _FOR_ITSELF in tables) else None

    def _placed(self, name: str) -> bool | None:
        if name in self._service.live.file.resource.paths:
            return True
        if name in self._service.contract.unplaced:
            return False
        if name not in self._service.contract.endpoints:
            return None
        return self._service.live.endpoints.of(name) is not None

    def _told(self, name: str) -> bool | None:
        metadata = self._service.live.metadata
        if metadata is None:
            return None
        if name in self._service.contract.grants:
            listed = _lists(metadata.listed("grant_types_supported"), name)
            return None if listed and name in _PROBES else listed
        if name == "public_client" and "none" not in metadata.authentication:
            return False
        # Where a member is absent the service may still show what it has not told.
        return True if metadata.members.get(_TOLD_BY.get(name, "")) else None

    def _shown(self, name: str) -> bool:
        if name in self._service.contract.placements:
            return _reads(self._service, name)
        if name in self._service.contract.resources:
            return _opens(self._service, self._service.contract.operations[name])
        if name in _PROBES:
            return _PROBES[name](self._service)
        # The clients of the target file tell.
        return name in (*self._service.contract.grants, "public_client")


def _lists(grants: tuple[str, ...] | None, name: str) -> bool | None:
    """Tell whether a grant is listed; many that refresh do not list that they do."""
    return None if grants is None or name == "refresh_token" else name in grants


def _proves_keys(service: Service) -> bool:
    """Tell whether anything that PKCE forbids is refused where all else is right."""
    service.tokens(_GRANT)
    return any(probe(service) for probe in (_misses_verifier, _sees_verifier, _knows_methods))


def _misses_verifier(service: Service) -> bool:
    bare = service.grant_request(_GRANT).without("code_verifier")
    return of_grant(service.send(bare)) is Answer.NO


def _sees_verifier(service: Service) -> bool:
    other = service.grant_request(_GRANT).replacing(code_verifier=new_verifier())
    return of_grant(service.send(other)) is Answer.NO


def _knows_methods(service: Service) -> bool:
    client = service.client_for(_GRANT)
    url = service.authorize_url(client, extra={"code_challenge_method": "no-such-method"})
    try:
        return service.visit(url, service.user(), redirect_uri=client.redirect_uri).code is None
    except Inconclusive:
        return True  # a page that tells the user, instead of asking


def _names_itself(service: Service) -> bool:
    client = service.client_for(_GRANT)
    visit = service.visit(
        service.authorize_url(client), service.user(), redirect_uri=client.redirect_uri
    )
    return any(name == "iss" for name, _ in visit.query)


def _refreshes(service: Service) -> bool:
    return any(service.tokens(origin).refresh_token for origin in service.origins())


def _reads(service: Service, placement: str) -> bool:
    named = service.contract.placements[placement].operations
    readers = [service.contract.operations[one] for one in named if service.features.offers(one)]
    return any(_opens(service, one, placement) for one in readers)


def _opens(service: Service, operation: Operation, placement: str | None = None) -> bool:
    exchange = service.call(operation, service.bearer().access_token, placement)
    return service.answer(operation, exchange) is Answer.YES


def _serves_clients(service: Service) -> bool:
    """Tell whether the client may ask for itself.

    One that is registered for users alone is refused by each server in words of its own.
    """
    exchange = service.send(service.grant_request("client_credentials", client=service.client()))
    return of_grant(exchange) is not Answer.NO


def _has_scopes(service: Service) -> bool:
    """Tell whether a client asks for a scope, or is told of one without having asked."""
    if any(client.scope for client in service.live.file.clients.values()):
        return True
    told = service.bearer().exchange
    return bool(told and told.members.get("scope"))


_PROBES: Mapping[str, Callable[[Service], bool]] = {
    "client_credentials": _serves_clients,
    "iss": _names_itself,
    "pkce": _proves_keys,
    "refresh_token": _refreshes,
    "scope": _has_scopes,
}
