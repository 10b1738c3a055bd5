"""Lifetimes: accepted shortly before the end, refused shortly after, never judged at the limit.

Before counts from when the granting request was sent, after from when its answer had arrived, so
that the network's time is the target's advantage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from conformance.checks import expect
from conformance.checks.catalogue import Hold, Lifetimes, Midway, WindowOf, check
from conformance.checks.mutations import made_up
from conformance.checks.spans import VALUES, openers, origins, placements
from conformance.checks.twins import call_twins, grant_twins, twins
from conformance.targets import (
    Code,
    Companions,
    GrantRequest,
    Service,
    Span,
    Tokens,
    Undecided,
    Window,
)
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

_DAY = 86_400
_ASIDE = 1.0
# How long before its margin a positive observation is aimed at, at most: seconds.
_AIM = 5.0
_GENERATIONS = {"first": 0, "second": 1, "later": 3}
_OLD_TOKEN_AGE = {"soon": 5, "late": 60, "next-day": _DAY}
_OLD_CODE_AGE = {"ten-minutes": 601, "next-day": _DAY}
_USED_CODE_AGE = 10  # seconds: while a code that was not used would be alive


def _before(kind: str) -> WindowOf:
    """Return the window just before the end of a value of some kind."""

    def window(lifetimes: Lifetimes, issued: Span, **_: str) -> Window:
        lifetime = lifetimes(kind)
        closes = issued.sent + lifetime.seconds - lifetime.before
        return Window(closes - min(_AIM, max(lifetime.before / 2, 0.5)), closes)

    return window


def _after(kind: str, *, beyond: float = 0.0) -> WindowOf:
    """Return the window after the end of a value of some kind, and some seconds beyond."""

    def window(lifetimes: Lifetimes, issued: Span, **_: str) -> Window:
        lifetime = lifetimes(kind)
        return Window(issued.received + lifetime.seconds + max(lifetime.after, beyond))

    return window


# Authorization codes


def _issue_code(service: Service, **_: str) -> Code:
    return service.code()


def _issue_two(service: Service, **_: str) -> Companions:
    """Issue a code, and before it one of another client and user, where there are such.

    Without a clock that can be moved a code is held before the other user has decided anything for
    the other client, and others still judge how they are asked.
    """
    other = None
    if service.clock.movable:
        with suppress(Inconclusive):
            other = service.code(service.client("other_client"), service.user("other_user"))
    code = service.code()
    return Companions(code, other or code)


def _redeem(service: Service, code: Code) -> None:
    exchange = service.send(service.grant_request("authorization_code", code=code))
    expect.granted(exchange, "a code shortly before its end")


def _expect_refused(service: Service, request: GrantRequest, what: str) -> None:
    """Expect what was held to be refused for its age, with the twins behind it.

    Theirs may be the grant that ends it (readings KMA-28 and KMA-35).
    """
    exchange = service.send(request)
    with grant_twins(service, request.grant):
        expect.refused(exchange, what)


def _expect_dead(service: Service, code: Code, what: str = "a code") -> None:
    request = service.grant_request("authorization_code", code=code)
    _expect_refused(service, request, f"{what} after its end")


@check("lifetime.code-before", hold=Hold(_issue_code, _before("code")))
def check_code_before(service: Service, held: Code) -> None:
    """A code that was never used still works shortly before its end."""
    _redeem(service, held)


def _code_after(lifetimes: Lifetimes, issued: Span, when: str) -> Window:
    beyond = {"soon": 0.0, "late": lifetimes("code").seconds}[when]
    return _after("code", beyond=beyond)(lifetimes, issued)


@check("lifetime.code-after", hold=Hold(_issue_two, _code_after), when=("soon", "late"))
def check_code_after(service: Service, held: Companions, when: str) -> None:  # noqa: ARG001 - spans the cases
    """A code that was never used is dead shortly after its end."""
    codes = (one for one in (held.value, held.control) if isinstance(one, Code))
    own, *others = dict.fromkeys(codes)  # one, where there is nobody else
    _expect_dead(service, own)
    for other in others:
        _expect_dead(service, other, "a code of another client and user")


def _code_edge(lifetimes: Lifetimes, issued: Span, side: str) -> Window:
    end = lifetimes("code").seconds
    if side == "before":
        closes = issued.sent + end - _ASIDE
        return Window(closes - _ASIDE / 2, closes)
    opens = issued.received + end + _ASIDE
    return Window(opens, opens + _ASIDE)


@check("lifetime.code-edge", hold=Hold(_issue_code, _code_edge), side=("before", "after"))
def check_code_edge(service: Service, held: Code, side: str) -> None:
    """The limit of a code is the documented second, give or take one."""
    {"before": _redeem, "after": _expect_dead}[side](service, held)


def _old(_: Lifetimes, issued: Span, when: str) -> Window:
    return Window(issued.received + _OLD_CODE_AGE[when])


@check("lifetime.code-expires", hold=Hold(_issue_code, _old), when=tuple(_OLD_CODE_AGE))
def check_code_expires(service: Service, held: Code, when: str) -> None:  # noqa: ARG001 - spans the cases
    """A code that was never used is dead after ten minutes, and after a day, in any case."""
    _expect_dead(service, held)


def _used_code(service: Service) -> Code:
    """Use a code that has a session of its own: its replay may end all that the session gave."""
    code = service.code(returning=False)
    service.tokens("authorization_code", code=code)
    return code


def _later(_: Lifetimes, issued: Span) -> Window:
    return Window(issued.received + _USED_CODE_AGE)


@check("lifetime.used-code", hold=Hold(_used_code, _later))
def check_used_code(service: Service, held: Code) -> None:
    """A code that was used stays dead while it would have lived."""
    request = service.grant_request("authorization_code", code=held)
    _expect_refused(service, request, "a code that was used some seconds ago")


def _hesitating(service: Service) -> Undecided:
    return service.undecided()


@check("lifetime.code-start", hold=Hold(_hesitating, _after("code")))
def check_code_start(service: Service, held: Undecided) -> None:
    """The life of a code starts when the user allows it, not when the page opens."""
    with grant_twins(service, "authorization_code"):
        _redeem(service, service.allowed(held))


# Access tokens


def _issue_tokens(service: Service, grant: str, placement: str) -> Tokens:
    service.readers(placement)
    return service.tokens(grant)


@check(
    "lifetime.access-token-before",
    hold=Hold(_issue_tokens, _before("access_token")),
    placement=placements,
    grant=openers,
)
def check_access_token_before(service: Service, held: Tokens, placement: str, grant: str) -> None:
    """An access token of every grant works, in every place, until shortly before its end."""
    for operation in service.readers(placement):
        exchange = service.call(operation, held.access_token, placement)
        expect.opened(
            service, operation, exchange, f"a token of {grant} in {placement} before its end"
        )


@check(
    "lifetime.access-token-after",
    hold=Hold(_issue_tokens, _after("access_token")),
    placement=placements,
    grant=openers,
)
def check_access_token_after(service: Service, held: Tokens, placement: str, grant: str) -> None:
    """An access token of every grant is dead, in every place, shortly after its end."""
    seen = [
        (operation, service.call(operation, held.access_token, placement))
        for operation in service.readers(placement)
    ]
    fresh = service.bearer().access_token  # by a grant that may end the one held (KMA-28)
    for operation, exchange in seen:
        with call_twins(service, operation, fresh, placement):
            expect.closed(
                service, operation, exchange, f"an expired token of {grant} in {placement}"
            )


# Refresh tokens


def _issue_generation(service: Service, origin: str, generation: str) -> Tokens:
    tokens = service.tokens(origin)
    for _ in range(_GENERATIONS[generation]):
        tokens = service.refreshed(tokens)
    service.refresh_token(tokens)
    return tokens


def _a_day_after(lifetimes: Lifetimes, issued: Span, **_: str) -> Window:
    """Return the window a day after the end, or a whole lifetime where that is shorter."""
    beyond = min(_DAY, lifetimes("refresh_token").seconds)
    return _after("refresh_token", beyond=beyond)(lifetimes, issued)


def _expect_refreshable(service: Service, tokens: Tokens, what: str) -> None:
    exchange = service.send(service.grant_request("refresh_token", tokens=tokens))
    expect.granted(exchange, what)


@check(
    "lifetime.refresh-token-before",
    hold=Hold(_issue_generation, _before("refresh_token")),
    origin=origins,
    generation=tuple(_GENERATIONS),
)
def check_refresh_token_before(
    service: Service, held: Tokens, origin: str, generation: str
) -> None:
    """A refresh token of every generation works until shortly before its end."""
    _expect_refreshable(service, held, f"a {generation} refresh token of {origin} before its end")


@check(
    "lifetime.refresh-token-after",
    hold=Hold(_issue_generation, _a_day_after),
    origin=origins,
    generation=tuple(_GENERATIONS),
)
def check_refresh_token_after(service: Service, held: Tokens, origin: str, generation: str) -> None:
    """A refresh token of every generation is dead a day after its end."""
    request = service.grant_request("refresh_token", tokens=held)
    _expect_refused(service, request, f"a {generation} refresh token of {origin} after its end")


def _tokens_of(service: Service, **_: str) -> Tokens:
    return service.tokens(service.origins()[0])


def _between_the_ends(lifetimes: Lifetimes, issued: Span) -> Window:
    """Return a window after the access token's end and before the refresh token's."""
    access, refresh = lifetimes("access_token"), lifetimes("refresh_token")
    opens = issued.received + access.seconds + access.after
    closes = issued.sent + refresh.seconds - refresh.before
    return Window(min(opens + access.seconds, (opens + closes) / 2), closes)


@check(
    "lifetime.refresh-after-access-expired",
    hold=Hold(_tokens_of, _between_the_ends),
)
def check_refresh_after_access_expired(service: Service, held: Tokens) -> None:
    """A refresh works after the access token has expired, and what it gives is alive."""
    request = service.grant_request("refresh_token", tokens=held)
    exchange = service.send(request)
    expect.granted(exchange, "a refresh token whose access token has expired")
    example = service.contract.example
    call = service.call(example, exchange.members["access_token"])
    expect.opened(service, example, call, "the access token of a refresh after the first has ended")


def _middle(kind: str) -> WindowOf:
    """Return the second half of the life of a value of some kind."""

    def window(lifetimes: Lifetimes, issued: Span, **_: str) -> Window:
        lifetime = lifetimes(kind)
        closes = issued.sent + lifetime.seconds - lifetime.before
        return Window(issued.received + lifetime.seconds / 2, closes)

    return window


def _refreshed(service: Service, held: Tokens) -> Tokens:
    return service.refreshed(held)


@check(
    "lifetime.rotation-restarts",
    hold=Hold(
        _tokens_of,
        _before("refresh_token"),
        Midway(_middle("refresh_token"), _refreshed, renews=True),
    ),
)
def check_rotation_restarts(service: Service, held: Tokens) -> None:
    """A refresh token that a refresh gave lives its own two weeks (reading KMA-16)."""
    exchange = service.send(service.grant_request("refresh_token", tokens=held))
    service.observe("refresh.rotation_restarts_lifetime", of_grant(exchange) is Answer.YES)
    expect.granted(exchange, "a refresh token in its own last minutes")


def _used_refresh_token(service: Service, **_: str) -> Tokens:
    tokens = service.tokens(service.origins()[0])
    service.refreshed(tokens)
    return tokens


def _after_use(_: Lifetimes, issued: Span, when: str) -> Window:
    return Window(issued.received + _OLD_TOKEN_AGE[when])


@check(
    "lifetime.old-refresh-token",
    hold=Hold(_used_refresh_token, _after_use),
    when=tuple(_OLD_TOKEN_AGE),
)
def check_old_refresh_token(service: Service, held: Tokens, when: str) -> None:  # noqa: ARG001 - spans the cases
    """A refresh token that was used stays dead: after seconds, after a minute and a day later."""
    request = service.grant_request("refresh_token", tokens=held)
    _expect_refused(service, request, "a refresh token that was used")


# What does not lengthen a life


@dataclass(frozen=True)
class _Life:
    """How a value is obtained, what happens to it in the middle of its life, and how it is used."""

    obtain: Callable[[Service], Any]
    touch: Callable[[Service, Any], None]
    use: Callable[[Service, Any], tuple[Answer, Exchange]]


def _fail(service: Service, request: GrantRequest) -> None:
    """Make an attempt that is refused; raises `Inconclusive` where it succeeds."""
    bent = request.altering("client_secret", lambda secret: made_up(service, secret))
    if of_grant(service.send(bent)) is Answer.YES:
        raise Inconclusive("the attempt that was meant to fail succeeded")


def _sent(service: Service, request: GrantRequest) -> tuple[Answer, Exchange]:
    exchange = service.send(request)
    return of_grant(exchange), exchange


def _by_code(service: Service, code: Code) -> GrantRequest:
    return service.grant_request("authorization_code", code=code)


def _by_refresh_token(service: Service, tokens: Tokens) -> GrantRequest:
    return service.grant_request("refresh_token", tokens=tokens)


def _opened(service: Service, tokens: Tokens) -> tuple[Answer, Exchange]:
    exchange = service.call(service.contract.example, tokens.access_token)
    return service.answer(service.contract.example, exchange), exchange


def _look(service: Service, tokens: Tokens) -> None:
    """Use an access token; raises `Inconclusive` where it is refused in the middle of its life."""
    answer, exchange = _opened(service, tokens)
    if answer is not Answer.YES:
        raise Inconclusive(f"a token in its life was not accepted: {describe(exchange)}")


_LIVES: Mapping[str, _Life] = {
    "code": _Life(
        Service.code,
        lambda service, code: _fail(service, _by_code(service, code)),
        lambda service, code: _sent(service, _by_code(service, code)),
    ),
    "access_token": _Life(
        Service.bearer,
        _look,
        _opened,
    ),
    "refresh_token": _Life(
        _tokens_of,
        lambda service, tokens: _fail(service, _by_refresh_token(service, tokens)),
        lambda service, tokens: _sent(service, _by_refresh_token(service, tokens)),
    ),
}


def _hold_two(service: Service, value: str) -> Companions:
    """Obtain the control first: what is issued later may end or renew it (KMA-28, KMA-35)."""
    control = _LIVES[value].obtain(service)
    return Companions(_LIVES[value].obtain(service), control)


def _second_half(lifetimes: Lifetimes, issued: Span, value: str) -> Window:
    return _middle(value)(lifetimes, issued)


def _touch(service: Service, held: Companions, value: str) -> Companions:
    _LIVES[value].touch(service, held.value)
    return held


def _well_after(lifetimes: Lifetimes, issued: Span, value: str) -> Window:
    """Return the window after the end, and before the end of a life that was begun anew midway."""
    beyond = min(lifetimes(value).seconds / 10, _DAY)
    return _after(value, beyond=beyond)(lifetimes, issued)


@check(
    "lifetime.not-extended",
    hold=Hold(_hold_two, _well_after, Midway(_second_half, _touch)),
    value=VALUES,
)
def check_not_extended(service: Service, held: Companions, value: str) -> None:
    """Neither a use nor a failed attempt lengthens the life of a value."""
    life = _LIVES[value]
    with twins(service, lambda: life.use(service, life.obtain(service)), f"use of a {value}"):
        answer, exchange = life.use(service, held.value)
        if answer is Answer.UNCLEAR:
            raise Inconclusive(f"the answer decides nothing: {describe(exchange)}")
        if answer is Answer.YES and not _ended_by_itself(service, life, held):
            raise Inconclusive(f"a {value} to which nothing happened outlives its end as well")
        expect.that(answer is Answer.NO, f"the {value} to be dead", describe(exchange), exchange)


def _ended_by_itself(service: Service, life: _Life, held: Companions) -> bool:
    """Tell whether the control is dead, and not because only one is alive at a time."""
    return not service.solitary and life.use(service, held.control)[0] is Answer.NO
