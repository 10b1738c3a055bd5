"""How the authorization endpoint tells a client of an error (RFC 6749 section 4.1.2.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from conformance.checks import expect
from conformance.checks.authorization import (
    Ending,
    asking_client,
    code_twins,
    ended,
    stranger_pair,
)
from conformance.checks.catalogue import Turn, check
from conformance.checks.once import once
from conformance.targets import Service
from conformance.verdict import NotApplicable

_STATE = "a b/c?d=e&f+g%h~"
_BENT: Mapping[str, dict[str, str]] = {
    "missing-response-type": {},
    "unsupported-response-type": {"response_type": "no_such_type"},
    "unknown-scope": {"scope": "no-such-scope-anywhere"},
}
HOWS = (*_BENT, "denied")
_CODES: Mapping[str, tuple[str, ...]] = {
    "missing-response-type": ("invalid_request", "unsupported_response_type"),
    "unsupported-response-type": (
        "unsupported_response_type",
        "invalid_request",
        "unauthorized_client",
    ),
    "unknown-scope": ("invalid_scope", "access_denied"),
}
_KNOWN = {
    *("invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type"),
    *("invalid_scope", "server_error", "temporarily_unavailable"),
}
_MEMBERS: Mapping[str, str] = {
    "error": r"[\x20-\x21\x23-\x5B\x5D-\x7E]+",
    "error_description": r"[\x20-\x21\x23-\x5B\x5D-\x7E]*",
    "error_uri": r"[\x21\x23-\x5B\x5D-\x7E]*",
}


@once
def answered(service: Service, how: str) -> Ending:
    """Return how a request ended that is answered with an error, told to the client.

    Raises `NotApplicable` where the service shows the user a page instead, ignores a scope, or asks
    nobody.
    """
    ending = _denied(service) if how == "denied" else _bent(service, how)
    sent = urlsplit(ending.redirect or "")
    if ending.redirect is None or "error=" not in f"{sent.query}&{sent.fragment}":
        raise NotApplicable(f"{how}: no error is told to the client, but {ending.kind} comes")
    return ending


def _bent(service: Service, how: str) -> Ending:
    client = asking_client(service)
    without = ("response_type",) if how == "missing-response-type" else ()
    extra = {**_BENT[how], "state": _STATE}
    with code_twins(service):
        url = service.authorize_url(client, extra=extra, without=without)
        return ended(service, url, client.redirect_uri)


def _denied(service: Service) -> Ending:
    client, user = stranger_pair(service)
    with code_twins(service):
        url = service.authorize_url(client, extra={"state": _STATE})
        visit = service.visit(url, user, "deny", redirect_uri=client.redirect_uri)
    if "deny" not in visit.steps:  # which leaves `authorize.denied` unjudged
        raise NotApplicable("denied: the user is not asked")
    return Ending(visit.redirect, visit.last)


@check("authorize-error.state", turn=Turn.FIRST, how=HOWS)
def check_state(service: Service, how: str) -> None:
    """The state of a request comes back with its error, byte for byte."""
    ending = answered(service, how)
    seen = ending.values("state")
    expect.that(
        seen == [_STATE], "the state that was sent, in the query", f"{seen}" if seen else "none"
    )


@check("authorize-error.in-query", turn=Turn.FIRST, how=HOWS)
def check_in_query(service: Service, how: str) -> None:
    """An error comes in the query of the redirect_uri, once, and not in its fragment."""
    ending = answered(service, how)
    fragment = dict(parse_qsl(urlsplit(ending.redirect or "").fragment))
    holds = len(ending.values("error")) == 1 and "error" not in fragment
    expect.that(holds, "one error, in the query", "another place, or several", ending.last)


@check("authorize-error.code", how=tuple(_CODES))
def check_code(service: Service, how: str) -> None:
    """An error is named by the code that fits what is wrong."""
    ending = answered(service, how)
    fitting = " or ".join(_CODES[how])
    expect.that(ending.error in _CODES[how], fitting, f"{ending.error!r}", ending.last)


@check("authorize-error.known", turn=Turn.FIRST, how=HOWS)
def check_known(service: Service, how: str) -> None:
    """An error code is one of the RFC's, or at least one word that an extension could have made."""
    error = answered(service, how).error or ""
    holds = error in _KNOWN or re.fullmatch(r"[a-z][a-z0-9_]*", error) is not None
    expect.that(holds, "a known error code", f"{error!r}")


@check("authorize-error.characters", turn=Turn.FIRST, how=HOWS)
def check_characters(service: Service, how: str) -> None:
    """Error, description and URI hold no characters that they must not."""
    ending = answered(service, how)
    for name, value in ending.query:
        if name in _MEMBERS:
            expect.made_of(_MEMBERS[name], value, name, ending.last)
