"""Scopes that are not what they seem (RFC 6749 sections 3.3 and 6)."""

from __future__ import annotations

from conformance.faults.catalogue import also_in, fault, only_in
from conformance.faults.conditions import always, at, gives, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import (
    INSUFFICIENT_SCOPE,
    INVALID_SCOPE,
    REPEATED,
    Problem,
    RefusedError,
)
from conformance.reference.records import Issued


def _first_word(self: Decisions, call: Call, parameters: Parameters) -> tuple[str, ...] | None:
    asked = Decisions.scope_asked(self, call, parameters)
    return asked[:1] if asked else asked


def _no_default(_: Decisions, call: Call) -> tuple[str, ...]:
    if call.settings.scopes:
        raise RefusedError(REPEATED)
    return ()


def _blank(self: Decisions, call: Call, parameters: Parameters) -> tuple[str, ...] | None:
    if ("scope", "") in parameters.pairs:
        raise RefusedError(INVALID_SCOPE)
    return Decisions.scope_asked(self, call, parameters)


def _upset(self: Decisions, call: Call, parameters: Parameters) -> tuple[str, ...] | None:
    if '"' in (parameters.get("scope") or ""):
        raise ValueError
    return Decisions.scope_asked(self, call, parameters)


def _shrunk(self: Decisions, call: Call, token: Issued) -> tuple[str, ...]:
    asked = self.scope_asked(call, self.token_parameters(call))
    return token.lineage.scope if asked is None else asked


def _other_code(self: Decisions, call: Call, problem: Problem) -> str:
    return (
        "invalid_request" if problem is INVALID_SCOPE else Decisions.error_code(self, call, problem)
    )


fault(
    "scope.default-untold",
    "The scope of an answer is left out, whatever was granted.",
    breaks=["scope.default-told", "answer.no-null[*]"],
    answer_scope=gives(None),
)
fault(
    "scope.cut-untold",
    "Only the first word of a scope is granted, and nothing is said of it.",
    breaks=[
        "scope.reported[*]",
        "scope.default-told",
        "scope.unordered",
        "answer.no-null[*]",
    ],
    scope_of_access_token=lambda self, call, token: Decisions.scope_of_access_token(
        self, call, token
    )[:1],
    answer_scope=gives(None),
)
fault(
    "scope.unknown-granted",
    "Every word is granted as a scope.",
    breaks=["scope.unknown", "scope.malformed[*]"],
    scope_served=always,
)
fault(
    "scope.malformed-upsets",
    "A quote in a scope makes the server fail.",
    breaks=["scope.malformed[quote]"],
    scope_asked=_upset,
)
also_in("oauth2", "scope.malformed-upsets", "error.robust[quotes]")
fault(
    "scope.first-word",
    "Of a scope only the first word is granted.",
    breaks=["scope.unordered"],
    scope_asked=_first_word,
)
fault(
    "scope.case-folded",
    "A scope is found in any case.",
    breaks=["scope.case-sensitive"],
    scope_served=lambda _self, call, word: word.lower() in call.settings.scopes,
)
fault(
    "scope.required",
    "A request without a scope is refused as a repeated parameter would be.",
    breaks=["scope.omitted[*]"],
    default_scope=_no_default,
)
fault(
    "scope.blank-refused",
    "A scope without a value is refused.",
    breaks=["scope.blank", "request.blank[scope]"],
    scope_asked=_blank,
)
fault(
    "scope.refresh-widens",
    "A refresh may ask for any scope.",
    breaks=["scope.refresh-widening"],
    scope_within=lambda _self, call, _token, word: word in call.settings.scopes,
)
fault(
    "scope.widening-other-code",
    "A refresh that asks for more is refused with invalid_request.",
    breaks=["scope.refresh-widening-error"],
    error_code=when(at("refresh_token"), _other_code, Decisions.error_code),
)
fault(
    "scope.refresh-shrinks",
    "A refresh token that was used for less is good for less.",
    breaks=["scope.refresh-after-narrowing"],
    scope_of_refresh=_shrunk,
)
# Where nobody asks for a scope, there is none to forget.
fault(
    "scope.refresh-forgets",
    "Each refresh loses a word of the scope.",
    breaks=[
        "scope.rotation-keeps",
        "scope.refresh-omitted",
        "scope.refresh-after-narrowing",
    ],
    scope_of_refresh=lambda _self, _call, token: token.lineage.scope[:1],
)
only_in("oauth2", "scope.refresh-forgets")
fault(
    "scope.unenforced",
    "Every token is good for everything.",
    breaks=["scope.enforced", "scope.insufficient"],
    scope_suffices=always,
)
fault(
    "scope.insufficient-as-401",
    "A token that is not good for a resource is answered with 401.",
    breaks=["scope.insufficient"],
    error_status=lambda self, call, problem: (
        401 if problem is INSUFFICIENT_SCOPE else Decisions.error_status(self, call, problem)
    ),
)
