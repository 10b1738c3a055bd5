"""Refresh tokens: not rotated, not dead, dead too early, not bound (RFC 6749 section 6)."""

from __future__ import annotations

from typing import Any

from conformance.faults.catalogue import Decision, fault, only_in
from conformance.faults.conditions import always, at, gives, never, when
from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.problems import (
    FOREIGN_REFRESH_TOKEN,
    UNKNOWN_CLIENT,
    WRONG_CLIENT_SECRET,
    Problem,
)
from conformance.reference.records import Issued

_COMPARED = 8  # characters
_OVERLOOKED = 4  # characters
_GRACE = 30  # seconds
_FORGOTTEN = 3  # generations
_ORIGINS = {"client_credentials": "client credentials", "authorization_code": "a code"}

_OF_FIRST = ["lifetime.old-refresh-token", "race.refresh-token"]


def _where(call: Call, matches: Any) -> Issued | None:  # noqa: ANN401 - a Call, a function
    return next(
        (one for one in call.state.store.every("refresh_token") if matches(one.value)), None
    )


def _latest(call: Call) -> Issued | None:
    return next(reversed(list(call.state.store.every("refresh_token"))), None)


def _without_secret(_self: Decisions, _call: Call, _token: Issued, client: Client) -> bool:
    return not client.secret


def _from(origin: str) -> Decision:
    return lambda _self, _call, token, *_: token.lineage.family.origin == origin


def _successors(call: Call, token: Issued) -> list[Issued]:
    """Return the younger refresh tokens of the same grant, the oldest first."""
    return [
        one
        for one in call.state.store.every("refresh_token")
        if one.lineage.family is token.lineage.family
        and one.lineage.generation > token.lineage.generation
    ]


def _used_since(call: Call, token: Issued) -> float:
    """Return how many seconds ago a refresh token was used."""
    children = [one for one in _successors(call, token) if one.lineage.parent is token]
    return float(call.now - children[0].starts_at) if children else 0.0


def _burn_on(problem: Problem) -> Decision:
    """Return what happens when a request is refused: its refresh token is used up."""

    def after_refusal(_self: Decisions, call: Call, found: Problem) -> None:
        token = call.state.store.find("refresh_token", call.query.get("refresh_token") or "")
        if found is problem and token:
            token.spent = True

    return after_refusal


def _kill_siblings(_self: Decisions, call: Call, access: Issued, _refresh: Issued) -> None:
    lineage = access.lineage
    for one in call.state.store.every("refresh_token"):
        other = one.lineage
        same = (other.client_id, other.subject) == (lineage.client_id, lineage.subject)
        if lineage.generation and same and other.family is not lineage.family:
            one.revoked = True


def _kill_new(kind: str, generation: int) -> Decision:
    """Return what happens once a pair was issued: one of its tokens is dead at once."""

    def after_issue(_self: Decisions, _call: object, access: Issued, refresh: Issued) -> None:
        if access.lineage.generation >= generation:
            {"access_token": access, "refresh_token": refresh}[kind].revoked = True

    return after_issue


# Rotation

fault(
    "refresh.not-rotated",
    "A refresh gives back the refresh token that came, and it goes on living.",
    breaks=[
        "lifetime.rotation-restarts",
        "lifetime.old-refresh-token",
        "race.refresh-token",
        "refresh.rotates",
        "refresh.old-dead",
        "refresh.predecessors-dead",
        "refresh.ancestors-dead",
        "value.fresh[refresh_token]",
    ],
    answer_refresh_token=lambda self, call, refresh: (
        self.token_parameter(call, "refresh_token")
        if self.grant_type(call) == "refresh_token"
        else refresh.value
    ),
    spend_refresh_token=always,
)
fault(
    "refresh.access-token-not-new",
    "A refresh gives back the access token that the client has.",
    breaks=["refresh.rotates", "value.fresh[access_token]"],
    new_access_token=when(
        at("refresh_token"),
        lambda _self, call, lineage: next(
            one.value
            for one in call.state.store.every("access_token")
            if one.lineage is lineage.parent.lineage
        ),
        Decisions.new_access_token,
    ),
)
fault(
    "refresh.reusable",
    "A refresh token goes on working beside its successor.",
    breaks=[
        "lifetime.old-refresh-token",
        "race.refresh-token",
        "refresh.old-dead",
        "refresh.predecessors-dead",
        "refresh.ancestors-dead",
    ],
    spend_refresh_token=always,
)
for _origin, _name in _ORIGINS.items():
    fault(
        f"refresh.reusable-{_origin.replace('_', '-')}",
        f"A refresh token that began with {_name} goes on working beside its successor.",
        breaks=[
            f"refresh.old-dead[{_origin}]",
            f"refresh.predecessors-dead[{_origin}]",
            f"refresh.ancestors-dead[{_origin}]",
            # These take the first grant of the contract.
            *(_OF_FIRST if _origin == "client_credentials" else []),
        ],
        spend_refresh_token=when(_from(_origin), always, Decisions.spend_refresh_token),
    )
