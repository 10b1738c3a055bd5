"""What some checks risk at a host that others use too, and whether it may be risked there."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from conformance.targets.effort import Effort

if TYPE_CHECKING:
    from conformance.targets.live import LiveTarget


class Risk(enum.StrEnum):
    """A risk, by its name in `[limits].risks`."""

    LOCKOUT = "lockout"
    BURST = "burst"


_HOW = {
    Risk.LOCKOUT: "it logs in with a wrong password, which may lock the account",
    Risk.BURST: "it sends many requests at the same moment, which may burden the host",
}


def objection(live: LiveTarget, effort: Effort, risk: Risk | None) -> str | None:
    """Return why something may not be risked at a target, or None.

    A target on this machine is nobody else's, and a deep run is meant to risk what there is.
    """
    if risk is None or live.near or effort is Effort.DEEP or risk in live.file.limits.risks:
        return None
    return f'{_HOW[risk]}; allow it by risks = ["{risk}"] under [limits], or by --effort deep'
