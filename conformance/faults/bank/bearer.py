"""Tokens that are read where they do not count, or shown where they must not be (RFC 6750)."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.faults.catalogue import Decision, fault, only_in
from conformance.faults.conditions import gives
from conformance.reference import Decisions, Placement
from conformance.reference.call import Call
from conformance.reference.problems import SEVERAL_TOKENS
from conformance.reference.records import Issued

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
_FORM = Placement("form", "access_token")


def _beside_the_code(self: Decisions, call: Call, uri: str, members: Mapping[str, str]) -> str:
    more = {"access_token": self.random_value()} if "code" in members else {}
    return Decisions.return_location(self, call, uri, {**members, **more})


def _everywhere(self: Decisions, call: Call, operation: str) -> tuple[Placement, ...]:
    read = Decisions.placements_read(self, call, operation)
    return read if _FORM in read else (*read, _FORM)


def _alone(self: Decisions, call: Call, placement: Placement) -> list[str]:
    found = Decisions.tokens_at(self, call, placement)
    crowded = placement.location == "form" and len(call.form.pairs) > 1
    return [] if crowded else found


def _lax_in(location: str) -> Decision:
    """Return a look-up that finds the latest token in a place where it finds no other."""

    def find(self: Decisions, call: Call, value: str, placement: Placement) -> Issued | None:
        found = Decisions.find_access_token(self, call, value, placement)
        every = list(call.state.store.every("access_token"))
        return every[-1] if found is None and placement.location == location else found

    return find


def _showing(header: str, text: str) -> Decision:
    """Return the headers of a resource, with the token of the request in one of them."""

    def headers(self: Decisions, call: Call, operation: str) -> dict[str, str]:
        token = call.headers.get("Authorization", "").partition(" ")[2]
        own = Decisions.resource_headers(self, call, operation)
        return {**own, header: text.format(token)} if token else own

    return headers


fault(
    "bearer.body-of-get",
    "A token is read from the body of a GET.",
    breaks=["placement.get-body"],
    placements_read=_everywhere,
)
for _place in ("query", "form"):
    fault(
        f"bearer.unknown-in-{_place}",
        f"Any value will do for a token in a {_place}.",
        breaks=[f"placement.refused[{_place},{_state}]" for _state in _BAD],
        find_access_token=_lax_in(_place),
    )
fault(
    "bearer.open",
    "Every resource opens without a token.",
    breaks=[
        "resource.protected",
        "placement.refused[*,blank]",
        "placement.media-type[form,text]",
        "placement.get-body",
    ],
    without_token=lambda _self, call, _operation: next(
        reversed(list(call.state.store.every("access_token"))), None
    ),
)
fault(
    "bearer.alone-in-form",
    "A token in a form is found only where nothing else is.",
    breaks=["placement.among-others[form]"],
    tokens_at=_alone,
)
fault(
    "bearer.query-cached",
    "What a token in the query has opened may be kept by every cache.",
    breaks=["placement.query-private[query]"],
    resource_headers=gives({"Content-Type": "application/json"}),
)
fault(
    "bearer.twice-is-401",
    "A request that carries its token twice is answered with 401.",
    breaks=["placement.invalid-request[*]"],
    error_status=lambda self, call, problem: (
        401 if problem is SEVERAL_TOKENS else Decisions.error_status(self, call, problem)
    ),
)
fault(
    "bearer.in-cookie",
    "The token is put into a cookie.",
    breaks=["exposure.cookies"],
    resource_headers=_showing("Set-Cookie", "token={}; Path=/"),
)
fault(
    "bearer.in-url",
    "The answer of a resource leads to an address that holds the token.",
    breaks=["exposure.urls"],
    resource_headers=_showing("Location", "/next?access_token={}"),
)
fault(
    "bearer.odd-characters",
    "An access token holds a character that a header Authorization cannot carry.",
    breaks=["value.bearer-syntax"],
    new_access_token=lambda self, _call, _lineage: f"a:{self.random_value()}",
)
fault(
    "bearer.beside-the-code",
    "An access token comes in the redirect, beside the code.",
    breaks=["exposure.urls"],
    return_location=_beside_the_code,
)
only_in("oauth2", "bearer.beside-the-code")
