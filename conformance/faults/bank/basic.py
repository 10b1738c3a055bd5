"""Careless HTTP Basic, and what it is answered with (RFC 6749 sections 2.3.1 and 5.2)."""

from __future__ import annotations

import base64

from conformance.faults.catalogue import fault, only_in
from conformance.faults.conditions import gives, never
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import Problem
from conformance.reference.records import Issued
from conformance.reference.settings import Client

_UNAUTHORIZED = 401


def _raw(_self: Decisions, call: Call) -> tuple[str, str] | None:
    word, _, encoded = call.headers.get("Authorization", "").partition(" ")
    if word.lower() != "basic":
        return None
    client_id, _, secret = base64.b64decode(encoded).decode("utf-8", "replace").partition(":")
    return client_id, secret


def _status(self: Decisions, call: Call, problem: Problem) -> int:
    status = Decisions.error_status(self, call, problem)
    return 400 if status == _UNAUTHORIZED and problem.error == "invalid_client" else status


def _everywhere(_: Decisions, call: Call) -> Parameters:
    return Parameters((*call.form.pairs, *call.query.pairs))


def _named(self: Decisions, call: Call, record: Issued, client: Client) -> bool:
    named = self.token_parameter(call, "client_id")
    return record.lineage.client_id in (client.id, named)


fault(
    "basic.not-form-decoded",
    "Id and secret of HTTP Basic are taken as they come, without decoding them.",
    breaks=[
        "basic.form-decoded",
        "error.invalid-grant-of-another[foreign-code]",
        "error.invalid-grant-of-another[foreign-refresh-token]",
    ],
    basic_credentials=_raw,
)
fault(
    "basic.scheme-in-one-case",
    "Only the word Basic is understood, and not basic.",
    breaks=["basic.scheme-case"],
    basic_credentials=lambda self, call: (
        Decisions.basic_credentials(self, call)
        if call.headers.get("Authorization", "").startswith("Basic ")
        else None
    ),
)
fault(
    "basic.status-400",
    "A client that fails to authenticate is answered with 400, whatever it has tried.",
    breaks=["basic.status", "introspection.wrong-secret-status"],
    error_status=_status,
)
fault(
    "basic.challenge-of-bearer",
    "A client that fails to authenticate is challenged for a bearer token.",
    breaks=["basic.challenge"],
    client_challenge=lambda _self, _call, problem: (
        'Bearer realm="token"' if problem.status == _UNAUTHORIZED else ""
    ),
)
fault(
    "basic.no-challenge",
    "A client that fails to authenticate is not challenged.",
    breaks=["basic.challenge", "basic.with-401"],
    client_challenge=gives(""),
)
fault(
    "basic.no-realm",
    "The challenge for HTTP Basic names no realm.",
    breaks=["basic.realm"],
    client_challenge=lambda _self, _call, problem: (
        'Basic charset="UTF-8"' if problem.status == _UNAUTHORIZED else ""
    ),
)
fault(
    "basic.first-of-two",
    "Of two ways to authenticate the header is taken, whatever the body says.",
    breaks=["basic.two-methods[wrong]"],
    several_authentications_refused=never,
)
fault(
    "basic.code-of-named-client",
    "A client that names another in the body redeems the other's codes.",
    breaks=["basic.named-otherwise[authorization_code]"],
    code_bound_to=_named,
)
fault(
    "basic.refresh-token-of-named-client",
    "A client that names another in the body uses the other's refresh tokens.",
    breaks=["basic.named-otherwise[refresh_token]"],
    refresh_token_bound_to=_named,
)
fault(
    "basic.secret-in-uri",
    "Client credentials are read from the URI too.",
    breaks=["basic.secret-in-uri"],
    token_parameters=_everywhere,
)
# As a parameter a blank secret counts as left out; as a password it does not.
fault(
    "basic.blank-secret",
    "A blank password lets every client in.",
    breaks=["basic.blank-secret", "client.refused[blank-secret,*]"],
    secret_matches=lambda self, call, client, secret: (
        secret == "" or Decisions.secret_matches(self, call, client, secret)
    ),
)
only_in("oauth2", "basic.blank-secret")
