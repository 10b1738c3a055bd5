"""What an authorization code buys, and for whom (RFC 6749 section 4.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from conformance.reference.call import Call
from conformance.reference.decisions.value import ValueDecisions
from conformance.reference.records import Issued
from conformance.reference.settings import Client


class CodeDecisions(ValueDecisions):
    """The redemption of a code."""

    def find_code(self, call: Call, value: str) -> Issued | None:
        """Return the code with this value; only codes count."""
        return call.state.store.find("code", value)

    def code_bound_to(self, call: Call, code: Issued, client: Client) -> bool:
        """Return whether a code was issued to this client (section 4.1.3)."""
        del call
        return code.lineage.client_id == client.id

    def redirect_uri_required(self, call: Call, code: Issued) -> bool:
        """Return whether redirect_uri must come again: yes if it came before (section 4.1.3)."""
        del call
        return code.lineage.redirect_uri is not None

    def redirect_uri_matches(self, call: Call, code: Issued, redirect_uri: str | None) -> bool:
        """Return whether redirect_uri is identical to that of the authorization request."""
        del call
        return code.lineage.redirect_uri in (None, redirect_uri)

    def code_verifier_well_formed(self, call: Call, verifier: str | None) -> bool:
        """Return whether a verifier has the length and the characters of one (RFC 7636, 4.1)."""
        known = call.settings.pkce and verifier is not None
        return not known or re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier or "") is not None

    def code_verifier_matches(self, call: Call, code: Issued, verifier: str | None) -> bool:
        """Return whether a verifier is that of the code's challenge (RFC 7636 section 4.6).

        Where there was no challenge there must be no verifier (RFC 9700 section 4.8.2).
        """
        challenge = code.lineage.code_challenge
        if challenge is None or verifier is None:
            return challenge == verifier or not call.settings.pkce
        return hmac.compare_digest(challenge, s256(verifier))

    def code_alive(self, call: Call, code: Issued) -> bool:
        """Return whether a code has not expired."""
        return call.now < code.starts_at + self.code_lifetime(call, code)

    def spend_code(self, call: Call, code: Issued) -> bool:
        """Use up a code; False if it was used before."""
        return self.spend(call, code)

    def code_replayed(self, call: Call, code: Issued) -> None:
        """Answer a second use: all tokens of the first are revoked (section 4.1.2)."""
        del call
        code.lineage.family.revoked = True

    def subject_of_code(self, call: Call, code: Issued) -> str:
        """Return the user for whom the tokens of a code stand: who gave consent."""
        del call
        return code.lineage.subject


def s256(verifier: str) -> str:
    """Return the challenge that the method S256 makes of a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