fault(
    "refresh.reusable-once",
    "A refresh token works twice.",
    breaks=[
        "lifetime.old-refresh-token",
        "race.refresh-token",
        "refresh.old-dead",
        "refresh.predecessors-dead",
    ],
    spend_refresh_token=lambda self, call, token: (
        Decisions.spend_refresh_token(self, call, token) or len(_successors(call, token)) < 2
    ),
)
fault(
    "refresh.grace",
    "A refresh token works for half a minute after its use.",
    breaks=[
        "lifetime.old-refresh-token[soon]",
        "race.refresh-token",
        "refresh.old-dead",
        "refresh.predecessors-dead",
        "refresh.ancestors-dead",
    ],
    spend_refresh_token=lambda self, call, token: (
        Decisions.spend_refresh_token(self, call, token) or _used_since(call, token) < _GRACE
    ),
)
fault(
    "refresh.forgotten-with-time",
    "Half a minute after its use it is forgotten that a refresh token was used.",
    breaks=["lifetime.old-refresh-token[late]", "lifetime.old-refresh-token[next-day]"],
    spend_refresh_token=lambda self, call, token: (
        Decisions.spend_refresh_token(self, call, token) or _used_since(call, token) >= _GRACE
    ),
)
fault(
    "refresh.forgotten-with-access-token",
    "When its access token has ended it is forgotten that a refresh token was used.",
    breaks=["lifetime.old-refresh-token[next-day]"],
    spend_refresh_token=lambda self, call, token: (
        Decisions.spend_refresh_token(self, call, token)
        or _used_since(call, token) >= call.settings.access_token_lifetime
    ),
)
fault(
    "refresh.alive-until-successor-used",
    "A refresh token works until its successor was used.",
    breaks=[
        "lifetime.old-refresh-token",
        "race.refresh-token",
        "refresh.old-dead",
        "refresh.predecessors-dead",
    ],
    spend_refresh_token=lambda self, call, token: (
        Decisions.spend_refresh_token(self, call, token)
        or not any(one.spent for one in _successors(call, token))
    ),
)
fault(
    "refresh.third-generation-forgotten",
    "Only the last three generations of a chain are remembered as used; older ones work again.",
    breaks=["refresh.ancestors-dead"],
    spend_refresh_token=lambda self, call, token: (
        Decisions.spend_refresh_token(self, call, token)
        or len(_successors(call, token)) >= _FORGOTTEN
    ),
)
fault(
    "refresh.third-generation-reusable",
    "From the third generation on a refresh token goes on working beside its successor.",
    breaks=["refresh.predecessors-dead"],
    spend_refresh_token=when(
        lambda _self, _call, token: token.lineage.generation >= _FORGOTTEN - 1,
        always,
        Decisions.spend_refresh_token,
    ),
)

# Tokens that die

fault(
    "refresh.dead-successor",
    "The refresh token that a refresh gives does not work.",
    breaks=[
        "lifetime.refresh-token-before[*,second]",
        "lifetime.rotation-restarts",
        "refresh.chain",
    ],
    after_issue=_kill_new("refresh_token", 1),
)
fault(
    "refresh.dead-in-third-generation",
    "A chain of refreshes ends with its third token.",
    breaks=["refresh.chain", "scope.rotation-keeps"],
    after_issue=_kill_new("refresh_token", 2),
)
fault(
    "refresh.dead-in-fifth-generation",
    "A chain of refreshes ends with its fifth token.",
    breaks=["refresh.chain"],
    after_issue=_kill_new("refresh_token", 4),
)
fault(
    "refresh.dead-access-token",
    "The access token that a refresh gives does not work.",
    breaks=[
        "grant.issues[refresh_token]",
        "lifetime.access-token-before[*,refresh_token]",
        "lifetime.refresh-after-access-expired",
        "placement.accepted[*,refresh_token]",
        "refresh.chain",
    ],
    after_issue=_kill_new("access_token", 1),
)
fault(
    "refresh.dead-access-token-in-third-generation",
    "From the second refresh on the access token does not work.",
    breaks=["refresh.chain"],
    after_issue=_kill_new("access_token", 2),
)
fault(
    "refresh.siblings-killed",
    "A refresh ends all other refresh tokens of the same user and client.",
    breaks=["refresh.siblings"],
    after_issue=_kill_siblings,
)
fault(
    "refresh.burned-by-wrong-secret",
    "A refresh with a wrong secret uses the refresh token up.",
    breaks=["refresh.survives-failure[wrong-secret]"],
    after_refusal=_burn_on(WRONG_CLIENT_SECRET),
)
fault(
    "refresh.burned-by-unknown-client",
    "A refresh by a client that does not exist uses the refresh token up.",
    breaks=["refresh.survives-failure[unknown-client]"],
    after_refusal=_burn_on(UNKNOWN_CLIENT),
)
fault(
    "refresh.burned-by-stranger",
    "A refresh by another client uses the refresh token up, although it is refused.",
    breaks=["refresh.survives-failure[other-client]"],
    after_refusal=_burn_on(FOREIGN_REFRESH_TOKEN),
)
fault(
    "refresh.refused",
    "No refresh token works.",
    breaks=[
        "grant.issues[refresh_token]",
        "lifetime.refresh-token-before[*,first]",
        "lifetime.refresh-after-access-expired",
        "refresh.rotates",
        "refresh.chain",
        "refresh.silent",
        "scope.refresh-widening-error",
        "scope.reported[refresh_token]",
    ],
    find_refresh_token=gives(None),
)
fault(
    "refresh.replay-forgiven",
    "A refresh token that comes again is refused, and nothing more follows.",
    breaks=["replay.revokes"],
    refresh_token_replayed=lambda *_: None,
)
fault(
    "refresh.refused-client-credentials",
    "No refresh token that came with client credentials works.",
    breaks=[
        "grant.issues[refresh_token]",
        "lifetime.refresh-token-before[client_credentials,first]",
        "lifetime.refresh-after-access-expired",
        "refresh.rotates[client_credentials]",
        "refresh.chain[client_credentials]",
        "refresh.silent",
    ],
    refresh_token_bound_to=when(
        _from("client_credentials"), never, Decisions.refresh_token_bound_to
    ),
)
only_in("kitchenmonki", "refresh.refused-client-credentials")

