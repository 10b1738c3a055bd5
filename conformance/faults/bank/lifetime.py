"""Codes and tokens that live too long or not long enough."""

from __future__ import annotations

import math
from typing import Any

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import always, gives, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import WRONG_CLIENT_SECRET, Problem
from conformance.reference.records import Issued, Kind

_GRANTS = {
    "client_credentials": "client credentials",
    "authorization_code": "a code",
    "refresh_token": "a refresh",
}


def _times(factor: float, kind: str) -> Decision:
    """Return a lifetime that is some times the documented one of a kind."""
    return lambda _self, call, *_: factor * getattr(call.settings, f"{kind}_lifetime")


def _seconds_off(seconds: float) -> Decision:
    """Return the lifetime of a code that is some seconds off the documented one."""
    return lambda _self, call, *_: call.settings.code_lifetime + seconds


def _issued_by(grant_type: str) -> Decision:
    return lambda _self, _call, token, *_: token.lineage.grant_type == grant_type


def _generation(first: int) -> Decision:
    return lambda _self, _call, token, *_: token.lineage.generation >= first


def _in(location: str, operation_method: str = "") -> Decision:
    return lambda _self, call, _token, placement: (
        placement.location == location and operation_method in ("", call.method)
    )


def _begins(kind: Kind, moment: Decision) -> Decision:
    """Return when lifetimes begin, with one kind whose lifetime begins at another moment."""
    return when(
        lambda _self, _call, found, _lineage: bool(found == kind), moment, Decisions.lifetime_starts
    )


def _of_parent(_self: Decisions, call: Call, _kind: object, lineage: Any) -> float:  # noqa: ANN401
    """Begin when the token began that was exchanged for this one."""
    refreshed = lineage.parent and lineage.parent.kind == "refresh_token"
    return float(lineage.parent.starts_at if refreshed else call.now)


def _restart(kind: Kind) -> Decision:
    """Return what happens at a refused request: the code or token in it starts to live anew."""

    def after_refusal(_self: Decisions, call: Call, problem: Problem) -> None:
        found = call.state.store.find(kind, call.query.get(kind) or "")
        if problem is WRONG_CLIENT_SECRET and found:
            found.starts_at = call.now

    return after_refusal


def _slide(self: Decisions, call: Call, token: Issued, placement: Any) -> bool:  # noqa: ANN401
    alive = Decisions.access_token_alive(self, call, token, placement)
    if alive:
        token.starts_at = call.now
    return alive


# Codes

fault(
    "lifetime.code-never-ends",
    "A code that nobody uses lives for ever.",
    breaks=["lifetime.code-after", "lifetime.code-edge[after]", "lifetime.code-expires"],
    code_lifetime=gives(math.inf),
)
fault(
    "lifetime.code-too-long",
    "A code lives half as long again as documented.",
    breaks=["lifetime.code-after[soon]", "lifetime.code-edge[after]"],
    code_lifetime=_times(1.5, "code"),
)
fault(
    "lifetime.code-too-short",
    "A code lives for a third of its documented time.",
    breaks=["lifetime.code-before", "lifetime.code-edge[before]"],
    code_lifetime=_times(1 / 3, "code"),
)
fault(
    "lifetime.code-bit-short",
    "A code lives for two seconds less than documented.",
    breaks=["lifetime.code-edge[before]"],
    code_lifetime=_seconds_off(-2),
)
fault(
    "lifetime.code-bit-long",
    "A code lives for two seconds more than documented.",
    breaks=["lifetime.code-edge[after]"],
    code_lifetime=_seconds_off(2),
)
fault(
    "lifetime.code-from-page",
    "The life of a code begins when the user opens the page.",
    breaks=["lifetime.code-start"],
    lifetime_starts=_begins("code", lambda _self, _call, _kind, lineage: lineage.requested_at),
)
fault(
    "lifetime.code-extended-by-failure",
    "A failed attempt to redeem a code lets it live anew.",
    breaks=["lifetime.not-extended[code]"],
    after_refusal=_restart("code"),
)

# Access tokens

