"""What a token is good for (RFC 6749 section 3.3)."""

from __future__ import annotations

from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.records import Issued


class ScopeDecisions:
    """Scopes; a server that has none looks at nobody's."""

    def scope_asked(self, call: Call, parameters: Parameters) -> tuple[str, ...] | None:
        """Return the words that a request asks for, or None where it asks for none."""
        asked = parameters.get("scope") if call.settings.scopes else None
        return None if asked is None else tuple(asked.split(" "))

    def scope_served(self, call: Call, word: str) -> bool:
        """Return whether a scope exists."""
        return word in call.settings.scopes

    def default_scope(self, call: Call) -> tuple[str, ...]:
        """Return what is granted where nothing is asked for: everything."""
        return call.settings.scopes

    def scope_of_refresh(self, call: Call, token: Issued) -> tuple[str, ...]:
        """Return the scope of the next refresh token: that of the old, in full (section 6)."""
        del call
        return token.lineage.scope

    def scope_within(self, call: Call, token: Issued, word: str) -> bool:
        """Return whether a refresh may ask for a word: only if it was granted (section 6)."""
        del call
        return word in token.lineage.scope

    def scope_of_access_token(self, call: Call, token: Issued) -> tuple[str, ...]:
        """Return what an access token is good for: what was granted, or the part asked for."""
        del call
        narrowed = token.lineage.narrowed
        return token.lineage.scope if narrowed is None else narrowed

    def scope_suffices(self, call: Call, operation: str, token: Issued) -> bool:
        """Return whether an access token is good for an operation."""
        wanted = call.settings.wanted_scopes.get(operation)
        return wanted is None or wanted in self.scope_of_access_token(call, token)
