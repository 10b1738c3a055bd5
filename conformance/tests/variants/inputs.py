"""What a server takes beside the documented requests, and what it overlooks."""

from __future__ import annotations

import base64
import binascii

from conformance.reference import Decisions, Placement, Settings
from conformance.reference.call import Call
from conformance.reference.decisions.client import read_basic
from conformance.reference.parameters import Parameters
from conformance.reference.problems import METHOD, Problem

_PRINTED = frozenset(
    (
        *("client_id", "client_secret", "code", "display", "grant_type", "redirect_uri"),
        *("refresh_token", "response_type"),
    )
)


class PostToo(Decisions):
    """POST works beside GET, as RFC 6749 section 3.2 wants it (KMA-01)."""

    def token_methods(self, settings: Settings) -> tuple[str, ...]:
        del settings
        return ("GET", "POST")

    def token_parameters(self, call: Call) -> Parameters:
        readable = call.query.readable and call.form.readable
        return Parameters(call.query.pairs + call.form.pairs, readable)


class BasicToo(Decisions):
    """HTTP Basic works beside the query (RFC 6749 section 2.3.1; KMA-14)."""

    def presented_client_id(self, call: Call) -> str | None:
        return super().presented_client_id(call) or self._basic(call)[0]

    def presented_client_secret(self, call: Call) -> str | None:
        return super().presented_client_secret(call) or self._basic(call)[1]

    def _basic(self, call: Call) -> tuple[str | None, str | None]:
        scheme, _, given = call.headers.get("Authorization", "").partition(" ")
        try:
            found = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None, None
        name, _, secret = found.partition(":")
        return (name, secret) if scheme.lower() == "basic" else (None, None)


class FirstWins(Decisions):
    """Of a repeated parameter the first counts: only an inherited document forbids it."""

    def repetition_refused(self, call: Call, name: str) -> bool:
        del call, name
        return False


class TwoTokensTaken(Decisions):
    """Of two tokens one counts: the page offers places and forbids no two (KMA-13)."""

    def several_tokens_refused(self, call: Call, operation: str) -> bool:
        del call, operation
        return False


class TokensAnywhere(Decisions):
    """A token is taken from header, query or form, whatever the method (KMA-23)."""

    def placements_read(self, call: Call, operation: str) -> tuple[Placement, ...]:
        del operation
        every = [one for found in call.settings.placements.values() for one in found]
        return tuple(dict.fromkeys(every))


class StrictScheme(Decisions):
    """The word Bearer is taken only as the page writes it; another case is a SHOULD (KM-80)."""

    def scheme_matches(self, call: Call, scheme: str, word: str) -> bool:
        del call
        return word == scheme


class KnownParametersOnly(Decisions):
    """A parameter that the page does not show is refused, state among them: it is silent there."""

    def readable(self, call: Call, parameters: Parameters) -> bool:
        known = all(name in _PRINTED for name, _ in parameters.pairs)
        return known and super().readable(call, parameters)


class EveryDisplay(Decisions):
    """Any case of popup is one: the page names a single value (KMA-30)."""

    def uses_popup(self, call: Call) -> bool:
        name, value = call.settings.popup_parameter or ("", "")
        return (self.authorize_parameters(call).get(name) or "").lower() == value


class PostRefused(Decisions):
    """A POST to the token endpoint is a bad request, as if it had no parameters (KMA-01)."""

    def error_status(self, call: Call, problem: Problem) -> int:
        return 400 if problem is METHOD else super().error_status(call, problem)


class PostNotFound(Decisions):
    """Where the token endpoint is, there is nothing for a POST (KMA-01)."""

    def error_status(self, call: Call, problem: Problem) -> int:
        return 404 if problem is METHOD else super().error_status(call, problem)


class PostForOne(PostToo):
    """By POST there is a token for the client itself, and nothing else (KMA-01)."""

    def grant_served(self, call: Call, grant_type: str) -> bool:
        return call.method == "GET" or grant_type == "client_credentials"


class BasicByPost(PostToo):
    """HTTP Basic is what POST is for, and nothing else authenticates there (KMA-01, KMA-14)."""

    def basic_credentials(self, call: Call) -> tuple[str, str] | None:
        served = call.method == "POST"
        return read_basic(call.headers.get("Authorization", "")) if served else None

    def posted_client_secret(self, call: Call) -> str | None:
        return super().posted_client_secret(call) if call.method == "GET" else None


VARIANTS = (
    PostToo,
    BasicToo,
    FirstWins,
    TwoTokensTaken,
    TokensAnywhere,
    StrictScheme,
    KnownParametersOnly,
    EveryDisplay,
    PostRefused,
    PostNotFound,
    PostForOne,
    BasicByPost,
)
