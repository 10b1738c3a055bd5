"""The parameters of an authorization request: required, blank, repeated, odd (RFC 6749, 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from conformance.checks import expect
from conformance.checks.authorization import GRANT, asking_client, code_twins, ended
from conformance.checks.catalogue import check
from conformance.targets import Client, Service
from conformance.verdict import Inconclusive

_REPEATED: Mapping[str, str] = {
    "response_type": "token",
    "client_id": "another",
    "state": "another",
}
_LONG = 3_000  # characters; every server takes request lines of that size (RFC 9112 section 3)
_ODD: Mapping[str, str] = {
    "nul": "a%00b",
    "no-utf-8": "%FF%FE",
    "long": "x" * _LONG,
    "line-breaks": "a%0D%0Ab",
}
_FIRST_FAULT = 500


def _joined(url: str, *more: str) -> str:
    return "&".join((url, *more))


@check("request.client-required")
def check_client_required(service: Service) -> None:
    """A request that names no client is not redirected."""
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, without=("client_id",))
        ending = ended(service, url, client.redirect_uri)
        expect.that(ending.redirect is None, "no redirect without a client", ending.kind)


@check("request.odd-client", how=("long", "markup", "padded"))
def check_odd_client(service: Service, how: str) -> None:
    """A client_id that is malformed causes no redirect."""
    client = asking_client(service)
    odd = {"long": "x" * _LONG, "markup": "<b>", "padded": f" {client.id}\x00"}[how]
    with code_twins(service):
        url = service.authorize_url(client, extra={"client_id": odd})
        ending = ended(service, url, client.redirect_uri)
        expect.that(ending.redirect is None, "no redirect for such a client_id", ending.kind)


@check("request.blank", parameter=("response_type", "client_id", "redirect_uri", "scope", "state"))
def check_blank(service: Service, parameter: str) -> None:
    """A parameter without a value is taken as one that was not sent."""
    client = asking_client(service)
    absent = service.authorize_url(client, without=(parameter,))
    with code_twins(service):
        left_out = ended(service, absent, client.redirect_uri)
        blank = ended(service, _joined(absent, f"{parameter}="), client.redirect_uri)
        # One mistake may have two names (readings OA-34 and OA-37).
        alike = blank.kind == left_out.kind or bool(blank.error and left_out.error)
        expect.that(alike, left_out.kind, blank.kind, blank.last)
        invented = parameter == "state" and any(blank.values("state"))
        expect.that(not invented, "no state where none was sent", "one", blank.last)


@check("request.repeated", parameter=tuple(_REPEATED))
def check_repeated(service: Service, parameter: str) -> None:
    """A request that gives a parameter twice, with two values, gets no code."""
    client = asking_client(service)
    with code_twins(service):
        first = {} if parameter in ("response_type", "client_id") else {parameter: "one"}
        url = service.authorize_url(client, extra=first)
        added = urlencode({parameter: _REPEATED[parameter]})
        ending = ended(service, _joined(url, added), client.redirect_uri)
        expect.that(ending.code is None, f"no code for two of {parameter}", "a code", ending.last)


@check("request.case-sensitive")
def check_case_sensitive(service: Service) -> None:
    """A response_type in upper case is another one."""
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, extra={"response_type": "CODE"})
        ending = ended(service, url, client.redirect_uri)
        expect.that(ending.code is None, "no code for CODE", "a code", ending.last)


@check("request.survives", parameter=("state", "scope", "x_unknown"), how=tuple(_ODD))
def check_survives(service: Service, parameter: str, how: str) -> None:
    """Whatever stands in a parameter, the server does not break on it."""
    url = service.authorize_url(asking_client(service), without=(parameter,))
    exchange = service.wire.browser().send("GET", _joined(url, f"{parameter}={_ODD[how]}"))
    if exchange.response is None:
        raise Inconclusive(f"no answer: {exchange.failure}")
    seen = f"status {exchange.status}"
    expect.that(exchange.status < _FIRST_FAULT, "no 5xx", seen, exchange)


@check("request.by-post")
def check_by_post(service: Service) -> None:
    """What a request by POST is answered with is written down (RFC 6749 section 3.1)."""
    endpoint, _, asked = service.authorize_url(asking_client(service)).partition("?")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    exchange = service.wire.send("POST", endpoint, body=asked.encode(), headers=headers)
    service.observe("authorize.by-post", exchange.status)


@check("request.grant-not-allowed")
def check_grant_not_allowed(service: Service) -> None:
    """A client that may not use the code grant gets no code."""
    client = _other_purpose(service)
    with code_twins(service):
        url = service.authorize_url(client)
        ending = ended(service, url, client.redirect_uri)
        expect.that(ending.code is None, "no code for this client", "a code", ending.last)


@check("request.implicit", response_type=("token", "code token"))
def check_implicit(service: Service, response_type: str) -> None:
    """No access token comes back by way of the browser."""
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, extra={"response_type": response_type})
        ending = ended(service, url, client.redirect_uri)
        sent = urlsplit(ending.redirect or "")
        shown = "access_token=" in f"{sent.query}&{sent.fragment}"
        expect.that(not shown, "no access token in the redirect", "one", ending.last)


def _other_purpose(service: Service) -> Client:
    """Return a client of the target file that may not use the code grant, and could be sent back.

    Raises `Inconclusive` where there is none.
    """
    for role in ("service_client", "client", "other_client"):
        client = service.live.client(role)
        if client and client.redirect_uri and GRANT not in client.grants:
            return client
    raise Inconclusive(
        "no client of the target file has a redirect_uri and not the code grant",
        "client_without_code_grant",
    )
