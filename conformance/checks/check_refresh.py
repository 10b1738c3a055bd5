"""Refresh tokens: each buys one new pair, and nothing else dies or lives by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.mutations import ALTERATIONS, alterations, made_up
from conformance.checks.spans import origins
from conformance.checks.twins import grant_twins
from conformance.targets import Effort, GrantRequest, Service, Tokens
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer

GRANT = "refresh_token"
_GENERATIONS = {Effort.SMOKE: 3, Effort.GATE: 6, Effort.DEEP: 12}


def _refresh(service: Service, tokens: Tokens) -> GrantRequest:
    return service.grant_request(GRANT, tokens=tokens)


@check("refresh.rotates", origin=origins)
def check_rotates(service: Service, origin: str) -> None:
    """A refresh gives a new access token and a new refresh token."""
    first = service.tokens(origin)
    exchange = expect.granted(service.send(_refresh(service, first)), "a fresh refresh token")
    for name, old in (("access_token", first.access_token), ("refresh_token", first.refresh_token)):
        new = exchange.members.get(name)
        seen = "no such member" if new is None else "the old value"
        expect.that(isinstance(new, str) and new not in ("", old), f"a new {name}", seen, exchange)


@check("refresh.old-dead", origin=origins)
def check_old_dead(service: Service, origin: str) -> None:
    """A refresh token that was used is refused at once."""
    with grant_twins(service, GRANT):
        first = service.tokens(origin)
        service.refreshed(first)
        expect.refused(service.send(_refresh(service, first)), "a refresh token that was used")


@check("refresh.chain", origin=origins)
def check_chain(service: Service, origin: str) -> None:
    """Each new refresh token works in its turn, and the access token that comes with it too."""
    tokens = service.tokens(origin)
    example = service.contract.example
    for generation in range(2, _GENERATIONS[service.effort] + 1):
        request = _refresh(service, tokens)
        exchange = expect.granted(
            service.send(request), f"the refresh token before generation {generation}"
        )
        tokens = service.issued(request, exchange) or tokens
        call = service.call(example, tokens.access_token)
        expect.opened(service, example, call, f"the access token of generation {generation}")


@check("refresh.predecessors-dead", origin=origins)
def check_predecessors_dead(service: Service, origin: str) -> None:
    """In a chain of refreshes, each generation's predecessor is dead."""
    for generation in range(2, _GENERATIONS[service.effort] + 1):
        with grant_twins(service, GRANT):
            tokens = service.tokens(origin)
            for _ in range(generation - 1):
                previous, tokens = tokens, service.refreshed(tokens)
            replay = service.send(_refresh(service, previous))
            expect.refused(replay, f"the predecessor of generation {generation}")


@check("refresh.ancestors-dead", origin=origins)
def check_ancestors_dead(service: Service, origin: str) -> None:
    """The first refresh token of a chain stays dead however long the chain grows."""
    with grant_twins(service, GRANT):
        first = tokens = service.tokens(origin)
        for _ in range(_GENERATIONS[service.effort] - 1):
            tokens = service.refreshed(tokens)
        expect.refused(service.send(_refresh(service, first)), "the first refresh token of a chain")


@check("refresh.siblings", origin=origins)
def check_siblings(service: Service, origin: str) -> None:
    """A refresh invalidates its own refresh token and no other of the same user and client."""
    if not _sibling_lives(service, origin, refreshing=False):
        raise Inconclusive("a second grant alone already ends the first, as it may")
    lives = _sibling_lives(service, origin, refreshing=True)
    expect.that(lives, "another grant's refresh token to survive a refresh", "it was refused")


def _sibling_lives(service: Service, origin: str, *, refreshing: bool) -> bool:
    sibling, tokens = service.tokens(origin), service.tokens(origin)
    if sibling.refresh_token == tokens.refresh_token:
        raise Inconclusive("a second grant gives the tokens of the first, as it may")
    if refreshing:
        service.refreshed(tokens)
    exchange = service.send(_refresh(service, sibling))
    return service.issued(_refresh(service, sibling), exchange) is not None


@check("refresh.client-binding", origin=origins)
def check_client_binding(service: Service, origin: str) -> None:
    """A refresh token of one client is refused to another, the next one of its chain too."""
    other = service.client("other_client")
    with grant_twins(service, GRANT), grant_twins(service, GRANT, client=other):
        for refreshing, stranger in product((False, True), service.strangers()):
            tokens = service.tokens(origin)
            request = _refresh(service, service.refreshed(tokens) if refreshing else tokens)
            expect.refused(service.send(request.by(stranger)), "a refresh token of another client")


@check("refresh.unknown")
def check_unknown(service: Service) -> None:
    """A refresh token that was never issued is refused."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT)
        bent = request.altering("refresh_token", lambda value: made_up(service, value))
        expect.refused(service.send(bent), "a refresh token that was never issued")


@check("refresh.altered", how=ALTERATIONS)
def check_altered(service: Service, how: str) -> None:
    """A refresh token with a change in it is refused."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT)
        for bent in alterations(service, how, request.value("refresh_token")):
            exchange = service.send(request.replacing(refresh_token=bent))
            expect.refused(exchange, f"a refresh token that was {how}")


@check("refresh.missing")
def check_missing(service: Service) -> None:
    """A refresh without a refresh token is refused with invalid_request."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT).without("refresh_token")
        exchange = expect.refused(service.send(request), "a refresh without a refresh token")
        expect.error(exchange, "invalid_request")


def _wrong_secret(service: Service, request: GrantRequest) -> GrantRequest:
    return request.altering("client_secret", lambda secret: made_up(service, secret))


def _unknown_client(service: Service, request: GrantRequest) -> GrantRequest:
    return request.altering("client_id", lambda client_id: made_up(service, client_id))


def _other_client(service: Service, request: GrantRequest) -> GrantRequest:
    return request.by(service.client("other_client"))


_FAILURES: Mapping[str, Callable[[Service, GrantRequest], GrantRequest]] = {
    "wrong-secret": _wrong_secret,
    "unknown-client": _unknown_client,
    "other-client": _other_client,
}


@check("refresh.survives-failure", how=tuple(_FAILURES))
def check_survives_failure(service: Service, how: str) -> None:
    """A call that fails does not use a refresh token up."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT)
        failed = service.send(_FAILURES[how](service, request))
        if service.issued(request, failed):
            raise Inconclusive(f"the call that was meant to fail ({how}) succeeded")
        expect.granted(service.send(request), f"a refresh token after a failed call ({how})")


@check("refresh.silent")
def check_silent(service: Service) -> None:
    """A refresh asks no user: no cookie is sent, and tokens come back at once."""
    exchange = expect.granted(
        service.send(service.grant_request(GRANT)), "a refresh without a user"
    )
    sent = {name.lower() for name, _ in exchange.request.headers}
    if "cookie" in sent:
        raise Inconclusive("a cookie was sent")


@check("refresh.old-access-token")
def check_old_access_token(service: Service) -> None:
    """Whether an access token outlives the refresh of its grant is recorded."""
    tokens = service.tokens(service.origins()[0])
    service.refreshed(tokens)
    exchange = service.call(service.contract.example, tokens.access_token)
    lives = service.answer(service.contract.example, exchange) is Answer.YES
    service.observe("refresh.old_access_token_survives", lives)
