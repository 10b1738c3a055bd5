"""Token requests that are read wrongly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from conformance.faults.catalogue import Decision, also_in, fault
from conformance.faults.conditions import allowed_unasked, always, at, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import UNREADABLE, RefusedError
from conformance.reference.records import Kind

# grant -> what is wrong without it, and what turns red beside `grant.issues`
_GRANTS: Mapping[str, tuple[str, list[str]]] = {
    "client_credentials": ("Client credentials yield no token.", ["error.invalid-client"]),
    "authorization_code": (
        "A code yields no token.",
        ["error.invalid-grant[bad-code]", "lifetime.code-before", "lifetime.code-edge[before]"],
    ),
    "refresh_token": (
        "A refresh token yields no token.",
        [
            "error.invalid-grant[bad-refresh-token]",
            "lifetime.refresh-token-before[*,first]",
            "lifetime.refresh-after-access-expired",
            "refresh.rotates",
            "refresh.chain",
            "refresh.silent",
        ],
    ),
}
_KNOWN = {
    *("grant_type", "client_id", "client_secret", "code", "redirect_uri", "refresh_token"),
    *("code_verifier", "scope", "resource"),
}


def _with_low_names(found: Parameters) -> Parameters:
    return Parameters(tuple((name.lower(), value) for name, value in found.pairs), found.readable)


def _names(self: Decisions, call: Call) -> list[str]:
    return [name for name, _ in self.token_parameters(call).pairs]


def _is_token_request(self: Decisions, call: Call) -> bool:
    return "grant_type" in _names(self, call)


def _refuse_order(self: Decisions, call: Call) -> None:
    if "grant_type" in _names(self, call)[1:] and _names(self, call)[0] != "grant_type":
        raise RefusedError(UNREADABLE)


def _refuse_unknown(self: Decisions, call: Call) -> None:
    if _is_token_request(self, call) and set(_names(self, call)) - _KNOWN:
        raise RefusedError(UNREADABLE)


def _refuse_lower_case(self: Decisions, call: Call) -> None:
    if _is_token_request(self, call) and re.search(b"%[0-9A-F]?[a-f]", call.raw_query):
        raise RefusedError(UNREADABLE)


def _not_refused(*names: str) -> Decision:
    return lambda _self, _call, name: name not in names


def _blank_is(name: str, value: Decision) -> Decision:
    """Return how a parameter is read where it counts for something although it is blank."""
    return lambda self, call, asked: (
        value(call)
        if asked == name and (name, "") in self.token_parameters(call).pairs
        else Decisions.token_parameter(self, call, asked)
    )


def _latest(kind: Kind) -> Decision:
    def latest(call: Call) -> str:
        issued: Sequence[Any] = list(call.state.store.every(kind))
        return str(next(one.value for one in reversed(issued) if not one.spent))

    return latest


def _decoded_again(found: Parameters) -> Parameters:
    return Parameters(tuple((name, unquote(value)) for name, value in found.pairs), found.readable)


for _grant, (_told, _breaks) in _GRANTS.items():
    fault(
        f"grant.refused-{_grant.replace('_', '-')}",
        _told,
        breaks=[f"grant.issues[{_grant}]", *_breaks],
        grant_served=lambda self, call, asked, grant=_grant: (
            asked != grant and Decisions.grant_served(self, call, asked)
        ),
    )
also_in(
    "oauth2",
    "grant.refused-client-credentials",
    "scope.reported[client_credentials]",
    "!error.invalid-client",
)
also_in(
    "oauth2",
    "grant.refused-authorization-code",
    "basic.accepted",
    "error.invalid-client",
    "error.invalid-grant-of-another[foreign-code]",
    "error.invalid-grant-of-another[other-redirect-uri]",
    "error.invalid-grant-of-another[used-code]",
    "pkce.round-trip",
    "pkce.verifier-accepted",
    "scope.reported[authorization_code]",
)
also_in(
    "oauth2",
    "grant.refused-refresh-token",
    "error.invalid-grant-of-another[foreign-refresh-token]",
    "scope.refresh-widening-error",
    "scope.reported[refresh_token]",
)
fault(
    "grant.order-matters",
    "A token request is refused unless grant_type comes first.",
    breaks=["grant.parameter-order"],
    before=_refuse_order,
)
fault(
    "grant.unknown-parameter-refused",
    "A token request with a parameter that nobody defined is refused.",
    breaks=["grant.unknown-parameter"],
    before=_refuse_unknown,
)
fault(
    "grant.decodes-twice",
    "Parameters are decoded twice, so that other values mean the same.",
    breaks=["grant.percent-encoding"],
    token_parameters=lambda self, call: _decoded_again(Decisions.token_parameters(self, call)),
)
fault(
    "grant.percent-encoding-case",
    "Percent-encoding with lower-case digits is refused.",
    breaks=["grant.percent-encoding"],
    before=_refuse_lower_case,
)
fault(
    "grant.type-case",
    "The grant_type is read without regard to case.",
    breaks=["grant.case-sensitive"],
    grant_type=lambda self, call: (Decisions.grant_type(self, call) or "").lower() or None,
)
fault(
    "grant.names-in-any-case",
    "The names of parameters are read without regard to case.",
    breaks=["grant.case-sensitive-names"],
    token_parameters=lambda self, call: _with_low_names(Decisions.token_parameters(self, call)),
)
fault(
    "grant.type-optional",
    "Without a grant_type client credentials are meant.",
    breaks=["grant.blank-parameter[grant_type]", "grant.missing-type"],
    grant_type=lambda self, call: Decisions.grant_type(self, call) or "client_credentials",
    grant_allowed=allowed_unasked,
)
also_in("oauth2", "grant.type-optional", "grant.case-sensitive-names")
fault(
    "grant.type-unchecked",
    "Whatever grant_type is not known is taken for client credentials.",
    breaks=["grant.unsupported-type", "grant.case-sensitive", "legacy.password"],
    grant_served=always,
    grant_allowed=allowed_unasked,
    grant_type=lambda self, call: (
        asked
        if (asked := Decisions.grant_type(self, call)) in (None, *_GRANTS)
        else "client_credentials"
    ),
)
fault(
    "grant.type-blank",
    "A blank grant_type means client credentials.",
    breaks=["grant.blank-parameter[grant_type]"],
    token_parameter=_blank_is("grant_type", lambda _call: "client_credentials"),
    grant_allowed=allowed_unasked,
)
fault(
    "grant.code-blank",
    "A blank code means the latest one.",
    breaks=["grant.blank-parameter[code]"],
    token_parameter=_blank_is("code", _latest("code")),
)
fault(
    "grant.refresh-token-blank",
    "A blank refresh token means the latest one.",
    breaks=["grant.blank-parameter[refresh_token]"],
    token_parameter=_blank_is("refresh_token", _latest("refresh_token")),
)
for _name in ("grant_type", "code", "refresh_token"):
    fault(
        f"grant.{_name.replace('_', '-')}-repeated",
        f"Of a {_name} that comes twice the first counts.",
        breaks=[f"grant.repeated-parameter[{_name}]", f"grant.contradicting-parameter[{_name}]"],
        repetition_refused=_not_refused(_name),
    )
fault(
    "grant.refresh-needs-login",
    "A refresh works only for a user who is logged in.",
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
    refresh_token_alive=when(
        at("refresh_token"),
        lambda _self, call, _token: bool(call.cookies),
        Decisions.refresh_token_alive,
    ),
)
