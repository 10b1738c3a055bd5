"""Scopes: what is granted is told, nothing more is granted, and it is looked at (section 3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.challenges import bearer_errors
from conformance.checks.management import told_scope
from conformance.checks.mutations import made_up
from conformance.checks.spans import grants
from conformance.checks.twins import grant_twins
from conformance.contract import Contract, Operation
from conformance.targets import Client, GrantRequest, Service, Tokens
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

_ODD: Mapping[str, str] = {"quote": 'a"b', "backslash": "a\\b", "long": "x" * 8_000}


def _scoped(service: Service, grant: str) -> Client:
    """Return the client of a grant that asks for a scope, where the service knows scopes.

    Where the target file names none, it is the one that is granted unasked.
    """
    service.features.need("scope")
    client = service.client_for(grant)
    if client.scope:
        return client
    given = told_scope(service, service.tokens(grant))
    if not given:
        raise Inconclusive(f"[{client.role}] names no scope, and nothing tells a default", "scopes")
    return replace(client, scope=" ".join(sorted(given)))


def _words(service: Service) -> tuple[Client, str, str]:
    """Return the client of users, and two words of its scope."""
    client = _scoped(service, "authorization_code")
    words = (client.scope or "").split()
    if len(words) < 2:
        raise Inconclusive(f"[{client.role}] names a single scope", "scopes")
    return client, words[0], words[-1]


def _asking(request: GrantRequest, scope: str) -> GrantRequest:
    return request.without("scope").adding(("scope", scope))


def _origin(service: Service) -> str:
    """Return the grant that takes a scope at the token endpoint."""
    grant = "client_credentials"
    if grant not in service.contract.grants:
        raise NotApplicable("no grant takes a scope at the token endpoint")
    return grant


def _granted_or_invalid(exchange: Exchange) -> bool:
    """Tell whether tokens came; a refusal must be one, and name invalid_scope."""
    answer = of_grant(exchange)
    if answer is Answer.UNCLEAR:
        raise Inconclusive(f"the answer decides nothing: {describe(exchange)}")
    if answer is Answer.NO:
        expect.error(exchange, "invalid_scope")
    return answer is Answer.YES


def _speaks_of_scope(told: Mapping[str, object]) -> bool:
    """Tell whether an error indicates an invalid scope, by its code or in words (reading OA-37)."""
    return (
        told.get("error") == "invalid_scope"
        or "scope" in f"{told.get('error_description')}".lower()
    )


@check("scope.reported", grant=grants)
def check_reported(service: Service, grant: str) -> None:
    """A scope that is not the one asked for is told in the answer."""
    service.features.need("scope")
    client = service.client_for(grant)
    request = service.grant_request(grant)
    exchange = expect.granted(service.send(request), f"the documented {grant} request")
    tokens = service.issued(request, exchange)
    if tokens is None or isinstance(exchange.members.get("scope"), str):
        return
    granted = told_scope(service, tokens)
    if granted is None:
        raise Inconclusive("neither the answer nor introspection tells the scope", "introspection")
    asked = frozenset((client.scope or "").split())
    expect.that(granted == asked, "the scope that was asked for, or a member scope", "neither")


@check("scope.unknown")
def check_unknown(service: Service) -> None:
    """A scope that nobody knows is refused with invalid_scope, or left out of what is granted."""
    grant = _origin(service)
    service.features.need("scope")
    with grant_twins(service, grant):
        word = made_up(service, "x" * 24)
        exchange = service.send(_asking(service.grant_request(grant), word))
        if _granted_or_invalid(exchange):
            told = exchange.members.get("scope")
            words = told.split() if isinstance(told, str) else None
            if words is None:
                raise Inconclusive("tokens came, and nothing tells for which scope")
            expect.that(word not in words, "an unknown scope not to be granted", "it is", exchange)


@check("scope.malformed", value=tuple(_ODD))
def check_malformed(service: Service, value: str) -> None:
    """A scope that cannot be one is refused, or left out of what is granted; it upsets nothing."""
    grant = _origin(service)
    with grant_twins(service, grant):
        exchange = service.send(_asking(service.grant_request(grant), _ODD[value]))
        expect.that(exchange.status < 500, "no 5xx", describe(exchange), exchange)
        told = exchange.members.get("scope")
        holds = not isinstance(told, str) or _ODD[value] not in told
        expect.that(holds, "such a scope not to be granted", "it is", exchange)


@check("scope.unordered")
def check_unordered(service: Service) -> None:
    """The order of the words of a scope does not matter."""
    client, *_ = _words(service)
    turned = replace(client, scope=" ".join(reversed((client.scope or "").split())))
    told = []
    for one in (client, turned):
        tokens = service.tokens("authorization_code", client=one)
        told.append(told_scope(service, tokens))
    expect.that(told[0] == told[1], "the same scope in either order", "another")


@check("scope.case-sensitive")
def check_case_sensitive(service: Service) -> None:
    """A scope in another case is another scope, and unknown like any other."""
    grant = _origin(service)
    client = _scoped(service, grant)
    word = (client.scope or "").split()[0]
    if word.swapcase() == word:
        raise NotApplicable("the scope has no letters")
    with grant_twins(service, grant):
        answers = [
            of_grant(service.send(_asking(service.grant_request(grant), asked)))
            for asked in (made_up(service, word), word.swapcase())
        ]
        if answers[0] is not Answer.NO:
            raise Inconclusive("an unknown scope is not refused, so case shows nothing")
        expect.that(answers[1] is Answer.NO, "another case to be unknown", "it is granted")


def _askers(contract: Contract) -> Iterator[str]:
    """Yield the grants that begin a chain, and so ask for a scope."""
    yield from (grant for grant in contract.grants if grant != "refresh_token")


@check("scope.omitted", grant=_askers)
def check_omitted(service: Service, grant: str) -> None:
    """A request without a scope is granted a default, or refused with invalid_scope."""
    service.features.need("scope")
    if grant == "authorization_code":
        _expect_omittable(service)
        return
    with grant_twins(service, grant):
        exchange = service.send(service.grant_request(grant).without("scope"))
        if not _speaks_of_scope(exchange.members):
            _granted_or_invalid(exchange)


def _expect_omittable(service: Service) -> None:
    """Expect it of an authorization request: it comes back with a code, or with invalid_scope."""
    client = replace(_scoped(service, "authorization_code"), scope=None)
    url = service.authorize_url(client)
    visit = service.visit(url, service.user(), redirect_uri=client.redirect_uri)
    told = dict(visit.query)
    error = told.get("error")
    if error == "access_denied":
        raise Inconclusive("the request was denied, which a user or a policy may always do")
    holds = visit.code is not None or _speaks_of_scope(told)
    expect.that(holds, "a code or invalid_scope", error or "neither", visit.last)


@check("scope.blank")
def check_blank(service: Service) -> None:
    """A scope that is sent without a value counts as none."""
    grant = _origin(service)
    with grant_twins(service, grant):
        bare = service.send(service.grant_request(grant).without("scope"))
        blank = service.send(_asking(service.grant_request(grant), ""))
        if of_grant(bare) is Answer.UNCLEAR:
            raise Inconclusive(f"without a scope the answer decides nothing: {describe(bare)}")
        alike = expect.granted if of_grant(bare) is Answer.YES else expect.refused
        alike(blank, "a request with a blank scope, like one without a scope")


@check("scope.default-told")
def check_default_told(service: Service) -> None:
    """Where no scope was asked for, the one that is granted is told."""
    service.features.need("scope")
    client = replace(_scoped(service, "authorization_code"), scope=None)
    visit = service.visit(
        service.authorize_url(client), service.user(), redirect_uri=client.redirect_uri
    )
    if _speaks_of_scope(dict(visit.query)):
        raise NotApplicable("there is no default: a request without a scope is refused")
    tokens = service.tokens("authorization_code", client=client)
    exchange = tokens.exchange
    if exchange is None or isinstance(exchange.members.get("scope"), str):
        return
    if not told_scope(service, tokens):
        raise Inconclusive("nothing tells that a default was granted", "introspection")
    expect.that(False, "a member scope", "none, though a scope was granted", exchange)  # noqa: FBT003


# Refresh


def _holding(service: Service, scope: str) -> Tokens:
    client, *_ = _words(service)
    tokens = service.tokens("authorization_code", client=replace(client, scope=scope))
    service.refresh_token(tokens)
    granted = told_scope(service, tokens)
    if granted is not None and granted != frozenset(scope.split()):
        raise Inconclusive("the user was not asked for just the scope that was requested", "scopes")
    return tokens


def _refreshed(
    service: Service, tokens: Tokens, scope: str | None
) -> tuple[Exchange, Tokens | None]:
    request = service.grant_request("refresh_token", tokens=tokens)
    asked = request if scope is None else _asking(request, scope)
    exchange = service.send(asked)
    return exchange, service.issued(asked, exchange)


def _narrowed(service: Service) -> tuple[Tokens, str, str]:
    """Return refreshable tokens for a part of the client's scope, the part, and a word beside it.

    There are words without which no refresh token comes, such as offline_access.
    """
    client, *_ = _words(service)
    words = (client.scope or "").split()
    for other in reversed(words):
        narrow = " ".join(word for word in words if word != other)
        try:
            return _holding(service, narrow), narrow, other
        except Inconclusive as problem:
            why = problem
    raise why


@check("scope.refresh-widening")
def check_refresh_widening(service: Service) -> None:
    """A refresh cannot ask for more than was granted."""
    with grant_twins(service, "refresh_token"):
        tokens, narrow, other = _narrowed(service)
        exchange, wider = _refreshed(service, tokens, f"{narrow} {other}")
        if of_grant(exchange) is Answer.UNCLEAR:
            raise Inconclusive(f"the answer decides nothing: {describe(exchange)}")
        if wider is None:
            return
        # An answer that tells no scope says that it is the one asked for (section 5.1).
        granted = told_scope(service, wider)
        holds = granted is not None and other not in granted
        expect.that(holds, "no more than was granted", "the wider scope", exchange)


@check("scope.refresh-widening-error")
def check_refresh_widening_error(service: Service) -> None:
    """A refresh that asks for more is refused with invalid_scope, or granted without it."""
    tokens, narrow, other = _narrowed(service)
    exchange, _ = _refreshed(service, tokens, f"{narrow} {other}")
    _granted_or_invalid(exchange)


@check("scope.refresh-omitted")
def check_refresh_omitted(service: Service) -> None:
    """A refresh that asks for no scope is given the one that was granted."""
    client, *_ = _words(service)
    tokens = _holding(service, client.scope or "")
    _expect_whole(service, tokens, client.scope or "", "a refresh without a scope")


@check("scope.refresh-after-narrowing")
def check_refresh_after_narrowing(service: Service) -> None:
    """A refresh token keeps its whole scope, also when it was used for a narrower one."""
    client, narrow, _ = _words(service)
    first = _holding(service, client.scope or "")
    exchange, narrowed = _refreshed(service, first, narrow)
    if narrowed is None:
        raise Inconclusive(f"a narrower scope is not granted: {describe(exchange)}")
    _expect_whole(service, narrowed, client.scope or "", "the refresh after a narrower one")


def _expect_whole(service: Service, tokens: Tokens, scope: str, what: str) -> None:
    exchange, whole = _refreshed(service, tokens, None)
    if whole is None:
        raise Inconclusive(f"{what} is not granted: {describe(exchange)}")
    granted = told_scope(service, whole)
    if granted is None:
        raise Inconclusive("nothing tells the scope", "introspection")
    wanted = frozenset(scope.split())
    expect.that(granted == wanted, f"{what} to have the whole scope", "another", exchange)


@check("scope.rotation-keeps")
def check_rotation_keeps(service: Service) -> None:
    """The refresh token of a refresh is good for what the first one was good for."""
    client, *_ = _words(service)
    tokens = _holding(service, client.scope or "")
    for _ in range(2):
        tokens = service.refreshed(tokens)
    exchange, whole = _refreshed(service, tokens, client.scope)
    expect.granted(exchange, "the first scope after two refreshes")
    if whole is not None:
        granted = told_scope(service, whole)
        wanted = frozenset((client.scope or "").split())
        expect.that(granted in (None, wanted), "the whole scope", "another", exchange)


# Resources


def _narrow_call(service: Service) -> tuple[Operation, Exchange]:
    """Call an operation that asks for a scope with a token that has another."""
    service.features.need("scope")
    wanted = service.live.file.resource.scopes
    operation = next((service.contract.operations[name] for name in wanted), None)
    if operation is None:
        raise Inconclusive("[resource] scopes names no operation that asks for one", "scopes")
    client, *_ = _words(service)
    word = wanted[operation.id]
    others = [one for one in (client.scope or "").split() if one != word]
    if not others:
        raise Inconclusive(f"[client] scope has no other word than {word}", "scopes")
    full = service.tokens("authorization_code")
    expect_open = service.call(operation, full.access_token)
    if service.answer(operation, expect_open) is not Answer.YES:
        raise Inconclusive(f"{operation.id} does not open with every scope", "scopes")
    tokens = _holding_any(service, client, " ".join(others))
    return operation, service.call(operation, tokens.access_token)


def _holding_any(service: Service, client: Client, scope: str) -> Tokens:
    return service.tokens("authorization_code", client=replace(client, scope=scope))


@check("scope.enforced")
def check_enforced(service: Service) -> None:
    """A token that is not good for an operation does not open it."""
    operation, exchange = _narrow_call(service)
    expect.closed(service, operation, exchange, "a token with another scope")


@check("scope.insufficient")
def check_insufficient(service: Service) -> None:
    """A token that is not good for an operation is answered with 403 and insufficient_scope."""
    _, exchange = _narrow_call(service)
    expect.that(exchange.status == 403, "status 403", describe(exchange), exchange)
    errors = bearer_errors(exchange.response)
    seen = ", ".join(errors) or "no error"
    expect.that(errors == ["insufficient_scope"], 'error="insufficient_scope"', seen, exchange)
