"""What virtual clients stand on: found out before the first of them comes, on a quiet target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from conformance.checks.machine.invariant import LIVE, RACES
from conformance.checks.machine.stage import GRANT_OF, Stage, set_stage
from conformance.lifecycle import Kind
from conformance.targets import Code, Service, Tokens
from conformance.verdict.answer import Answer

_CODE = GRANT_OF[Kind.CODE]
_REFRESH = GRANT_OF[Kind.REFRESH_TOKEN]
_ONLY_READ = ("GET", "HEAD")
_RESTLESS = "here a replay in one grant ends others, so that nothing is sure to be alive"


@dataclass(frozen=True)
class Ground:
    """Who may begin what and where tokens are taken, and whether grants leave one another alone.

    `reasons` say of check cases why no virtual client will judge them.
    """

    stage: Stage
    peaceful: bool
    reasons: Mapping[str, str]


def explored(service: Service) -> Ground:
    """Return what a target offers; raises `Inconclusive` where nothing can begin."""
    stage = _reading(service, set_stage(service, movable=False))
    peaceful = not stage.solitary and all(_survives(service, one) for one in service.origins())
    return Ground(replace(stage, missing={}), peaceful, dict(_reasons(stage, peaceful=peaceful)))


def _reasons(stage: Stage, *, peaceful: bool) -> Iterator[tuple[str, str]]:
    if not peaceful:
        yield from ((case, _RESTLESS) for case in sorted(LIVE))
    if Kind.CODE in stage.missing:
        why = stage.missing[Kind.CODE].reason
        yield from (
            (case, why) for case in (RACES[Kind.CODE], f"lifecycle.live-accepted[{Kind.CODE}]")
        )


def _reading(service: Service, stage: Stage) -> Stage:
    """Return the stage with the calls alone that the service has and that change nothing.

    What thousands of calls have changed at a target would stay there. Where it has no other calls,
    these are left.
    """
    offers = service.features.offers
    there = [one for one in stage.places if offers(one.placement) and offers(one.operation.id)]
    reads = [one for one in there if one.operation.method in _ONLY_READ]
    return replace(stage, places=tuple(reads or there))


def _survives(service: Service, origin: str) -> bool:
    """Tell whether a grant stays as it is while everything is replayed in another."""
    bystander = service.tokens(origin)
    _replay(service, origin)
    example = service.contract.example
    exchange = service.call(example, bystander.access_token)
    if service.contract.grants[origin].opens and service.answer(example, exchange) is Answer.NO:
        return False
    return bystander.refresh_token is None or _granted(service, _REFRESH, tokens=bystander)


def _replay(service: Service, origin: str) -> None:
    """Use once more what was used: a refresh token, and the code that it came by."""
    code = service.code() if origin == _CODE else None
    tokens = service.tokens(origin, code=code)
    for _ in range(2 if tokens.refresh_token else 0):
        _granted(service, _REFRESH, tokens=tokens)
    if code:
        _granted(service, _CODE, code=code)


def _granted(
    service: Service, grant: str, *, code: Code | None = None, tokens: Tokens | None = None
) -> bool:
    request = service.grant_request(grant, code=code, tokens=tokens)
    return service.issued(request, service.send(request)) is not None
