"""Authorization codes: used once, by their client, with their redirect_uri, unaltered."""

from __future__ import annotations

from urllib.parse import urlsplit

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.mutations import ALTERATIONS, alterations, made_up, truncated
from conformance.checks.twins import bearer_twins, grant_twins
from conformance.targets import Service
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer

GRANT = "authorization_code"


@check("code.single-use")
def check_single_use(service: Service) -> None:
    """A code that was redeemed is refused the second time, at once and after a refresh."""
    with grant_twins(service, GRANT):
        for refreshing in (False, True):
            code = service.code()
            tokens = service.tokens(GRANT, code=code)
            if refreshing and tokens.refresh_token:
                service.send(service.grant_request("refresh_token", tokens=tokens))
            proved = service.grant_request(GRANT, code=code)
            bare = proved.without("code_verifier")  # what a code is proved by may go with its use
            for again in dict.fromkeys((proved, bare)):
                expect.refused(service.send(again), "a code that was already redeemed")


@check("code.replay-revokes")
def check_replay_revokes(service: Service) -> None:
    """The tokens of a code die when the code is presented again."""
    example = service.contract.example
    with grant_twins(service, GRANT), bearer_twins(service):
        code = service.code()
        tokens = service.tokens(GRANT, code=code)
        before = service.call(example, tokens.access_token)
        if service.answer(example, before) is not Answer.YES:
            raise Inconclusive("the token was not accepted even before the replay")
        replay = service.send(service.grant_request(GRANT, code=code))
        expect.refused(replay, "a code that was already redeemed")
        after = service.call(example, tokens.access_token)
        expect.closed(service, example, after, "a token whose code was replayed")
        if tokens.refresh_token:
            refresh = service.send(service.grant_request("refresh_token", tokens=tokens))
            expect.refused(refresh, "a refresh token whose code was replayed")


@check("code.client-binding")
def check_client_binding(service: Service) -> None:
    """A code that one client obtained is refused to another."""
    other = service.client("other_client")
    with grant_twins(service, GRANT), grant_twins(service, GRANT, client=other):
        for stranger in service.strangers():
            stolen = service.grant_request(GRANT).by(stranger)
            expect.refused(service.send(stolen), "a code of another client")


def _with_more(uri: str) -> str:
    return uri + ("&" if "?" in uri else "?") + "x=1"


def _slashed(uri: str) -> str:
    parts = urlsplit(uri)
    return parts._replace(path=(parts.path or "/x") + "/").geturl()


def _other_case(uri: str) -> str:
    """Exchange the case of the path: that of scheme and host means nothing (RFC 3986, 6.2.2.1)."""
    parts = urlsplit(uri)
    return parts._replace(path=parts.path.swapcase()).geturl()


@check("code.redirect-uri-binding")
def check_redirect_uri_binding(service: Service) -> None:
    """A code is refused with a redirect_uri other than that of its authorization request."""
    with grant_twins(service, GRANT):
        for bend in (_with_more, truncated, _slashed, _other_case):
            request = service.grant_request(GRANT)
            bent = request.altering("redirect_uri", bend)
            if bent != request:  # a path without letters has no case
                expect.refused(service.send(bent), "a code with another redirect_uri")


@check("code.redirect-uri-required")
def check_redirect_uri_required(service: Service) -> None:
    """A code is refused without the redirect_uri of its authorization request."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT).without("redirect_uri")
        expect.refused(service.send(request), "a code without its redirect_uri")
        request = service.grant_request(GRANT).replacing(redirect_uri="")
        expect.refused(service.send(request), "a code with a blank redirect_uri")


@check("code.missing")
def check_missing(service: Service) -> None:
    """A request for the tokens of a code that names no code is refused with invalid_request."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT).without("code")
        exchange = expect.refused(service.send(request), "a request without a code")
        expect.error(exchange, "invalid_request")


@check("code.unknown")
def check_unknown(service: Service) -> None:
    """A code that was never issued is refused."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT)
        bent = request.altering("code", lambda code: made_up(service, code))
        expect.refused(service.send(bent), "a code that was never issued")


@check("code.altered", how=ALTERATIONS)
def check_altered(service: Service, how: str) -> None:
    """A code with a change in it is refused."""
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT)
        for bent in alterations(service, how, request.value("code")):
            exchange = service.send(request.replacing(code=bent))
            expect.refused(exchange, f"a code that was {how}")


@check("code.survives-stranger")
def check_survives_stranger(service: Service) -> None:
    """A failed attempt by another client does not burn a code."""
    other = service.client("other_client")
    with grant_twins(service, GRANT):
        request = service.grant_request(GRANT)
        stolen = request.by(other)
        expect.refused(service.send(stolen), "a code of another client")
        expect.granted(service.send(request), "a code after a stranger's attempt")
