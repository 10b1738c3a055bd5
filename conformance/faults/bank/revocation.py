"""Revocation that revokes too little, or too much (RFC 7009)."""

from __future__ import annotations

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import always, never, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import (
    FOREIGN_TOKEN,
    MISSING_TOKEN_PARAMETER,
    UNKNOWN_REFRESH_TOKEN,
    Problem,
    RefusedError,
)
from conformance.reference.records import Issued, Kind


def _except(kind: Kind) -> Decision:
    def revoke(self: Decisions, call: Call, token: Issued) -> None:
        if token.kind != kind:
            Decisions.revoke(self, call, token)

    return revoke


def _by_hint(self: Decisions, call: Call, value: str) -> Issued | None:
    found = Decisions.find_token(self, call, value)
    hint = self.token_parameter(call, "token_type_hint")
    known = hint in ("access_token", "refresh_token")
    return None if found and known and hint != found.kind else found


def _by_known_hint(self: Decisions, call: Call, value: str) -> Issued | None:
    hint = self.token_parameter(call, "token_type_hint")
    if hint not in (None, "access_token", "refresh_token"):
        return None
    return Decisions.find_token(self, call, value)


def _alone(_: Decisions, call: Call, token: Issued) -> None:
    del call
    token.revoked = True


def _needed(self: Decisions, call: Call, value: str) -> Issued:
    found = Decisions.find_token(self, call, value)
    if found is None or found.revoked:
        raise RefusedError(UNKNOWN_REFRESH_TOKEN)
    return found


def _without_grant(self: Decisions, call: Call, *_: object) -> bool:
    return self.grant_type(call) is None and self.token_parameter(call, "token") is not None


def _by_get(self: Decisions, call: Call) -> None:
    value = call.query.get("token")
    if call.method == "GET" and value and (token := Decisions.find_token(self, call, value)):
        self.revoke(call, token)


def _code(problem: Problem, code: str) -> Decision:
    return lambda self, call, told: (
        code if told is problem else Decisions.error_code(self, call, told)
    )


fault(
    "revocation.refresh-token-kept",
    "A refresh token that was revoked still works.",
    breaks=[
        "revocation.refresh-token",
        "revocation.wrong-hint[refresh_token]",
        "revocation.unknown-hint[refresh_token]",
        "revocation.takes-access-token-along",
        "introspection.inactive[revoked-refresh-token]",
    ],
    revoke=_except("refresh_token"),
)
fault(
    "revocation.access-token-kept",
    "An access token that was revoked still works.",
    breaks=[
        "revocation.access-token",
        "revocation.wrong-hint[access_token]",
        "revocation.unknown-hint[access_token]",
        "introspection.inactive[revoked-access-token]",
    ],
    revoke=_except("access_token"),
)
fault(
    "revocation.hint-believed",
    "A token is looked for only among those that the hint names.",
    breaks=["revocation.wrong-hint[*]", "introspection.wrong-hint"],
    find_token=_by_hint,
)
fault(
    "revocation.unknown-hint-final",
    "A hint that is not known hides every token.",
    breaks=["revocation.unknown-hint[*]"],
    find_token=_by_known_hint,
)
fault(
    "revocation.anonymous",
    "Beside the token endpoint a client needs no secret.",
    breaks=["revocation.client[missing-secret]", "introspection.authorized[missing-secret]"],
    secret_required=when(_without_grant, never, Decisions.secret_required),
)
fault(
    "revocation.anybody",
    "Beside the token endpoint whoever is not known is taken for the first client.",
    breaks=[
        "revocation.client[missing-credentials]",
        "revocation.client[unknown-client]",
        "introspection.authorized[missing-credentials]",
        "introspection.authorized[unknown-client]",
        "introspection.bad-bearer-status",
    ],
    presented_client_id=lambda self, call: (
        Decisions.presented_client_id(self, call)
        or (call.settings.clients[0].id if _without_grant(self, call) else None)
    ),
    find_client=lambda self, call, client_id: (
        Decisions.find_client(self, call, client_id)
        or (call.settings.clients[0] if _without_grant(self, call) else None)
    ),
    find_asking_client=Decisions.find_client,
    secret_required=lambda self, call, client: (
        Decisions.presented_client_id(self, call) is not None
        and Decisions.secret_required(self, call, client)
    ),
)
fault(
    "revocation.any-secret",
    "Beside the token endpoint any secret will do.",
    breaks=[
        "revocation.client[wrong-secret]",
        "revocation.error[wrong-secret]",
        "introspection.authorized[wrong-secret]",
        "introspection.wrong-secret-status",
    ],
    secret_matches=when(_without_grant, always, Decisions.secret_matches),
)
fault(
    "revocation.any-client",
    "Every client can revoke the tokens of every other.",
    breaks=["revocation.other-client", "revocation.other-client-told"],
    revocable_by=always,
)
fault(
    "revocation.strangers-not-told",
    "A client that tries to revoke the token of another is answered as if it had.",
    breaks=["revocation.other-client-told"],
    error_status=lambda self, call, problem: (
        200 if problem is FOREIGN_TOKEN else Decisions.error_status(self, call, problem)
    ),
)
fault(
    "revocation.access-tokens-left",
    "The revocation of a refresh token ends nothing else.",
    breaks=["revocation.takes-access-token-along"],
    revoke=_alone,
)
fault(
    "revocation.unknown-token-refused",
    "A token that nobody knows is an error.",
    breaks=[
        "revocation.unknown-token[*]",
        "introspection.inactive[*]",
        "introspection.boolean[made-up]",
    ],
    find_token=_needed,
)
fault(
    "revocation.other-error",
    "A request that names no token is answered with an error of its own.",
    breaks=["revocation.error[missing-token]", "introspection.missing-token"],
    error_code=_code(MISSING_TOKEN_PARAMETER, "token_missing"),
)
fault(
    "revocation.of-nothing",
    "A request that names no token is answered with 200.",
    breaks=["revocation.missing-token", "introspection.missing-token"],
    error_status=lambda self, call, problem: (
        200 if problem is MISSING_TOKEN_PARAMETER else Decisions.error_status(self, call, problem)
    ),
)
fault(
    "revocation.by-get",
    "A token in the query of any GET is revoked.",
    breaks=["revocation.by-get"],
    before=_by_get,
)
