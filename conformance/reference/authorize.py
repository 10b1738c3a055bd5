"""The authorization endpoint: request, login, consent, and the way back (RFC 6749 section 3.1)."""

from __future__ import annotations

from markupsafe import Markup
from werkzeug import Response

from conformance.reference import problems
from conformance.reference.call import Call
from conformance.reference.decisions import Decisions
from conformance.reference.problems import Problem, RefusedError, needed, require
from conformance.reference.records import Family, Lineage
from conformance.reference.scope import checked_scope
from conformance.reference.sessions import AuthorizationRequest, Session
from conformance.reference.settings import Client, User

COOKIE = "reference_session"
WRONG_LOGIN = "This name and password do not belong together. Please try again."


class AuthorizeEndpoint:
    """Asks the user. The forms post to paths below that of the endpoint."""

    def __init__(self, decisions: Decisions, path: str) -> None:
        self.decisions = decisions
        self.login_path = f"{path.rstrip('/')}/login"
        self.consent_path = f"{path.rstrip('/')}/consent"

    def begin(self, call: Call) -> Response:
        """Answer an authorization request: with a page, or with an error for the client."""
        try:
            asked = self._read(call)
        except RefusedError as refused:
            return self._error_page(call, refused.problem)
        try:
            self._check(call, asked)
        except RefusedError as refused:
            return self._deny(call, asked, refused.problem)
        return self._go_on(call, asked)

    def log_in(self, call: Call) -> Response:
        """Answer the login form."""
        try:
            asked = self._form(call)
        except RefusedError as refused:
            return self._error_page(call, refused.problem)
        user = self.decisions.find_user(call, call.form.get("username") or "")
        password = call.form.get("password") or ""
        if user is None or not self.decisions.password_matches(call, user, password):
            return self._login_page(call, asked, WRONG_LOGIN)
        call.state.sessions.log_in(asked.session, user)
        return self._go_on(call, asked)

    def decide(self, call: Call) -> Response:
        """Answer the consent form."""
        try:
            asked = self._form(call)
            user = self.decisions.acting_user(call, asked.session)
            user = needed(user, problems.STALE_FORM)
            require(call.state.sessions.settle(asked), problems.STALE_FORM)
        except RefusedError as refused:
            return self._error_page(call, refused.problem)
        if self.decisions.consent_given(call, asked):
            return self._grant(call, asked, user)
        return self._deny(call, asked, problems.DENIED)

    def _read(self, call: Call) -> AuthorizationRequest:
        """Read what must be right before anything may be sent to the client."""
        decide = self.decisions
        parameters = decide.authorize_parameters(call)
        require(decide.readable(call, parameters), problems.UNREADABLE)
        for name in {"client_id", "redirect_uri"} & {*parameters.repeated()}:
            require(not decide.repetition_refused(call, name), problems.REPEATED)
        client_id = needed(parameters.get("client_id"), problems.AUTHORIZE_CLIENT)
        client = needed(decide.find_asking_client(call, client_id), problems.AUTHORIZE_CLIENT)
        sent = parameters.get("redirect_uri")
        return AuthorizationRequest(
            session=self._session(call),
            client=client,
            redirect_uri=self._redirect_uri(call, client, sent),
            sent_redirect_uri=sent,
            state=parameters.get("state"),
            scope=decide.scope_asked(call, parameters),
            code_challenge=decide.code_challenge(call),
            popup=decide.uses_popup(call),
            came_at=call.now,
        )

    def _redirect_uri(self, call: Call, client: Client, sent: str | None) -> str:
        if sent is None:  # each client has one, so it may be left out (section 3.1.2.3)
            return client.redirect_uri
        registered = self.decisions.redirect_uri_registered(call, client, sent)
        require(registered, problems.AUTHORIZE_REDIRECT_URI)
        return sent

    def _check(self, call: Call, asked: AuthorizationRequest) -> None:
        """Check what the client is told about (section 4.1.2.1)."""
        decide = self.decisions
        parameters = decide.authorize_parameters(call)
        for name in parameters.repeated():
            require(not decide.repetition_refused(call, name), problems.REPEATED)
        response_type = needed(decide.response_type(call), problems.MISSING_RESPONSE_TYPE)
        served = decide.response_type_served(call, response_type)
        require(served, problems.UNKNOWN_RESPONSE_TYPE)
        allowed = decide.grant_allowed(call, asked.client, "authorization_code")
        require(allowed, problems.GRANT_NOT_ALLOWED)
        checked_scope(decide, call, asked.scope)
        self._check_challenge(call, asked)

    def _check_challenge(self, call: Call, asked: AuthorizationRequest) -> None:
        decide = self.decisions
        if asked.code_challenge is None:
            required = decide.code_challenge_required(call, asked.client)
            require(not required, problems.MISSING_CODE_CHALLENGE)
        else:
            served = decide.code_challenge_method_served(call, decide.code_challenge_method(call))
            require(served, problems.UNKNOWN_CODE_CHALLENGE_METHOD)

    def _session(self, call: Call) -> Session:
        return call.state.sessions.open(call.cookies.get(COOKIE))

    def _form(self, call: Call) -> AuthorizationRequest:
        asked = needed(self.decisions.waiting_request(call), problems.STALE_FORM)
        genuine = self.decisions.form_genuine(call, asked, self._session(call))
        require(genuine, problems.STALE_FORM)
        return asked

    def _go_on(self, call: Call, asked: AuthorizationRequest) -> Response:
        user = self.decisions.acting_user(call, asked.session)
        if user is None:
            return self._login_page(call, asked, "")
        if self.decisions.consent_required(call, asked, user):
            return self._consent_page(call, asked, user)
        return self._grant(call, asked, user)

    def _grant(self, call: Call, asked: AuthorizationRequest, user: User) -> Response:
        decide = self.decisions
        lineage = Lineage(
            client_id=decide.client_of_consent(call, asked),
            subject=decide.subject_of_consent(call, asked, user),
            grant_type="authorization_code",
            family=Family("authorization_code"),
            redirect_uri=decide.redirect_uri_of_consent(call, asked),
            code_challenge=asked.code_challenge,
            requested_at=asked.came_at,
            scope=checked_scope(decide, call, asked.scope),
        )
        code = decide.issue(call, "code", lineage)
        return self._return(call, asked, decide.granted_members(call, asked, code))

    def _deny(self, call: Call, asked: AuthorizationRequest, problem: Problem) -> Response:
        return self._return(call, asked, self.decisions.denied_members(call, asked, problem))

    def _return(self, call: Call, asked: AuthorizationRequest, members: dict[str, str]) -> Response:
        decide = self.decisions
        location = decide.return_location(call, decide.return_uri(call, asked), members)
        if not decide.answers_by_popup(call, asked):
            headers = decide.redirect_headers(call, location)
            return Response("", decide.return_status(call), headers)
        script = decide.popup_script(call)
        values: dict[str, object] = {
            "client": _name(asked.client),
            "location": location,
            "script": Markup(script),  # noqa: S704  our own script, never what a request said
        }
        page = decide.page(call, "popup", values)
        return Response(page, 200, decide.page_headers(call, script))

    def _login_page(self, call: Call, asked: AuthorizationRequest, message: str) -> Response:
        return self._asking_page(call, asked, "login", {"message": message})

    def _consent_page(self, call: Call, asked: AuthorizationRequest, user: User) -> Response:
        scope = checked_scope(self.decisions, call, asked.scope)
        return self._asking_page(call, asked, "consent", {"user": user.name, "scope": scope})

    def _asking_page(
        self, call: Call, asked: AuthorizationRequest, name: str, more: dict[str, object]
    ) -> Response:
        call.state.sessions.wait(asked)
        action = {"login": self.login_path, "consent": self.consent_path}[name]
        values = {"client": _name(asked.client), "csrf": asked.csrf, "action": action, **more}
        headers = self.decisions.page_headers(call)
        if call.cookies.get(COOKIE) != asked.session.id:
            attributes = self.decisions.cookie_attributes(call)
            headers["Set-Cookie"] = f"{COOKIE}={asked.session.id}{attributes}"
        return Response(self.decisions.page(call, name, values), 200, headers)

    def _error_page(self, call: Call, problem: Problem) -> Response:
        decide = self.decisions
        page = decide.page(call, "error", {"message": decide.error_description(call, problem)})
        return Response(page, decide.error_status(call, problem), decide.page_headers(call))


def _name(client: Client) -> str:
    return client.name or client.id
