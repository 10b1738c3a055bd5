"""Token requests by another HTTP method or client authentication method than the documented ones.

No service has to answer them. One that does has a second way to its tokens, and what it promises of
codes, refresh tokens and clients it promises whatever the way. What gets through by the documented
request too is left to the checks of that, so that it is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from conformance.checks import expect
from conformance.checks.catalogue import Hold, Lifetimes, check
from conformance.checks.check_client import BENDS
from conformance.checks.once import once
from conformance.checks.spans import grants
from conformance.contract import Contract
from conformance.targets import (
    Client,
    Code,
    Companions,
    GrantRequest,
    Service,
    Span,
    Tokens,
    Window,
)
from conformance.targets.service.carriage import carriage
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

_CODE = "authorization_code"
_REFRESH = "refresh_token"
_DAY = 86_400
_SECRET = ("client_secret",)
_CREDENTIALS = ("client_id", *_SECRET)
_OTHER_HTTP = {"GET": "POST", "POST": "GET"}
_OTHER_AUTHENTICATION = {
    "client_secret_post": "client_secret_basic",
    "client_secret_basic": "client_secret_post",
}
_WORDS = {
    "client_secret_post": "with the client's credentials among the parameters",
    "client_secret_basic": "by HTTP Basic",
}


@dataclass(frozen=True)
class _Held:
    """What belongs to a client and buys tokens: its name, its words, and how it is obtained."""

    kind: str
    words: str
    obtain: Callable[[Service], Code | Tokens]


# By the grant that it is used for.
_HELD: Mapping[str, _Held] = {
    _CODE: _Held("code", "code", lambda service: service.code()),
    _REFRESH: _Held(
        "refresh_token", "refresh token", lambda service: service.tokens(service.origins()[0])
    ),
}


@dataclass(frozen=True)
class _Way:
    """By which methods a request is made, beside or instead of those that are documented."""

    http: bool = False
    authentication: bool = False

    def send(self, service: Service, request: GrantRequest) -> Exchange:
        """Send a request to the token endpoint this way."""
        method = self._http(service)
        client = replace(request.client, authentication=self._authentication(request.client))
        sent = carriage(service.contract.token, replace(request, client=client))
        query, form = sent.query, sent.form
        if self.http:
            everything = (*query, *form)
            query, form = (everything, ()) if method == "GET" else ((), everything)
        return service.wire.send(
            method,
            service.live.endpoint("token"),
            query=query,
            form=form or None,
            headers=dict(sent.headers),
        )

    def words(self, service: Service, client: Client) -> str:
        """Say by which methods a client's request is made."""
        by_http = (f"by {self._http(service)}",) if self.http else ()
        method = self._authentication(client)
        return " and ".join((*by_http, *((_WORDS[method],) if self.authentication else ())))

    def _http(self, service: Service) -> str:
        method = service.contract.token.method
        return _OTHER_HTTP.get(method, "POST") if self.http else method

    def _authentication(self, client: Client) -> str:
        method = client.authentication
        return _OTHER_AUTHENTICATION.get(method, method) if self.authentication else method


_DOCUMENTED = _Way()
_WAYS: Mapping[str, _Way] = {
    "http": _Way(http=True),
    "authentication": _Way(authentication=True),
    "both": _Way(http=True, authentication=True),
}
# What is wrong with the credentials, by the way. Without a secret nobody authenticates, by whatever
# method, so where that is another one the secret is blank.
_WRONG: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "missing": {
        "http": ("missing-secret", "missing-credentials"),
        "authentication": ("blank-secret",),
        "both": ("blank-secret",),
    },
    "wrong": dict.fromkeys(_WAYS, ("wrong-secret",)),
}


def _owned(contract: Contract) -> Iterator[str]:
    """Yield the grants that are had for something that belongs to a client."""
    yield from (grant for grant in contract.grants if grant in _HELD)


@once
def _answered(service: Service, grant: str, way: str) -> Exchange:
    """Send a request that is as it should be but for its methods."""
    return _WAYS[way].send(service, service.grant_request(grant))


@once
def _open_to_all(service: Service, grant: str, way: str) -> bool:
    """Tell whether no secret is needed where clients are to authenticate another way."""
    bare = (service.grant_request(grant).without(*names) for names in (_SECRET, _CREDENTIALS))
    return any(of_grant(_WAYS[way].send(service, request)) is Answer.YES for request in bare)


