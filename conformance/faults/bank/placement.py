"""Tokens that are not read where they may travel, or not looked at (RFC 6750 section 2)."""

from __future__ import annotations

from typing import Any

from conformance.faults.catalogue import Decision, also_in, fault
from conformance.faults.conditions import gives, never, when
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import METHOD, RefusedError
from conformance.reference.records import Issued

_COMPARED = 8  # characters
_OVERLOOKED = 4  # characters
# placement of the contract -> where it is, for which methods, and how it is called
_PLACES = {
    "header": ("header", ("GET", "POST", "PUT", "DELETE"), "the header Authorization"),
    "get": ("query", ("GET",), "a GET parameter"),
    "post": ("form", ("POST",), "a POST parameter"),
    "put": ("form", ("PUT",), "a PUT parameter"),
}
_GRANTS = {
    "client_credentials": "client credentials",
    "authorization_code": "a code",
    "refresh_token": "a refresh",
}

_BAD = (
    "garbage",
    "truncated",
    "altered",
    "extended",
    "other-case",
    "client-id",
    "refresh-token",
    "code",
)
# What uses the header wherever it matters not how a token travels.
_BY_HEADER = [
    "grant.issues",
    "lifetime.refresh-after-access-expired",
    "placement.scheme-case",
    "placement.http-1-0",
    "refresh.chain",
    "resource.example",
    "resource.works",
    "resource.invalid-token",
]


def _is(place: str) -> Decision:
    location, methods, _ = _PLACES[place]
    return lambda _self, call, *given: given[-1].location == location and call.method in methods


def _latest(call: Call) -> Issued | None:
    return next(reversed(list(call.state.store.every("access_token"))), None)


def _where(call: Call, matches: Any) -> Issued | None:  # noqa: ANN401
    found = reversed(list(call.state.store.every("access_token")))
    return next((one for one in found if matches(one.value)), None)


def _prefix(_self: Decisions, call: Call, value: str, _placement: object) -> Issued | None:
    return _where(call, lambda token: token.startswith(value))


def _extended(_self: Decisions, call: Call, value: str, _placement: object) -> Issued | None:
    return _where(call, value.startswith)


def _any_case(_self: Decisions, call: Call, value: str, _placement: object) -> Issued | None:
    return _where(call, lambda token: token.lower() == value.lower())


def _cut(_self: Decisions, call: Call, value: str, _placement: object) -> Issued | None:
    return _where(call, lambda token: token[:_COMPARED] == value[:_COMPARED])


def _but_for_its_end(_self: Decisions, call: Call, value: str, _placement: object) -> Issued | None:
    compared = value[:-_OVERLOOKED]
    return _where(call, lambda token: len(token) == len(value) and token[:-_OVERLOOKED] == compared)


def _refuse_1_0(_self: Decisions, call: Call) -> None:
    if call.protocol == "HTTP/1.0":
        raise RefusedError(METHOD)


for _place, (_location, _methods, _told) in _PLACES.items():
    fault(
        f"placement.{_place}-ignored",
        f"A token in {_told} is not read.",
        breaks=[
            f"lifetime.access-token-before[{_place},*]",
            f"placement.accepted[{_place},*]",
            *(_BY_HEADER if _place == "header" else []),
        ],
        tokens_at=when(_is(_place), gives([]), Decisions.tokens_at),
    )
    fault(
        f"placement.{_place}-unchecked",
        f"In {_told} any value is accepted as a token.",
        breaks=[f"placement.refused[{_place},{state}]" for state in _BAD],
        find_access_token=when(
            _is(_place),
            lambda self, call, value, placement: (
                Decisions.find_access_token(self, call, value, placement) or _latest(call)
            ),
            Decisions.find_access_token,
        ),
    )
    fault(
        f"placement.{_place}-prefix",
        f"In {_told} the beginning of a token is enough.",
        breaks=[f"placement.refused[{_place},truncated]"],
        find_access_token=when(_is(_place), _prefix, Decisions.find_access_token),
    )
