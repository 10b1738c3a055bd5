"""What goes wrong only when several requests come at the same time."""

from __future__ import annotations

import time

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued

_WINDOW = 0.001  # seconds


def _slowly(self: Decisions, call: Call, record: Issued) -> bool:
    """Look first and write later, as with a database and no transaction."""
    if self.spent(call, record):
        return False
    time.sleep(_WINDOW)
    self.mark_spent(call, record)
    return True


def _began_with(origin: str) -> Decision:
    return lambda _self, _call, record: record.lineage.family.origin == origin


fault(
    "race.code",
    "For a millisecond a code can be redeemed by several requests at once.",
    breaks=["race.code"],
    spend_code=_slowly,
)
fault(
    "race.refresh-token",
    "For a millisecond a refresh token can be used by several requests at once.",
    breaks=["race.refresh-token"],
    spend_refresh_token=_slowly,
)
fault(
    "race.refresh-token-of-client-credentials",
    "For a millisecond a refresh token of client credentials can be used by several requests.",
    breaks=["race.refresh-token"],
    spend_refresh_token=when(
        _began_with("client_credentials"), _slowly, Decisions.spend_refresh_token
    ),
)
