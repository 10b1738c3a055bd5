"""The way back to the client."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.problems import DENIED, Problem, RefusedError
from conformance.reference.records import Issued
from conformance.reference.sessions import AuthorizationRequest


class AnyRedirectUri(Decisions):
    """Every redirect_uri is taken as it is sent: of registration the page is silent (KMA-06)."""

    def redirect_uri_registered(self, call: Call, client: Client, redirect_uri: str) -> bool:
        del call, client, redirect_uri
        return True


class RedirectUriNotCompared(Decisions):
    """The redirect_uri of a redemption is not looked at: the page compares nothing (KMA-05)."""

    def redirect_uri_required(self, call: Call, code: Issued) -> bool:
        del call, code
        return False

    def redirect_uri_matches(self, call: Call, code: Issued, redirect_uri: str | None) -> bool:
        del call, code, redirect_uri
        return True


class NoState(Decisions):
    """There is no state: the page has none (KMA-07)."""

    def state_members(self, call: Call, asked: AuthorizationRequest) -> dict[str, str]:
        del call, asked
        return {}


class LeftoverFragment(Decisions):
    """A fragment follows the code, as a well-known service adds one; the query is what counts."""

    def return_location(self, call: Call, uri: str, members: Mapping[str, str]) -> str:
        return super().return_location(call, uri, members) + "#_=_"


class CodeFirst(Decisions):
    """The code stands before the redirect_uri's own query; no order is asked for."""

    def return_location(self, call: Call, uri: str, members: Mapping[str, str]) -> str:
        where, _, own = uri.partition("?")
        return super().return_location(call, where, members) + (f"&{own}" if own else "")


class EscapesAll(Decisions):
    """Every character of the code is percent-encoded, which means the same (RFC 3986, 6.2.2.2)."""

    def escape(self, call: Call, value: str) -> str:
        del call
        return "".join(f"%{byte:02X}" for byte in value.encode())


class MoreInRedirect(Decisions):
    """More than the code comes back: iss (RFC 9207), and what a client ignores (section 4.1.2)."""

    def granted_members(
        self, call: Call, asked: AuthorizationRequest, code: Issued
    ) -> dict[str, str]:
        more = {"iss": "https://issuer.example", "session_state": "7.e"}
        return {**more, **super().granted_members(call, asked, code)}


class BadRequestsStay(Decisions):
    """A bad authorization request stays at the server: the page names no error (KMA-27, KMA-31)."""

    def denied_members(
        self, call: Call, asked: AuthorizationRequest, problem: Problem
    ) -> dict[str, str]:
        if problem is not DENIED:
            raise RefusedError(problem)
        return super().denied_members(call, asked, problem)


class Found(Decisions):
    """The way back is a 302, since RFC 6749 section 1.7 leaves the kind of redirect open."""

    def return_status(self, call: Call) -> int:
        del call
        return 302


VARIANTS = (
    AnyRedirectUri,
    RedirectUriNotCompared,
    NoState,
    LeftoverFragment,
    CodeFirst,
    EscapesAll,
    MoreInRedirect,
    BadRequestsStay,
    Found,
)
