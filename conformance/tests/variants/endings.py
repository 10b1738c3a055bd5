"""What ends codes and tokens before their time, and what does not."""

from __future__ import annotations

from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.reference.problems import (
    FOREIGN_CODE,
    MISSING_REDIRECT_URI,
    OTHER_REDIRECT_URI,
    Problem,
)
from conformance.reference.records import Issued, Lineage


class OldAccessTokenDies(Decisions):
    """A refresh ends the old access token too: the page speaks of the refresh token (KMA-17)."""

    def after_issue(self, call: Call, access: Issued, refresh: Issued) -> None:
        del refresh
        for one in call.state.store.every("access_token"):
            if one.lineage.family is access.lineage.family and one is not access:
                one.revoked = True


class BurnedCodes(Decisions):
    """A failed redemption burns the code: the page says how a code is bought from, once."""

    burning: tuple[Problem, ...] = (MISSING_REDIRECT_URI, OTHER_REDIRECT_URI)

    def after_refusal(self, call: Call, problem: Problem) -> None:
        code = self.find_code(call, self.token_parameter(call, "code") or "")
        if code and problem in self.burning:
            code.spent = True


class BurnedByStrangers(BurnedCodes):
    """A code that another client presents is burned: it leaked (RFC 9700 section 4.5)."""

    burning = (FOREIGN_CODE,)


class BurnedRefreshTokens(Decisions):
    """A refresh that fails ends the whole grant: the token leaked (RFC 9700 section 4.14)."""

    def after_refusal(self, call: Call, problem: Problem) -> None:
        del problem
        value = self.token_parameter(call, "refresh_token") or ""
        if token := self.find_refresh_token(call, value):
            token.lineage.family.revoked = True


class ReplayForgiven(Decisions):
    """The replay of a code is refused and no token dies, as RFC 6749 section 4.1.2 lets it."""

    def code_replayed(self, call: Call, code: Issued) -> None:
        """Do nothing."""


class ReplayEndsFamily(Decisions):
    """The replay of a refresh token ends its successors (KMA-32; RFC 9700 section 4.14.2)."""

    def refresh_token_replayed(self, call: Call, token: Issued) -> None:
        del call
        token.lineage.family.revoked = True


class CodesUsedAgain(Decisions):
    """A code can be used again until its 30 seconds are over: the page says no more (KMA-04)."""

    def spend_code(self, call: Call, code: Issued) -> bool:
        del call, code
        return True


class OneClientToken(Decisions):
    """A second client_credentials call ends the tokens of the first (KMA-28)."""

    ending: tuple[str, ...] = ("client_credentials",)

    def after_issue(self, call: Call, access: Issued, refresh: Issued) -> None:
        del refresh
        mine = access.lineage
        if mine.grant_type not in self.ending:
            return
        for one in call.state.store.every("access_token"):
            theirs = one.lineage
            same = (theirs.client_id, theirs.subject) == (mine.client_id, mine.subject)
            if same and theirs.family is not mine.family:
                theirs.family.revoked = True


class OneLiveGrant(OneClientToken):
    """A client has one live grant for each user, and the next one ends it (KMA-28)."""

    ending = ("client_credentials", "authorization_code")


class OneLiveCode(Decisions):
    """A user's next code for a client ends the one before (KMA-35)."""

    def new_code(self, call: Call, lineage: Lineage) -> str:
        for one in call.state.store.every("code"):
            theirs = one.lineage
            if (theirs.client_id, theirs.subject) == (lineage.client_id, lineage.subject):
                one.revoked = True
        return super().new_code(call, lineage)

    def code_alive(self, call: Call, code: Issued) -> bool:
        return not code.revoked and super().code_alive(call, code)


class UnboundValues(Decisions):
    """Another client can use a code or refresh token: the page has no sentence on it (KMA-34)."""

    def code_bound_to(self, call: Call, code: Issued, client: Client) -> bool:
        del call, code, client
        return True

    def refresh_token_bound_to(self, call: Call, token: Issued, client: Client) -> bool:
        del call, token, client
        return True


VARIANTS = (
    OldAccessTokenDies,
    BurnedCodes,
    BurnedByStrangers,
    BurnedRefreshTokens,
    ReplayForgiven,
    ReplayEndsFamily,
    CodesUsedAgain,
    OneClientToken,
    OneLiveGrant,
    OneLiveCode,
    UnboundValues,
)
