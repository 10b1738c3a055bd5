"""Values that are accepted for a purpose that is not theirs."""

from __future__ import annotations

from conformance.faults.catalogue import Decision, fault
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Kind


def _also(healthy: Decision, kind: Kind) -> Decision:
    """Return a look-up that finds values of another kind too."""

    def find(self: Decisions, call: Call, value: str, *more: object) -> object:
        return healthy(self, call, value, *more) or call.state.store.find(kind, value)

    return find


fault(
    "kind.access-token-refreshes",
    "An access token is accepted as a refresh token.",
    breaks=["kind.access-token-as-refresh-token"],
    find_refresh_token=_also(Decisions.find_refresh_token, "access_token"),
)
fault(
    "kind.code-refreshes",
    "A code is accepted as a refresh token.",
    breaks=["kind.code-as-refresh-token"],
    find_refresh_token=_also(Decisions.find_refresh_token, "code"),
)
fault(
    "kind.access-token-is-code",
    "An access token is accepted as a code.",
    breaks=["kind.access-token-as-code"],
    find_code=_also(Decisions.find_code, "access_token"),
)
fault(
    "kind.refresh-token-is-code",
    "A refresh token is accepted as a code.",
    breaks=["kind.refresh-token-as-code"],
    find_code=_also(Decisions.find_code, "refresh_token"),
)
fault(
    "kind.refresh-token-opens",
    "A refresh token opens the resources.",
    breaks=["placement.refused[*,refresh-token]"],
    find_access_token=_also(Decisions.find_access_token, "refresh_token"),
)
fault(
    "kind.code-opens",
    "A code opens the resources.",
    breaks=["placement.refused[*,code]"],
    find_access_token=_also(Decisions.find_access_token, "code"),
)
