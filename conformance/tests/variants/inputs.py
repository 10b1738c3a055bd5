"""What a server takes beside the documented requests, and what it overlooks."""

from __future__ import annotations

import base64
import binascii

from conformance.reference import Decisions, Placement, Settings
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters

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


VARIANTS = (
    PostToo,
    BasicToo,
    FirstWins,
    TwoTokensTaken,
    TokensAnywhere,
    StrictScheme,
    KnownParametersOnly,
    EveryDisplay,
)
