"""The life of codes and tokens under whatever several clients and users do: a state machine.

One campaign serves all cases: a script for each transition of the lifecycle table, then steps that
are drawn from the run's seed. What breaks a rule is shrunk to a short script.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.catalogue import Turn, check
from conformance.checks.machine import campaign_of
from conformance.checks.machine.stage import kinds_of
from conformance.contract import Contract
from conformance.lifecycle import USED_ONCE
from conformance.targets import Service


def _presented(contract: Contract) -> Iterator[str]:
    """Yield the kinds that only their own client may present."""
    yield from (kind for kind in kinds_of(contract) if kind in USED_ONCE)


def _ends(contract: Contract) -> Iterator[str]:
    """Yield every way in which a value can be dead, such as `code,spent`."""
    for kind in kinds_of(contract):
        if kind in contract.single_use:
            yield f"{kind},spent"
        yield f"{kind},expired"


@check("lifecycle.live-accepted", turn=Turn.EARLY, ages=True, kind=kinds_of)
def check_live_accepted(service: Service, kind: str) -> None:
    """Whatever is alive is accepted, whatever was done with other values."""
    campaign_of(service).judge(service, f"lifecycle.live-accepted[{kind}]")


@check("lifecycle.dead-refused", turn=Turn.EARLY, ages=True, end=_ends)
def check_dead_refused(service: Service, end: str) -> None:
    """Whatever was used up or has expired is refused, whatever was done with other values."""
    campaign_of(service).judge(service, f"lifecycle.dead-refused[{end}]")


@check("lifecycle.stranger-refused", turn=Turn.EARLY, kind=_presented)
def check_stranger_refused(service: Service, kind: str) -> None:
    """Another client is refused, in every state of a value."""
    campaign_of(service).judge(service, f"lifecycle.stranger-refused[{kind}]")


@check("lifecycle.kinds-apart", turn=Turn.EARLY, kind=kinds_of)
def check_kinds_apart(service: Service, kind: str) -> None:
    """A value is good for nothing but its own purpose, in every state."""
    campaign_of(service).judge(service, f"lifecycle.kinds-apart[{kind}]")


@check("lifecycle.user-kept", turn=Turn.EARLY)
def check_user_kept(service: Service) -> None:
    """An access token stands for the user of its grant, after however many refreshes."""
    campaign_of(service).judge(service, "lifecycle.user-kept")


@check("lifecycle.transitions", turn=Turn.EARLY, ages=True)
def check_transitions(service: Service) -> None:
    """Every transition of the lifecycle table was exercised."""
    campaign_of(service).judge_coverage()
