"""Proof Key for Code Exchange: a code is worth nothing without its verifier (RFC 7636)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping

from conformance.checks import expect
from conformance.checks.authorization import GRANT, asking_client, code_twins, ended
from conformance.checks.catalogue import check
from conformance.checks.mutations import ALTERATIONS, alter
from conformance.checks.twins import grant_twins
from conformance.targets import Code, GrantRequest, Service, Span
from conformance.targets.service.pkce import challenge, new_verifier
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, of_grant

# RFC 7636, appendix B.
_EXAMPLE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_NOTHING = ("code_challenge", "code_challenge_method")
Bend = Callable[[Service, GrantRequest], GrantRequest]


def _altered(how: str) -> Bend:
    return lambda service, request: request.altering(
        "code_verifier", lambda verifier: alter(service, how, verifier)
    )


def _challenge_as_verifier(_service: Service, request: GrantRequest) -> GrantRequest:
    return request.altering("code_verifier", lambda one: challenge(one)["code_challenge"])


def _of_another_code(service: Service, request: GrantRequest) -> GrantRequest:
    return request.replacing(code_verifier=service.code().verifier or "")


_WELL_FORMED: Mapping[str, Bend] = {
    "wrong": lambda _, request: request.replacing(code_verifier=new_verifier()),
    "challenge-as-verifier": _challenge_as_verifier,
    "of-another-code": _of_another_code,
    "altered": _altered("altered"),
    "other-case": _altered("other-case"),
}
_ALMOST: Mapping[str, Bend] = {
    "wrong": _WELL_FORMED["wrong"],
    **{how: _altered(how) for how in ALTERATIONS},
}
_BENDS: Mapping[str, Bend] = {
    **_WELL_FORMED,
    "missing": lambda _, request: request.without("code_verifier"),
    "blank": lambda _, request: request.replacing(code_verifier=""),
    **{how: _altered(how) for how in ALTERATIONS if how not in _WELL_FORMED},
}


def _code(service: Service, verifier: str | None, **sent: str) -> Code | None:
    """Return a code whose challenge is bent by what is `sent`, or None where none is given.

    Without a verifier the request has no challenge; a parameter sent blank is left out.
    """
    client, user = asking_client(service), service.user()
    left_out = _NOTHING if verifier is None else tuple(n for n, v in sent.items() if not v)
    url = service.authorize_url(client, extra=sent, without=left_out, verifier=verifier)
    ending = ended(service, url, client.redirect_uri)
    if ending.code is None or ending.last is None:
        return None
    span = Span(ending.last.sent_at, ending.last.received_at)
    return Code(ending.code, client, user, client.redirect_uri, span, verifier)


@check("pkce.supported")
def check_supported(service: Service) -> None:
    """The service binds a code to its challenge: something that PKCE forbids is refused."""
    request = service.grant_request(GRANT).replacing(code_verifier=new_verifier())
    with grant_twins(service, GRANT):
        expect.refused(service.send(request), "a code with another verifier than its own")


@check("pkce.round-trip")
def check_round_trip(service: Service) -> None:
    """The verifier that RFC 7636 prints redeems the code of its challenge, by S256."""
    service.features.need("pkce")
    code = _code(service, _EXAMPLE)
    if code is None:
        raise Inconclusive("no code came", "user_login")
    expect.granted(service.send(service.grant_request(GRANT, code=code)), "the right verifier")


@check("pkce.refused", how=tuple(_BENDS))
def check_refused(service: Service, how: str) -> None:
    """A code that was asked for with a challenge is refused without its verifier."""
    service.features.need("pkce")
    with grant_twins(service, GRANT):
        request = _BENDS[how](service, service.grant_request(GRANT))
        expect.refused(service.send(request), f"a code with a verifier that is {how}")


@check("pkce.invalid-grant", how=tuple(_WELL_FORMED))
def check_invalid_grant(service: Service, how: str) -> None:
    """A verifier that does not fit is refused with invalid_grant."""
    service.features.need("pkce")
    with grant_twins(service, GRANT):
        request = _BENDS[how](service, service.grant_request(GRANT))
        exchange = expect.refused(service.send(request), f"a verifier that is {how}")
        expect.error(exchange, "invalid_grant")


@check("pkce.method-fixed")
def check_method_fixed(service: Service) -> None:
    """The method of a challenge cannot be changed when its code is redeemed."""
    service.features.need("pkce")
    with grant_twins(service, GRANT):
        request = _challenge_as_verifier(service, service.grant_request(GRANT))
        bent = request.adding(("code_challenge_method", "plain"))
        expect.refused(service.send(bent), "a challenge in the place of its verifier")


@check("pkce.unknown-method", method=("S512", "none"))
def check_unknown_method(service: Service, method: str) -> None:
    """A method that is not known gets no code."""
    service.features.need("pkce")
    client = asking_client(service)
    with code_twins(service):
        url = service.authorize_url(client, extra={"code_challenge_method": method})
        ending = ended(service, url, client.redirect_uri)
        expect.that(ending.code is None, f"no code for {method}", "a code", ending.last)


@check("pkce.unknown-method-error")
def check_unknown_method_error(service: Service) -> None:
    """A method that is not known is refused with invalid_request, where the client is told."""
    service.features.need("pkce")
    client = asking_client(service)
    url = service.authorize_url(client, extra={"code_challenge_method": "S512"})
    ending = ended(service, url, client.redirect_uri)
    if ending.error is None:
        raise Inconclusive(f"no error is told to the client, but {ending.kind} comes")
    expect.that(ending.error == "invalid_request", "invalid_request", ending.error, ending.last)


@check("pkce.missing-challenge-error")
def check_missing_challenge_error(service: Service) -> None:
    """Where a challenge is required, a request without one is refused with invalid_request."""
    service.features.need("pkce")
    for role in ("public_client", "client"):
        client = service.live.client(role)
        if client and GRANT in client.grants:
            url = service.authorize_url(client, without=_NOTHING)
            error = ended(service, url, client.redirect_uri).error
            expect.that(error in (None, "invalid_request"), "invalid_request", f"{error!r}")


@check("pkce.plain", method=("plain", "absent"))
def check_plain(service: Service, method: str) -> None:
    """Where a challenge without S256 is taken, it is the verifier itself."""
    service.features.need("pkce")
    verifier = new_verifier()
    sent = {"code_challenge": verifier, "code_challenge_method": method.replace("absent", "")}
    with code_twins(service):
        for how, bend in _ALMOST.items():
            code = _code(service, verifier, **sent)
            if code is None:
                return  # it need not be taken
            request = bend(service, service.grant_request(GRANT, code=code))
            expect.refused(service.send(request), f"a code with a verifier that is {how}")
        good = _code(service, verifier, **sent)
        if good is not None:
            exchange = service.send(service.grant_request(GRANT, code=good))
            expect.granted(exchange, "a code with the verifier that was its challenge")


@check("pkce.plain-refused")
def check_plain_refused(service: Service) -> None:
    """A challenge that is its own verifier is not taken."""
    service.features.need("pkce")
    verifier = new_verifier()
    with code_twins(service):
        code = _code(service, verifier, code_challenge=verifier, code_challenge_method="plain")
        expect.that(code is None, "no code for the method plain", "a code")


_GOOD = {"shortest": _EXAMPLE, "longest": "x" * 128, "alphabet": _UNRESERVED}
_BAD = {"too-short": "x" * 42, "too-long": "x" * 129, "alphabet": f"{_UNRESERVED}+"}


@check("pkce.verifier-accepted", verifier=tuple(_GOOD))
def check_verifier_accepted(service: Service, verifier: str) -> None:
    """A verifier of 43 to 128 unreserved characters is a verifier."""
    service.features.need("pkce")
    with code_twins(service):
        code = _code(service, _GOOD[verifier])
        if code is None:
            raise Inconclusive("no code came", "user_login")
        expect.granted(service.send(service.grant_request(GRANT, code=code)), "such a verifier")


@check("pkce.verifier-refused", verifier=tuple(_BAD))
def check_verifier_refused(service: Service, verifier: str) -> None:
    """Whether a verifier of other length or characters is taken is recorded."""
    service.features.need("pkce")
    with grant_twins(service, GRANT):
        code = _code(service, _BAD[verifier])
        taken = code is not None and _redeems(service, code)
    service.observe(f"pkce.verifier.{verifier}", "taken" if taken else "refused")


def _redeems(service: Service, code: Code) -> bool:
    exchange = service.send(service.grant_request(GRANT, code=code))
    return of_grant(exchange) is Answer.YES


_MALFORMED = {"short": "x", "padded": "{challenge}=", "long": "{challenge}" * 5}


@check("pkce.malformed-challenge", how=tuple(_MALFORMED))
def check_malformed_challenge(service: Service, how: str) -> None:
    """A challenge that is none opens no code for whatever verifier."""
    service.features.need("pkce")
    verifier = new_verifier()
    sent = _MALFORMED[how].format(challenge=challenge(verifier)["code_challenge"])
    with code_twins(service):
        code = _code(service, verifier, code_challenge=sent)
        if code is not None:
            request = service.grant_request(GRANT, code=code).replacing(
                code_verifier=new_verifier()
            )
            expect.refused(service.send(request), "a verifier that is not the challenge's")


@check("pkce.hidden")
def check_hidden(service: Service) -> None:
    """The challenge cannot be read out of the code."""
    service.features.need("pkce")
    code = service.code()
    shown = challenge(code.verifier or "")["code_challenge"]
    digest = base64.urlsafe_b64decode(f"{shown}=")
    traces = (shown.encode(), digest, digest.hex().encode())
    found = any(one in text for text in _readable(code.value) for one in traces)
    expect.that(not found, "no challenge in the code", "one that can be read")


@check("pkce.downgrade")
def check_downgrade(service: Service) -> None:
    """A code that was asked for without a challenge is refused with a verifier."""
    service.features.need("pkce")
    with grant_twins(service, GRANT):
        code = _code(service, None)
        if code is None:
            return  # whoever wants a challenge cannot be talked out of it
        request = service.grant_request(GRANT, code=code)
        bent = request.adding(("code_verifier", new_verifier()))
        expect.refused(service.send(bent), "a verifier for a code without a challenge")


@check("pkce.left-out")
def check_left_out(service: Service) -> None:
    """What a request without a challenge leads to is written down (RFC 7636 section 5)."""
    service.features.need("pkce")
    service.observe("pkce.without-challenge", "a code" if _code(service, None) else "no code")


def _readable(value: str) -> list[bytes]:
    """Return a value, and what its parts are by base64url."""
    found = [value.encode()]
    for part in re.split(r"[.:]", value):
        try:
            found.append(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        except (ValueError, binascii.Error):
            continue
    return found
