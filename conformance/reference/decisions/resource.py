"""Which tokens open a protected resource, and what it answers (RFC 6750)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from conformance.reference.call import Call
from conformance.reference.decisions.value import ValueDecisions
from conformance.reference.records import Issued
from conformance.reference.settings import Placement


class ResourceDecisions(ValueDecisions):
    """The door to the resources."""

    def placements_read(self, call: Call, operation: str) -> tuple[Placement, ...]:
        """Return where an operation looks for a token."""
        return call.settings.placements.get(operation, ())

    def tokens_at(self, call: Call, placement: Placement) -> list[str]:
        """Return the tokens that stand in a placement."""
        if placement.location == "header":
            return self.tokens_in_header(call, placement)
        parameters = call.query if placement.location == "query" else call.form
        return parameters.every(placement.name)

    def tokens_in_header(self, call: Call, placement: Placement) -> list[str]:
        """Return the token of a header, if its scheme is the right one."""
        given = call.headers.get(placement.name, "").strip()
        scheme = placement.prefix.strip()
        word, _, rest = given.partition(" ") if scheme else ("", "", given)
        token = rest.strip()
        return [token] if token and self.scheme_matches(call, scheme, word) else []

    def scheme_matches(self, call: Call, scheme: str, word: str) -> bool:
        """Return whether a scheme word is the right one, in any case (RFC 9110 section 11.1)."""
        del call
        return word.lower() == scheme.lower()

    def several_tokens_refused(self, call: Call, operation: str) -> bool:
        """Return whether a second token spoils the request (RFC 6750 section 2)."""
        del call, operation
        return True

    def without_token(self, call: Call, operation: str) -> Issued | None:
        """Return whose call it is if no token came: nobody's."""

    def find_access_token(self, call: Call, value: str, placement: Placement) -> Issued | None:
        """Return the access token with this value; only access tokens count."""
        del placement
        return call.state.store.find("access_token", value)

    def access_token_alive(self, call: Call, token: Issued, placement: Placement) -> bool:
        """Return whether an access token has not expired."""
        del placement
        return call.now < token.starts_at + self.access_token_lifetime(call, token)

    def subject_of_access_token(
        self, call: Call, operation: str, token: Issued, placement: Placement
    ) -> str:
        """Return the user whose data a token opens."""
        del call, operation, placement
        return token.lineage.subject

    def told_user_id(self, call: Call, user_id: str) -> object:
        """Return the user_id that createList tells."""
        del call
        return user_id

    def resource_answer(
        self, call: Call, operation: str, message: str, data: Mapping[str, object]
    ) -> dict[str, object]:
        """Return the members of an answer."""
        del call, operation
        return {"success": True, "success_message": message, "data": data}

    def resource_body(self, call: Call, operation: str, answer: Mapping[str, object]) -> str:
        """Return an answer as it is sent."""
        del call, operation
        return json.dumps(answer)

    def resource_status(self, call: Call, operation: str) -> int:
        """Return the status of an answer."""
        del call, operation
        return 200

    def resource_headers(self, call: Call, operation: str) -> dict[str, str]:
        """Return the headers of an answer: a user's data is for nobody else."""
        del call, operation
        return {"Content-Type": "application/json", "Cache-Control": "private, no-store"}
