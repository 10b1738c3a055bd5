"""Servers that the RFCs allow, though none is like the embedded one."""

from __future__ import annotations

from conformance.reference import Client, Decisions, Placement, User
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import (
    MISSING_RESPONSE_TYPE,
    UNKNOWN_RESPONSE_TYPE,
    Problem,
)
from conformance.reference.records import Issued
from conformance.reference.sessions import AuthorizationRequest


class WithoutPkce(Decisions):
    """PKCE is not known, its parameters are ignored as unknown ones (RFC 7636 section 5)."""

    def code_challenge(self, call: Call) -> None:
        del call

    def code_challenge_required(self, call: Call, client: Client) -> bool:
        del call, client
        return False

    def code_verifier_matches(self, call: Call, code: Issued, verifier: str | None) -> bool:
        del call, code, verifier
        return True

    def metadata(self, call: Call) -> dict[str, object]:
        told = super().metadata(call)
        return {name: value for name, value in told.items() if "challenge" not in name}


class PkceForAll(Decisions):
    """Everybody needs a challenge, confidential clients too (RFC 9700 section 2.1.1)."""

    def code_challenge_required(self, call: Call, client: Client) -> bool:
        del call, client
        return True


class Nameless(Decisions):
    """The issuer does not come with responses, and is not announced (RFC 9207 section 2)."""

    def names_issuer(self, call: Call) -> bool:
        del call
        return False


class HardlyAnyMetadata(Decisions):
    """Metadata lists no grants, and no ways to authenticate (RFC 8414 section 2)."""

    def metadata(self, call: Call) -> dict[str, object]:
        told = super().metadata(call)
        names = ("issuer", "response_types_supported", "code_challenge_methods_supported")
        needed = {name: told[name] for name in names}
        return {**self.metadata_endpoints(call), **needed}

    def names_issuer(self, call: Call) -> bool:
        del call
        return False


class AnyErrorFits(Decisions):
    """A response_type that is not known is an invalid request (reading OA-34)."""

    def denied_members(self, call: Call, asked: object, problem: Problem) -> dict[str, str]:
        told = super().denied_members(call, asked, problem)  # type: ignore[arg-type]
        unknown = problem is UNKNOWN_RESPONSE_TYPE
        return {**told, "error": "invalid_request"} if unknown else told


class OldHeaders(Decisions):
    """The pages refuse to be framed by the header that RFC 6749 section 10.13 names."""

    def page_headers(self, call: Call, script: str = "") -> dict[str, str]:
        del call, script
        return {"Content-Type": "text/html; charset=utf-8", "X-Frame-Options": "SAMEORIGIN"}


class LastHeader(Decisions):
    """Of two headers Authorization the last counts (reading OA-10)."""

    def tokens_in_header(self, call: Call, placement: Placement) -> list[str]:
        found = super().tokens_in_header(call, placement)
        return [one.rpartition(" ")[2] for one in found]


class AnyVerifier(Decisions):
    """Verifiers are compared, and may have any length and any characters (reading OA-41)."""

    def code_verifier_well_formed(self, call: Call, verifier: str | None) -> bool:
        del call, verifier
        return True


class SendsHome(Decisions):
    """A bad redirect_uri is reported at the registered one: only the bad is forbidden (3.1.2.4)."""

    def authorize_parameters(self, call: Call) -> Parameters:
        found = super().authorize_parameters(call)
        client = self.find_client(call, found.get("client_id") or "")
        if client is None or found.get("redirect_uri") in (None, client.redirect_uri):
            return found
        others = [one for one in found.pairs if one[0] not in ("redirect_uri", "response_type")]
        error = (("redirect_uri", client.redirect_uri), ("response_type", "none"))
        return Parameters((*others, *error), found.readable)


class LogsInAndNoMore(Decisions):
    """The user logs in for each request, and is asked nothing else: that is active (10.2)."""

    def consent_required(self, call: Call, asked: object, user: object) -> bool:
        del call, asked, user
        return False


class RemembersConsent(Decisions):
    """A user who has once allowed a client with a secret is not asked again (RFC 6749, 10.2)."""

    def __init__(self) -> None:
        self._allowed: set[tuple[str, str]] = set()

    def consent_required(self, call: Call, asked: AuthorizationRequest, user: User) -> bool:
        del call
        return not asked.client.secret or (asked.client.id, user.id) not in self._allowed

    def consent_given(self, call: Call, asked: AuthorizationRequest) -> bool:
        given = super().consent_given(call, asked)
        if given and asked.session.user is not None:
            self._allowed.add((asked.client.id, asked.session.user.id))
        return given


class BlankTypeIsUnknown(Decisions):
    """A response_type that is blank is not supported; either error fits it (reading OA-34)."""

    def denied_members(self, call: Call, asked: object, problem: Problem) -> dict[str, str]:
        told = super().denied_members(call, asked, problem)  # type: ignore[arg-type]
        sent = any(name == "response_type" for name, _ in call.query.pairs)
        lacks = problem is MISSING_RESPONSE_TYPE and sent
        return {**told, "error": "unsupported_response_type"} if lacks else told


class OffersOfflineAccess(Decisions):
    """A refresh token comes where the scope has the word for it, as OpenID Connect has it."""

    def gives_refresh_token(self, call: Call, refresh: Issued) -> bool:
        return "write" in (refresh.lineage.scope or ()) and super().gives_refresh_token(
            call, refresh
        )


class NobodyMayAsk(Decisions):
    """Whoever may not ask about a token is told that it is not active (RFC 7662 section 2.2)."""

    def token_active(self, call: Call, token: Issued) -> bool:
        del call, token
        return False


VARIANTS = (
    WithoutPkce,
    PkceForAll,
    Nameless,
    HardlyAnyMetadata,
    AnyErrorFits,
    OldHeaders,
    LastHeader,
    AnyVerifier,
    SendsHome,
    LogsInAndNoMore,
    RemembersConsent,
    BlankTypeIsUnknown,
    NobodyMayAsk,
)
