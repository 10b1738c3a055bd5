"""The parameters of an authorization request: misread (RFC 6749 section 3.1)."""

from __future__ import annotations

from urllib.parse import unquote

from conformance.faults.catalogue import Decision, fault
from conformance.faults.conditions import always, authorizing, never, when
from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters


def _first_client(self: Decisions, call: Call) -> Parameters:
    asked = Decisions.authorize_parameters(self, call)
    if asked.get("client_id"):
        return asked
    return Parameters((*asked.pairs, ("client_id", call.settings.clients[0].id)), asked.readable)


def _first_client_if_blank(self: Decisions, call: Call) -> Parameters:
    asked = Decisions.authorize_parameters(self, call)
    blank = ("client_id", "")
    meant = ("client_id", call.settings.clients[0].id)
    pairs = [meant if pair == blank else pair for pair in asked.pairs]
    return Parameters(tuple(pairs), asked.readable)


def _trimmed_client(self: Decisions, call: Call, client_id: str) -> Client | None:
    return Decisions.find_client(self, call, client_id.strip(" \0"))


def _taken_for_one(self: Decisions, call: Call, client_id: str) -> Client | None:
    odd = len(client_id) > 200 or "<" in client_id
    return call.settings.clients[0] if odd else Decisions.find_client(self, call, client_id)


def _fails_on(*marks: str) -> Decision:
    def before(_self: Decisions, call: Call) -> None:
        values = [value for name, value in call.query.pairs if name != "code"]
        unreadable = "?" in marks and not call.query.readable
        if unreadable or any(mark in value for value in values for mark in marks if mark != "?"):
            raise ValueError("broken")

    return before


def _long(_self: Decisions, call: Call) -> None:
    if any(len(value) > 2_000 for _, value in call.query.pairs):
        raise ValueError("too long")


def _blank_counts(*names: str) -> Decision:
    """Return parameters in which a blank one is there, as a text that means nothing."""

    def parameters(self: Decisions, call: Call) -> Parameters:
        asked = Decisions.authorize_parameters(self, call)
        pairs = [(n, "blank" if not v and n in names else v) for n, v in asked.pairs]
        return Parameters(tuple(pairs), asked.readable)

    return parameters


def _blank_response_type(self: Decisions, call: Call) -> str | None:
    blank = ("response_type", "") in call.query.pairs
    return "code" if blank else Decisions.response_type(self, call)


fault(
    "request.client-optional",
    "Without a client_id the first client is meant.",
    breaks=["request.client-required"],
    authorize_parameters=_first_client,
)
fault(
    "request.blank-client-is-first",
    "A blank client_id means the first client.",
    breaks=["request.blank[client_id]"],
    authorize_parameters=_first_client_if_blank,
)
fault(
    "request.client-trimmed",
    "A client_id is trimmed before it is looked up.",
    breaks=["request.odd-client[padded]"],
    find_asking_client=_trimmed_client,
    readable=always,
)
fault(
    "request.odd-client-taken",
    "A client_id that makes no sense is taken for that of the first client.",
    breaks=[
        "request.odd-client[long]",
        "request.odd-client[markup]",
    ],
    find_asking_client=_taken_for_one,
)
fault(
    "request.blank-response-type-is-code",
    "A blank response_type means code.",
    breaks=["request.blank[response_type]"],
    response_type=_blank_response_type,
)
fault(
    "request.blank-counts",
    "A blank parameter counts as one that was sent.",
    breaks=[
        "request.blank[redirect_uri]",
        "request.blank[scope]",
        "request.blank[state]",
    ],
    authorize_parameters=_blank_counts("redirect_uri", "state", "scope"),
)
fault(
    "request.repetition-ignored",
    "Of a parameter that comes twice the first is taken.",
    breaks=[
        "request.repeated[client_id]",
        "request.repeated[response_type]",
        "request.repeated[state]",
    ],
    repetition_refused=when(authorizing, never, Decisions.repetition_refused),
)
fault(
    "request.response-type-case",
    "A response_type is compared without regard to case.",
    breaks=["request.case-sensitive"],
    response_type_served=lambda _self, _call, response_type: response_type.lower() == "code",
)
fault(
    "request.breaks-on-nul",
    "The server breaks on a NUL and on line breaks.",
    breaks=[
        "request.survives[*,line-breaks]",
        "request.survives[*,nul]",
    ],
    before=_fails_on("\0", "\r\n"),
)
fault(
    "request.breaks-on-bytes",
    "The server breaks on bytes that are no UTF-8.",
    breaks=["request.survives[*,no-utf-8]"],
    before=_fails_on("?"),
)
fault(
    "request.breaks-on-length",
    "The server breaks on a long parameter.",
    breaks=["request.survives[*,long]"],
    before=_long,
)
fault(
    "request.grant-not-looked-at",
    "A client that may not use codes is given one.",
    breaks=["request.grant-not-allowed"],
    grant_allowed=lambda self, call, client, grant: (
        grant == "authorization_code" or Decisions.grant_allowed(self, call, client, grant)
    ),
)
fault(
    "request.implicit",
    "An access token comes by way of the browser, where it is asked for.",
    breaks=[
        "authorize.only-code",
        "request.implicit",
        "exposure.urls",
    ],
    response_type_served=lambda _self, _call, response_type: (
        {*response_type.split()} <= {"code", "token"}
    ),
    granted_members=lambda self, call, asked, code: {
        **Decisions.granted_members(self, call, asked, code),
        "access_token": self.issue(call, "access_token", code.lineage).value,
    },
)
fault(
    "authorize.state-decoded-twice",
    "Percent-encoding inside the state is decoded.",
    breaks=["authorize.state"],
    state_members=lambda _self, _call, asked: (
        {"state": unquote(asked.state)} if asked.state else {}
    ),
)
