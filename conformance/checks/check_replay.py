"""Refresh tokens that come again: refused, and the end of their grant, as the service declares.

Rotation is a choice (RFC 6749 section 6), and so is what follows a replay: a retry after a lost
answer looks like one. The target file says what the service promises, in `[refresh]`.
"""

from __future__ import annotations

from conformance.checks import expect
from conformance.checks.catalogue import Turn, check
from conformance.checks.management import refreshable
from conformance.checks.propagation import opens
from conformance.checks.spans import origins
from conformance.checks.twins import grant_twins
from conformance.targets import Service, Tokens
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, of_grant
from conformance.wire import Exchange

GRANT = "refresh_token"
_BEYOND = 2.0  # seconds after a grace period


def _rotated(service: Service, origin: str) -> tuple[Tokens, Tokens]:
    """Return the tokens of a grant and of its refresh; raises `NotApplicable` without rotation."""
    first = service.tokens(origin)
    service.refresh_token(first)
    second = service.refreshed(first)
    if second.refresh_token == first.refresh_token:
        raise NotApplicable("the service does not rotate refresh tokens, and need not")
    return first, second


def _replayed(service: Service, origin: str) -> tuple[Exchange, Tokens]:
    """Use a refresh token again when the service has promised that it is dead; return the rest."""
    first, second = _rotated(service, origin)
    policy = service.live.file.refresh
    if policy.replay == "none":
        raise NotApplicable("the target file declares that a replay ends nothing")
    if policy.replay == "grace":
        _pass(service, policy.grace + _BEYOND)
    elif policy.replay != "strict":
        opens(service, second)
        second = service.refreshed(second)
    return service.send(service.grant_request(GRANT, tokens=first)), second


def _pass(service: Service, seconds: float) -> None:
    if not service.clock.movable:
        raise Inconclusive("a grace period passes on a clock that can be moved", "clock_control")
    service.clock.advance(seconds)


@check("replay.refused", turn=Turn.LATE, origin=origins)
def check_refused(service: Service, origin: str) -> None:
    """A refresh token that was used is refused, from the moment on that is declared."""
    with grant_twins(service, GRANT):
        exchange, _ = _replayed(service, origin)
        declared = service.live.file.refresh.replay
        if declared is None and of_grant(exchange) is Answer.YES:
            raise Inconclusive("a used refresh token works, and [refresh] does not say how long")
        expect.refused(exchange, "a refresh token that was used")


@check("replay.revokes", turn=Turn.LATE, origin=origins)
def check_revokes(service: Service, origin: str) -> None:
    """A refresh token that comes again ends what its grant has led to."""
    if service.live.file.refresh.replay is None:
        raise Inconclusive("[refresh] replay does not say what follows a replay", "replay_policy")
    with grant_twins(service, GRANT):
        exchange, newest = _replayed(service, origin)
        dead = not refreshable(service, newest)
        expect.that(dead, "the newest refresh token to be dead", "it works", exchange)


@check("replay.recorded", origin=origins)
def check_recorded(service: Service, origin: str) -> None:
    """What follows a replay is recorded: of the old token, and of the newest."""
    first, second = _rotated(service, origin)
    exchange = service.send(service.grant_request(GRANT, tokens=first))
    service.observe(f"replay.{origin}.accepted", of_grant(exchange) is Answer.YES)
    service.observe(f"replay.{origin}.newest_survives", refreshable(service, second))