also_in(
    "oauth2", "placement.header-ignored", "challenge.error", "!grant.issues[client_credentials]"
)
for _grant, _told in _GRANTS.items():
    fault(
        f"placement.get-only-refuses-{_grant.replace('_', '-')}",
        f"In a GET parameter a token that came with {_told} is refused.",
        breaks=[f"lifetime.access-token-before[get,{_grant}]", f"placement.accepted[get,{_grant}]"],
        access_token_alive=when(
            lambda self, call, token, placement, grant=_grant: (
                _is("get")(self, call, placement) and token.lineage.grant_type == grant
            ),
            never,
            Decisions.access_token_alive,
        ),
    )
fault(
    "placement.put-refuses-refreshed",
    "In a PUT parameter a token that came with a refresh is refused.",
    breaks=[
        "lifetime.access-token-before[put,refresh_token]",
        "placement.accepted[put,refresh_token]",
    ],
    access_token_alive=when(
        lambda self, call, token, placement: (
            _is("put")(self, call, placement) and token.lineage.generation > 0
        ),
        never,
        Decisions.access_token_alive,
    ),
)
fault(
    "placement.token-extended",
    "A token with something after it is accepted.",
    breaks=["placement.refused[*,extended]"],
    find_access_token=_extended,
)
fault(
    "placement.token-extended-in-put",
    "In a PUT parameter a token with something after it is accepted.",
    breaks=["placement.refused[put,extended]"],
    find_access_token=when(_is("put"), _extended, Decisions.find_access_token),
)
fault(
    "placement.token-case",
    "A token is compared without regard to case.",
    breaks=["placement.refused[*,other-case]"],
    find_access_token=_any_case,
)
fault(
    "placement.token-case-in-get",
    "In a GET parameter a token is compared without regard to case.",
    breaks=["placement.refused[get,other-case]"],
    find_access_token=when(_is("get"), _any_case, Decisions.find_access_token),
)
fault(
    "placement.token-cut",
    "Only the first eight characters of a token are compared.",
    breaks=[
        "placement.refused[*,truncated]",
        "placement.refused[*,extended]",
        "placement.refused[*,altered]",
    ],
    find_access_token=_cut,
)
fault(
    "placement.token-end-ignored",
    "The last four characters of a token are not compared.",
    breaks=["placement.refused[*,altered]"],
    find_access_token=_but_for_its_end,
)
fault(
    "placement.client-id-opens",
    "A client_id is accepted as a token.",
    breaks=["placement.refused[*,client-id]"],
    find_access_token=lambda self, call, value, placement: (
        Decisions.find_access_token(self, call, value, placement)
        or (_latest(call) if any(one.id == value for one in call.settings.clients) else None)
    ),
)
fault(
    "placement.blank-opens-in-get",
    "A GET parameter access_token without a value opens a resource.",
    breaks=["placement.refused[get,blank]"],
    without_token=lambda _self, call, _operation: (
        _latest(call) if ("access_token", "") in call.query.pairs else None
    ),
)
fault(
    "placement.blank-opens-in-header",
    "A header Authorization that holds no token opens a resource.",
    breaks=["placement.refused[header,blank]"],
    without_token=lambda _self, call, _operation: (
        _latest(call) if "Authorization" in call.headers else None
    ),
)
fault(
    "placement.blank-opens-in-form",
    "A form parameter access_token without a value opens a resource.",
    breaks=["placement.refused[post,blank]", "placement.refused[put,blank]"],
    without_token=lambda _self, call, _operation: (
        _latest(call) if ("access_token", "") in call.form.pairs else None
    ),
)
fault(
    "placement.scheme-case",
    "The scheme of the header must be written as in the documents.",
    breaks=["placement.scheme-case"],
    scheme_matches=lambda _self, _call, scheme, word: bool(word == scheme),
)
fault(
    "placement.two-at-once",
    "Of two tokens in a request the first counts.",
    breaks=["placement.two-at-once", "placement.contradicting"],
    several_tokens_refused=never,
)
fault(
    "placement.http-1-0-refused",
    "A request by HTTP/1.0 is refused.",
    breaks=["placement.http-1-0"],
    before=_refuse_1_0,
)
