"""What RFC 6749 and its companions leave open, for the contract oauth2."""

from __future__ import annotations

from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import FOREIGN_TOKEN, MISSING_TOKEN, Problem
from conformance.reference.records import Issued


class KeepsRefreshTokens(Decisions):
    """A refresh token works until its end, and no new one is given (RFC 6749 section 6)."""

    def gives_refresh_token(self, call: Call, refresh: Issued) -> bool:
        first = refresh.lineage.grant_type == "authorization_code"
        return first and super().gives_refresh_token(call, refresh)

    def spend_refresh_token(self, call: Call, token: Issued) -> bool:
        del call, token
        return True


class TellsNoLifetime(Decisions):
    """The answer has no expires_in, which is only recommended (RFC 6749 section 5.1)."""

    def token_answer(self, call: Call, access: Issued, refresh: Issued) -> dict[str, object]:
        found = super().token_answer(call, access, refresh)
        return {name: value for name, value in found.items() if name != "expires_in"}


class IgnoresUnknownScopes(Decisions):
    """A scope that is not known is left out of what is granted (RFC 6749 section 3.3)."""

    def scope_asked(self, call: Call, parameters: Parameters) -> tuple[str, ...] | None:
        asked = super().scope_asked(call, parameters)
        return asked and tuple(word for word in asked if word in call.settings.scopes)


class OffersTwoSchemes(Decisions):
    """A resource takes two schemes, and offers both in one header (RFC 9110 section 11.6.1)."""

    def bearer_challenge(self, call: Call, problem: Problem) -> str:
        said = super().bearer_challenge(call, problem)
        return f'Negotiate, {said}, charset="UTF-8"' if problem is MISSING_TOKEN else said


class ChallengesByWords(Decisions):
    """A challenge has words for people, and what it asks for (RFC 6750 section 3)."""

    def client_challenge(self, call: Call, problem: Problem) -> str:
        return super().client_challenge(call, problem) and 'basic REALM = "who, if not you"'


class TellsStrangersNothing(Decisions):
    """To a client that revokes the token of another it is a token that is none (RFC 7009, 2.2)."""

    def error_status(self, call: Call, problem: Problem) -> int:
        return 200 if problem is FOREIGN_TOKEN else super().error_status(call, problem)


class TellsLittle(Decisions):
    """Introspection tells what it must: active, and no more (RFC 7662 section 2.2)."""

    def introspection(self, call: Call, token: Issued) -> dict[str, object]:
        del token
        return {"active": self.told_active(call, active=True)}


class SpacesTokens(Decisions):
    """Access tokens use all the characters that they may (RFC 6750 section 2.1)."""

    def new_access_token(self, call: Call, lineage: object) -> str:
        del call, lineage
        return f"~+/.-_{self.random_value()}=="


VARIANTS = (
    KeepsRefreshTokens,
    TellsNoLifetime,
    IgnoresUnknownScopes,
    OffersTwoSchemes,
    ChallengesByWords,
    TellsStrangersNothing,
    TellsLittle,
    SpacesTokens,
)