def _need(service: Service, grant: str, way: str) -> str:
    """Say by which methods a grant is had another way; raises `NotApplicable` where it is not.

    That it is had is the positive twin of all that is to be refused.
    """
    other, client = _WAYS[way], service.client_for(grant)
    if other.authentication and not client.secret:
        raise NotApplicable("a client without a secret has nothing to authenticate by")
    exchange, words = _answered(service, grant, way), other.words(service, client)
    if of_grant(exchange) is not Answer.YES:
        raise NotApplicable(f"{grant} {words} is not served: {describe(exchange)}")
    return words


def _expect_refused(
    service: Service, grant: str, way: str, attempt: Callable[[_Way], Exchange], what: str
) -> None:
    """Expect that what is refused as documented is refused another way, where a secret counts."""
    exchange = attempt(_WAYS[way])
    if of_grant(exchange) is Answer.YES:
        if of_grant(attempt(_DOCUMENTED)) is Answer.YES:
            raise Inconclusive(f"{what} is accepted, and as documented too, which others judge")
        if _WAYS[way].authentication and _open_to_all(service, grant, way):
            raise Inconclusive(f"{what} is accepted, and without any secret too")
    expect.refused(exchange, what)


@check("method.single-use", grant=_owned, way=tuple(_WAYS))
def check_single_use(service: Service, grant: str, way: str) -> None:
    """A code or refresh token that was used by one method is refused by another, and back."""
    words = _need(service, grant, way)
    used = f"a {_HELD[grant].words} that was used"

    def use_twice(first: _Way, second: _Way) -> Exchange:
        request = service.grant_request(grant)
        exchange = first.send(service, request)
        if of_grant(exchange) is not Answer.YES:
            raise NotApplicable(f"{grant} is served now and then: {describe(exchange)}")
        return second.send(service, request)

    for attempt, order in (
        (lambda by: use_twice(_DOCUMENTED, by), f"as documented and then {words}"),
        (lambda by: use_twice(by, _DOCUMENTED), f"{words} and then as documented"),
    ):
        _expect_refused(service, grant, way, attempt, f"{used} {order}")


@check("method.client-binding", grant=_owned, way=tuple(_WAYS))
def check_client_binding(service: Service, grant: str, way: str) -> None:
    """A code or refresh token of one client is refused to another by every method."""
    words = _need(service, grant, way)
    thief = service.client("other_client")

    def steal(by: _Way) -> Exchange:
        return by.send(service, service.grant_request(grant).by(thief))

    what = f"a {_HELD[grant].words} of another client {words}"
    _expect_refused(service, grant, way, steal, what)


@check("method.client-refused", how=tuple(_WRONG), grant=grants, way=tuple(_WAYS))
def check_client_refused(service: Service, how: str, grant: str, way: str) -> None:
    """Client credentials that are not complete and right get no token by any method."""
    words = _need(service, grant, way)

    def send(by: _Way, name: str) -> Exchange:
        return by.send(service, BENDS[name][0](service, service.grant_request(grant)))

    for name in _WRONG[how][way]:
        what = f"{grant} {words} {BENDS[name][1]}"
        _expect_refused(service, grant, way, partial(send, name=name), what)


def _two(service: Service, grant: str, way: str) -> Companions:
    """Obtain two of what a grant is had for, where it is had this way.

    The control comes first: what is issued later may end it (KMA-28, KMA-35).
    """
    _need(service, grant, way)
    control = _HELD[grant].obtain(service)
    return Companions(_HELD[grant].obtain(service), control)


def _well_after(lifetimes: Lifetimes, issued: Span, grant: str, **_: str) -> Window:
    """Return when something has been dead for as long as it lived, or for a day."""
    lifetime = lifetimes(_HELD[grant].kind)
    beyond = max(lifetime.after, min(lifetime.seconds, _DAY))
    return Window(issued.received + lifetime.seconds + beyond)


@check("method.expired", hold=Hold(_two, _well_after), grant=_owned, way=tuple(_WAYS))
def check_expired(service: Service, held: Companions, grant: str, way: str) -> None:
    """A code or refresh token that was never used is dead well after its end by every method."""

    def use(by: _Way) -> Exchange:
        found = held.control if by is _DOCUMENTED else held.value
        return by.send(service, _request(service, found))

    words = _WAYS[way].words(service, held.value.client)
    what = f"a {_HELD[grant].words} {words} well after its end"
    _expect_refused(service, grant, way, use, what)


def _request(service: Service, held: Code | Tokens) -> GrantRequest:
    if isinstance(held, Code):
        return service.grant_request(_CODE, code=held)
    return service.grant_request(_REFRESH, tokens=held)