fault(
    "lifetime.access-token-never-ends",
    "An access token lives for ever.",
    breaks=["lifetime.access-token-after"],
    access_token_alive=always,
)
fault(
    "lifetime.access-token-too-long",
    "An access token lives twice as long as documented.",
    breaks=["lifetime.access-token-after"],
    access_token_alive=lambda _self, call, token, _placement: bool(
        call.now < token.starts_at + 2 * call.settings.access_token_lifetime
    ),
)
fault(
    "lifetime.access-token-too-short",
    "An access token lives for half of its documented time.",
    breaks=["lifetime.access-token-before"],
    access_token_alive=lambda _self, call, token, _placement: bool(
        call.now < token.starts_at + call.settings.access_token_lifetime / 2
    ),
)
for _grant, _name in _GRANTS.items():
    fault(
        f"lifetime.access-token-never-ends-{_grant.replace('_', '-')}",
        f"An access token that came with {_name} lives for ever.",
        breaks=[f"lifetime.access-token-after[*,{_grant}]"],
        access_token_alive=when(_issued_by(_grant), always, Decisions.access_token_alive),
    )
    fault(
        f"lifetime.access-token-too-short-{_grant.replace('_', '-')}",
        f"An access token that came with {_name} lives for half of its documented time.",
        breaks=[f"lifetime.access-token-before[*,{_grant}]"],
        access_token_alive=when(
            _issued_by(_grant),
            lambda _self, call, token, _placement: bool(
                call.now < token.starts_at + call.settings.access_token_lifetime / 2
            ),
            Decisions.access_token_alive,
        ),
    )
for _place, _condition, _told in (
    ("header", _in("header"), "the header"),
    ("get", _in("query"), "a GET parameter"),
    ("post", _in("form", "POST"), "a POST parameter"),
    ("put", _in("form", "PUT"), "a PUT parameter"),
):
    fault(
        f"lifetime.expired-accepted-in-{_place}",
        f"In {_told} an access token is accepted after its end.",
        breaks=[f"lifetime.access-token-after[{_place},*]"],
        access_token_alive=when(_condition, always, Decisions.access_token_alive),
    )
fault(
    "lifetime.access-token-inherits-end",
    "The access token of a refresh ends when the one before it ends.",
    breaks=["lifetime.refresh-after-access-expired"],
    lifetime_starts=_begins("access_token", _of_parent),
)
fault(
    "lifetime.access-token-slides",
    "Each use of an access token lets it live for another hour.",
    breaks=["lifetime.not-extended[access_token]"],
    access_token_alive=_slide,
)

# Refresh tokens

fault(
    "lifetime.refresh-token-never-ends",
    "A refresh token lives for ever.",
    breaks=["lifetime.refresh-token-after"],
    refresh_token_lifetime=gives(math.inf),
)
fault(
    "lifetime.refresh-token-too-long",
    "A refresh token lives three times as long as documented.",
    breaks=["lifetime.refresh-token-after"],
    refresh_token_lifetime=_times(3, "refresh_token"),
)
fault(
    "lifetime.refresh-token-too-short",
    "A refresh token lives for half of its documented time.",
    breaks=["lifetime.refresh-token-before"],
    refresh_token_lifetime=_times(1 / 2, "refresh_token"),
)
fault(
    "lifetime.refresh-token-ends-with-access-token",
    "A refresh token ends with the access token that it came with.",
    breaks=["lifetime.refresh-token-before", "lifetime.refresh-after-access-expired"],
    refresh_token_lifetime=lambda _self, call, _token: call.settings.access_token_lifetime,
)
fault(
    "lifetime.refresh-token-shorter-for-client-credentials",
    "A refresh token that came with client credentials lives for half of its documented time.",
    breaks=["lifetime.refresh-token-before[client_credentials,*]"],
    refresh_token_lifetime=when(
        lambda _self, _call, token: token.lineage.family.origin == "client_credentials",
        _times(1 / 2, "refresh_token"),
        Decisions.refresh_token_lifetime,
    ),
)
fault(
    "lifetime.refresh-token-endless-once-refreshed",
    "A refresh token that came by a refresh lives for ever.",
    breaks=["lifetime.refresh-token-after[*,second]", "lifetime.refresh-token-after[*,later]"],
    refresh_token_lifetime=when(_generation(1), gives(math.inf), Decisions.refresh_token_lifetime),
)
fault(
    "lifetime.refresh-token-shorter-later",
    "From the second refresh on a refresh token lives for half of its documented time.",
    breaks=["lifetime.refresh-token-before[*,later]"],
    refresh_token_lifetime=when(
        _generation(2), _times(1 / 2, "refresh_token"), Decisions.refresh_token_lifetime
    ),
)
fault(
    "lifetime.refresh-token-inherits-end",
    "A refresh token that came by a refresh ends when the one before it would have ended.",
    breaks=["lifetime.rotation-restarts"],
    lifetime_starts=_begins("refresh_token", _of_parent),
)
fault(
    "lifetime.refresh-token-extended-by-failure",
    "A failed refresh lets the refresh token live anew.",
    breaks=["lifetime.not-extended[refresh_token]"],
    after_refusal=_restart("refresh_token"),
)
