"""How codes and tokens are made, how long they live and when they are used up."""

from __future__ import annotations

import secrets

from conformance.reference.call import Call
from conformance.reference.records import Issued, Kind, Lineage


class ValueDecisions:
    """What codes and tokens have in common."""

    def issue(self, call: Call, kind: Kind, lineage: Lineage) -> Issued:
        """Make a code or token and remember it."""
        makers = {
            "code": self.new_code,
            "access_token": self.new_access_token,
            "refresh_token": self.new_refresh_token,
        }
        value = makers[kind](call, lineage)
        record = Issued(kind, value, lineage, self.lifetime_starts(call, kind, lineage))
        self.remember(call, record)
        return record

    def random_value(self) -> str:
        """Return 256 random bits as 43 characters that need no escaping."""
        return secrets.token_urlsafe(32)

    def new_code(self, call: Call, lineage: Lineage) -> str:
        """Return the value of a new code."""
        del call, lineage
        return self.random_value()

    def new_access_token(self, call: Call, lineage: Lineage) -> str:
        """Return the value of a new access token."""
        del call, lineage
        return self.random_value()

    def new_refresh_token(self, call: Call, lineage: Lineage) -> str:
        """Return the value of a new refresh token."""
        del call, lineage
        return self.random_value()

    def remember(self, call: Call, record: Issued) -> None:
        """Store a value that was made."""
        call.state.store.add(record)

    def lifetime_starts(self, call: Call, kind: Kind, lineage: Lineage) -> float:
        """Return the moment at which a lifetime begins: when the value is made."""
        del kind, lineage
        return call.now

    def code_lifetime(self, call: Call, record: Issued) -> float:
        """Return for how many seconds a code lives."""
        del record
        return call.settings.code_lifetime

    def access_token_lifetime(self, call: Call, record: Issued) -> float:
        """Return for how many seconds an access token lives."""
        del record
        return call.settings.access_token_lifetime

    def refresh_token_lifetime(self, call: Call, record: Issued) -> float:
        """Return for how many seconds a refresh token lives."""
        del record
        return call.settings.refresh_token_lifetime

    def revoked(self, call: Call, record: Issued) -> bool:
        """Return whether a value was revoked, by itself or with its family."""
        del call
        return record.revoked or record.lineage.family.revoked

    def spent(self, call: Call, record: Issued) -> bool:
        """Return whether a code or refresh token was used before."""
        del call
        return record.spent

    def mark_spent(self, call: Call, record: Issued) -> None:
        """Note that a code or refresh token was used."""
        del call
        record.spent = True

    def spend(self, call: Call, record: Issued) -> bool:
        """Use up a code or refresh token; of many callers at once, one is told True."""
        with call.state.store.lock:
            if self.spent(call, record):
                return False
            self.mark_spent(call, record)
            return True