# Who may use a token, and which value counts

fault(
    "refresh.any-client",
    "A refresh token works for every client.",
    breaks=["refresh.client-binding", "basic.named-otherwise[refresh_token]"],
    refresh_token_bound_to=always,
)
fault(
    "refresh.any-client-without-secret",
    "A refresh token works for a client without a secret, whoever it was given to.",
    breaks=["refresh.client-binding"],
    refresh_token_bound_to=when(_without_secret, always, Decisions.refresh_token_bound_to),
)
only_in("oauth2", "refresh.any-client-without-secret")
fault(
    "refresh.any-client-once-refreshed",
    "A refresh token that a refresh gave works for every client.",
    breaks=["refresh.client-binding"],
    refresh_token_bound_to=when(
        lambda _self, _call, token, *_: token.lineage.generation > 0,
        always,
        Decisions.refresh_token_bound_to,
    ),
)
fault(
    "refresh.any-client-for-client-credentials",
    "A refresh token that came with client credentials works for every client.",
    breaks=["refresh.client-binding[client_credentials]"],
    refresh_token_bound_to=when(
        _from("client_credentials"), always, Decisions.refresh_token_bound_to
    ),
)
fault(
    "refresh.any-value",
    "Any value is taken for the latest refresh token.",
    breaks=[
        "kind.access-token-as-refresh-token",
        "kind.code-as-refresh-token",
        "refresh.unknown",
        "refresh.altered",
    ],
    find_refresh_token=lambda self, call, value: (
        Decisions.find_refresh_token(self, call, value) or _latest(call)
    ),
)
fault(
    "refresh.prefix",
    "The beginning of a refresh token is enough.",
    breaks=["refresh.altered[truncated]"],
    find_refresh_token=lambda _self, call, value: _where(
        call, lambda token: token.startswith(value)
    ),
)
fault(
    "refresh.extended",
    "A refresh token with something after it is accepted.",
    breaks=["refresh.altered[extended]"],
    find_refresh_token=lambda _self, call, value: _where(call, value.startswith),
)
fault(
    "refresh.case",
    "A refresh token is compared without regard to case.",
    breaks=["refresh.altered[other-case]"],
    find_refresh_token=lambda _self, call, value: _where(
        call, lambda token: token.lower() == value.lower()
    ),
)
fault(
    "refresh.cut",
    "Only the first eight characters of a refresh token are compared.",
    breaks=["refresh.altered[truncated]", "refresh.altered[extended]", "refresh.altered[altered]"],
    find_refresh_token=lambda _self, call, value: _where(
        call, lambda token: token[:_COMPARED] == value[:_COMPARED]
    ),
)
fault(
    "refresh.end-ignored",
    "The last four characters of a refresh token are not compared.",
    breaks=["refresh.altered[altered]"],
    find_refresh_token=lambda _self, call, value: _where(
        call,
        lambda token: len(token) == len(value) and token[:-_OVERLOOKED] == value[:-_OVERLOOKED],
    ),
)
fault(
    "refresh.token-optional",
    "A refresh without a refresh token uses the latest one.",
    breaks=["grant.blank-parameter[refresh_token]", "refresh.missing"],
    token_parameter=lambda self, call, name: (
        Decisions.token_parameter(self, call, name)
        or (getattr(_latest(call), "value", None) if name == "refresh_token" else None)
    ),
)
