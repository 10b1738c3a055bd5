"""Who may be asked for access, and how the answer travels back (RFC 6749 section 4.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from conformance.reference.call import Call
from conformance.reference.decisions.client import ClientDecisions
from conformance.reference.decisions.metadata import MetadataDecisions
from conformance.reference.parameters import Parameters
from conformance.reference.problems import Problem
from conformance.reference.records import Issued
from conformance.reference.sessions import AuthorizationRequest, Session
from conformance.reference.settings import Client, User


class AuthorizeDecisions(ClientDecisions, MetadataDecisions):
    """The authorization endpoint: the request, the login, the consent, the way back."""

    def authorize_parameters(self, call: Call) -> Parameters:
        """Return the parameters of an authorization request."""
        return call.form if call.settings.authorize.method == "POST" else call.query

    def find_asking_client(self, call: Call, client_id: str) -> Client | None:
        """Return the registered client that an authorization request names."""
        return self.find_client(call, client_id)

    def redirect_uri_registered(self, call: Call, client: Client, redirect_uri: str) -> bool:
        """Return whether a client may be answered there: only where registered, exactly.

        Of a public client on loopback the port may differ (RFC 9700 section 4.1.3).
        """
        del call
        if client.secret:
            return redirect_uri == client.redirect_uri
        return without_port(redirect_uri) == without_port(client.redirect_uri)

    def response_type(self, call: Call) -> str | None:
        """Return what kind of answer is asked for."""
        return self.authorize_parameters(call).get("response_type")

    def response_type_served(self, call: Call, response_type: str) -> bool:
        """Return whether a response_type is served."""
        del call
        return response_type == "code"

    def uses_popup(self, call: Call) -> bool:
        """Return whether the answer goes to the window that opened this one."""
        asking = call.settings.popup_parameter
        return asking in self.authorize_parameters(call).pairs

    def answers_by_popup(self, call: Call, asked: AuthorizationRequest) -> bool:
        """Return whether a user's decision is answered as the request wanted it."""
        del call
        return asked.popup

    def code_challenge(self, call: Call) -> str | None:
        """Return the code challenge of a request, where the server knows PKCE (RFC 7636)."""
        known = call.settings.pkce
        return self.authorize_parameters(call).get("code_challenge") if known else None

    def code_challenge_method(self, call: Call) -> str:
        """Return how the challenge was made: `plain` unless said (RFC 7636 section 4.3)."""
        return self.authorize_parameters(call).get("code_challenge_method") or "plain"

    def code_challenge_method_served(self, call: Call, method: str) -> bool:
        """Return whether a method is served: S256 alone (RFC 9700 section 2.1.1)."""
        del call
        return method == "S256"

    def code_challenge_required(self, call: Call, client: Client) -> bool:
        """Return whether a client must send a challenge: a public one (RFC 9700 section 2.1.1)."""
        return call.settings.pkce and not client.secret

    def find_user(self, call: Call, name: str) -> User | None:
        """Return the user with this name."""
        return next((one for one in call.settings.users if one.name == name), None)

    def password_matches(self, call: Call, user: User, password: str) -> bool:
        """Return whether a password is the user's."""
        del call
        return self.same_secret(user.password, password)

    def acting_user(self, call: Call, session: Session) -> User | None:
        """Return who uses this browser, or None if a login must come first."""
        del call
        return session.user

    def consent_required(self, call: Call, asked: AuthorizationRequest, user: User) -> bool:
        """Return whether the user must be asked: every time."""
        del call, asked, user
        return True

    def waiting_request(self, call: Call) -> AuthorizationRequest | None:
        """Return the request that a form is about: its token names it."""
        return call.state.sessions.waiting(call.form.get("csrf"))

    def form_genuine(self, call: Call, asked: AuthorizationRequest, session: Session) -> bool:
        """Return whether a form comes from the browser that it was shown to."""
        del call
        return asked.session is session

    def consent_given(self, call: Call, asked: AuthorizationRequest) -> bool:
        """Return whether the user pressed the button that allows."""
        del asked
        return call.form.get("decision") == "allow"

    def subject_of_consent(self, call: Call, asked: AuthorizationRequest, user: User) -> str:
        """Return the user for whom the code stands: who gave consent."""
        del call, asked
        return user.id

    def client_of_consent(self, call: Call, asked: AuthorizationRequest) -> str:
        """Return the client to which the code is bound."""
        del call
        return asked.client.id

    def redirect_uri_of_consent(self, call: Call, asked: AuthorizationRequest) -> str | None:
        """Return the redirect_uri to which the code is bound: as it was sent."""
        del call
        return asked.sent_redirect_uri

    def granted_members(
        self, call: Call, asked: AuthorizationRequest, code: Issued
    ) -> dict[str, str]:
        """Return what the client learns after consent (section 4.1.2)."""
        return {"code": code.value, **self.state_members(call, asked), **self.issuer_members(call)}

    def denied_members(
        self, call: Call, asked: AuthorizationRequest, problem: Problem
    ) -> dict[str, str]:
        """Return what the client learns after a refusal (section 4.1.2.1)."""
        return {
            "error": problem.error,
            "error_description": problem.description,
            **self.state_members(call, asked),
            **self.issuer_members(call),
        }

    def state_members(self, call: Call, asked: AuthorizationRequest) -> dict[str, str]:
        """Return the client's state, unchanged, if it sent one."""
        del call
        return {} if asked.state is None else {"state": asked.state}

    def return_uri(self, call: Call, asked: AuthorizationRequest) -> str:
        """Return where the browser is sent."""
        del call
        return asked.redirect_uri

    def return_location(self, call: Call, uri: str, members: Mapping[str, str]) -> str:
        """Add members to the query of a URI, whose own query stays (section 3.1.2)."""
        added = "&".join(f"{name}={self.escape(call, value)}" for name, value in members.items())
        return f"{uri}{'&' if '?' in uri else '?'}{added}"

    def escape(self, call: Call, value: str) -> str:
        """Return a value as it stands in a query."""
        del call
        return quote(value, safe="")

    def return_status(self, call: Call) -> int:
        """Return the status that sends the browser back, by GET (RFC 9700 section 4.12)."""
        del call
        return 303


def without_port(uri: str) -> str:
    """Return a redirect_uri without the port of a loopback address."""
    return re.sub(r"^(http://(?:127\.0\.0\.1|\[::1\])):\d+(?=[/?]|$)", r"\1", uri)
