"""Races: what is used once is used once, also when many try at the same moment.

Connections are opened first and the last bytes held back, so that the requests end together. The
overlap is shown, not hoped for: a round in which no two requests overlapped proves nothing.
"""

from __future__ import annotations

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.overlap import most_at_once
from conformance.targets import Effort, GrantRequest, Service
from conformance.targets.risk import Risk
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, of_grant
from conformance.wire import Exchange

_RACERS = 10
_OVERLAP = 2  # requests under way at once: fewer are no race
_ROUNDS = {Effort.SMOKE: 2, Effort.GATE: 5, Effort.DEEP: 20}


def _race(service: Service, grant: str) -> None:
    """Let many redeem one value at once, some rounds; expect at most one success in each."""
    seen: dict[str, list[int]] = {"successes": [], "alive": [], "at-once": []}
    for _ in range(_ROUNDS[service.effort]):
        request = service.grant_request(grant)
        exchanges = service.send_together(request, _RACERS)
        granted = [one for one in exchanges if of_grant(one) is Answer.YES]
        seen["successes"].append(len(granted))
        seen["alive"].append(_alive(service, request, granted))
        seen["at-once"].append(most_at_once(exchanges))
        for name, counts in seen.items():
            service.observe(f"race.{grant}.{name}", counts)
        expect.that(
            len(granted) <= 1,
            "one success at most",
            f"{len(granted)} successes",
            granted[-1] if granted else None,
        )
    if max(seen["at-once"]) < _OVERLAP:
        raise Inconclusive("no two requests overlapped, which proves nothing", "parallel")
    if not any(seen["successes"]):
        raise Inconclusive("none of the racing requests succeeded, which proves nothing")


def _alive(service: Service, request: GrantRequest, granted: list[Exchange]) -> int:
    held = [service.issued(request, one) for one in granted]
    example = service.contract.example
    return sum(
        service.answer(example, service.call(example, one.access_token)) is Answer.YES
        for one in held
        if one
    )


@check("race.code", effort=Effort.GATE, risk=Risk.BURST)
def check_code(service: Service) -> None:
    """One code, redeemed by many at once, is redeemed once at most."""
    _race(service, "authorization_code")


@check("race.refresh-token", effort=Effort.GATE, risk=Risk.BURST)
def check_refresh_token(service: Service) -> None:
    """One refresh token, used by many at once, is used once at most."""
    _race(service, "refresh_token")
