"""From when to when codes and tokens live."""

from __future__ import annotations

import math

from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Family, Issued, Kind, Lineage


class FixedEnd(Decisions):
    """The two weeks count from the first grant and no refresh extends them (KMA-16)."""

    def __init__(self) -> None:
        self._began: dict[Family, float] = {}

    def lifetime_starts(self, call: Call, kind: Kind, lineage: Lineage) -> float:
        now = super().lifetime_starts(call, kind, lineage)
        return self._began.setdefault(lineage.family, now) if kind == "refresh_token" else now


class NoEnd(Decisions):
    """Refresh tokens live on after their two weeks, which is a lower bound (KMA-20)."""

    def refresh_token_alive(self, call: Call, token: Issued) -> bool:
        del call, token
        return True


class InclusiveLimits(Decisions):
    """The last moment belongs to the life of a value, which the page leaves open (KMA-19)."""

    def code_lifetime(self, call: Call, record: Issued) -> float:
        return math.nextafter(super().code_lifetime(call, record), math.inf)


class FromPageOpening(Decisions):
    """A code's 30 seconds count from the opening of the page, one of its readings (KMA-19)."""

    def lifetime_starts(self, call: Call, kind: Kind, lineage: Lineage) -> float:
        if kind == "code":
            return lineage.requested_at
        return super().lifetime_starts(call, kind, lineage)


class WholeSeconds(Decisions):
    """Times are kept in whole seconds, rounded down; a second is within every margin."""

    def lifetime_starts(self, call: Call, kind: Kind, lineage: Lineage) -> float:
        return math.floor(super().lifetime_starts(call, kind, lineage))


class Hasty(Decisions):
    """Values die a little early, by less than the margins that stand with each lifetime."""

    def code_lifetime(self, call: Call, record: Issued) -> float:
        return super().code_lifetime(call, record) - 1.4

    def refresh_token_lifetime(self, call: Call, record: Issued) -> float:
        return super().refresh_token_lifetime(call, record) - 20

    def access_token_alive(self, call: Call, token: Issued, placement: object) -> bool:
        del placement
        return call.now < token.starts_at + self.access_token_lifetime(call, token) - 10


class Lenient(Decisions):
    """Values die a little late, by less than the margins: the clocks of servers differ."""

    def code_lifetime(self, call: Call, record: Issued) -> float:
        return super().code_lifetime(call, record) + 2

    def refresh_token_lifetime(self, call: Call, record: Issued) -> float:
        return super().refresh_token_lifetime(call, record) + 3600

    def access_token_alive(self, call: Call, token: Issued, placement: object) -> bool:
        del placement
        return call.now < token.starts_at + self.access_token_lifetime(call, token) + 20


class OneLiveCode(Decisions):
    """A user's next code for a client ends the one before, as if the page was opened anew."""

    def issue(self, call: Call, kind: Kind, lineage: Lineage) -> Issued:
        if kind == "code":
            for one in call.state.store.every("code"):
                theirs = one.lineage
                if (theirs.client_id, theirs.subject) == (lineage.client_id, lineage.subject):
                    one.spent = True
        return super().issue(call, kind, lineage)


class SameTokenAgain(Decisions):
    """client_credentials gives its live token again, with a new hour (no sentence forbids it)."""

    def issue(self, call: Call, kind: Kind, lineage: Lineage) -> Issued:
        if lineage.grant_type == "client_credentials" and kind == "access_token":
            for one in call.state.store.every("access_token"):
                mine = (lineage.client_id, lineage.grant_type)
                alive = call.now < one.starts_at + call.settings.access_token_lifetime
                if (one.lineage.client_id, one.lineage.grant_type) == mine and alive:
                    one.starts_at = call.now
                    return one
        return super().issue(call, kind, lineage)


VARIANTS = (
    FixedEnd,
    NoEnd,
    InclusiveLimits,
    FromPageOpening,
    WholeSeconds,
    Hasty,
    Lenient,
    OneLiveCode,
    SameTokenAgain,
)
