"""The token endpoint: the order in which a token request is judged (RFC 6749 section 3.2)."""

from __future__ import annotations

from werkzeug import Response

from conformance.reference import problems
from conformance.reference.call import Call
from conformance.reference.client_endpoint import ClientEndpoint
from conformance.reference.decisions import Decisions
from conformance.reference.problems import RefusedError, needed, require
from conformance.reference.records import Family, GrantType, Issued, Lineage
from conformance.reference.scope import checked_scope
from conformance.reference.settings import Client


class TokenEndpoint(ClientEndpoint):
    """Turns client credentials, codes and refresh tokens into tokens."""

    def __init__(self, decisions: Decisions) -> None:
        super().__init__(decisions)
        self._grants = {
            "client_credentials": self._client_credentials,
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
        }

    def _answer(self, call: Call) -> Response:
        decide = self.decisions
        require(call.method in decide.token_methods(call.settings), problems.METHOD)
        self._check_form(call)
        lineage = self._check_grant(call)
        access = decide.issue(call, "access_token", lineage)
        refresh = decide.issue(call, "refresh_token", lineage)
        decide.after_issue(call, access, refresh)
        body = decide.token_body(call, decide.token_answer(call, access, refresh))
        return Response(body, decide.token_status(call), decide.token_headers(call))

    def _check_grant(self, call: Call) -> Lineage:
        decide = self.decisions
        grant_type = needed(decide.grant_type(call), problems.MISSING_GRANT_TYPE)
        require(decide.grant_served(call, grant_type), problems.UNKNOWN_GRANT_TYPE)
        client = self._check_client(call)
        for target in decide.token_parameters(call).every("resource"):
            require(decide.target_acceptable(call, target), problems.INVALID_TARGET)
        require(decide.grant_allowed(call, client, grant_type), problems.GRANT_NOT_ALLOWED)
        return self._grants[grant_type](call, client)

    def _client_credentials(self, call: Call, client: Client) -> Lineage:
        decide = self.decisions
        grant: GrantType = "client_credentials"
        asked = decide.scope_asked(call, decide.token_parameters(call))
        return Lineage(
            client_id=client.id,
            subject=decide.subject_of_client(call, client),
            grant_type=grant,
            family=Family(grant),
            scope=checked_scope(decide, call, asked),
        )

    def _authorization_code(self, call: Call, client: Client) -> Lineage:
        code = self._check_code(call, client)
        return Lineage(
            client_id=client.id,
            subject=self.decisions.subject_of_code(call, code),
            grant_type="authorization_code",
            family=code.lineage.family,
            parent=code,
            scope=code.lineage.scope,
        )

    def _check_code(self, call: Call, client: Client) -> Issued:
        decide = self.decisions
        value = needed(decide.token_parameter(call, "code"), problems.MISSING_CODE)
        redirect_uri = decide.token_parameter(call, "redirect_uri")
        code = needed(decide.find_code(call, value), problems.UNKNOWN_CODE)
        require(decide.code_bound_to(call, code, client), problems.FOREIGN_CODE)
        if redirect_uri is None:
            required = decide.redirect_uri_required(call, code)
            require(not required, problems.MISSING_REDIRECT_URI)
        else:
            matches = decide.redirect_uri_matches(call, code, redirect_uri)
            require(matches, problems.OTHER_REDIRECT_URI)
        verifier = decide.token_parameter(call, "code_verifier")
        well_formed = decide.code_verifier_well_formed(call, verifier)
        require(well_formed, problems.OTHER_CODE_VERIFIER)
        proven = decide.code_verifier_matches(call, code, verifier)
        require(proven, problems.OTHER_CODE_VERIFIER)
        # A spent code is told apart even when it has expired since: its use is a replay.
        usable = decide.spent(call, code) or decide.code_alive(call, code)
        require(usable, problems.EXPIRED_CODE)
        if not decide.spend_code(call, code):
            decide.code_replayed(call, code)
            raise RefusedError(problems.SPENT_CODE)
        return code

    def _refresh_token(self, call: Call, client: Client) -> Lineage:
        decide = self.decisions
        token = self._check_refresh_token(call, client)
        return Lineage(
            client_id=client.id,
            subject=decide.subject_of_refresh(call, token),
            grant_type="refresh_token",
            family=decide.family_of_refresh(call, token),
            generation=token.lineage.generation + 1,
            parent=token,
            scope=decide.scope_of_refresh(call, token),
            narrowed=decide.scope_asked(call, decide.token_parameters(call)),
        )

    def _check_refresh_token(self, call: Call, client: Client) -> Issued:
        decide = self.decisions
        value = decide.token_parameter(call, "refresh_token")
        value = needed(value, problems.MISSING_REFRESH_TOKEN)
        token = needed(decide.find_refresh_token(call, value), problems.UNKNOWN_REFRESH_TOKEN)
        bound = decide.refresh_token_bound_to(call, token, client)
        require(bound, problems.FOREIGN_REFRESH_TOKEN)
        require(not decide.revoked(call, token), problems.REVOKED_REFRESH_TOKEN)
        usable = decide.spent(call, token) or decide.refresh_token_alive(call, token)
        require(usable, problems.EXPIRED_REFRESH_TOKEN)
        asked = decide.scope_asked(call, decide.token_parameters(call)) or ()
        for word in asked:
            require(decide.scope_within(call, token, word), problems.INVALID_SCOPE)
        if not decide.spend_refresh_token(call, token):
            decide.refresh_token_replayed(call, token)
            raise RefusedError(problems.SPENT_REFRESH_TOKEN)
        return token
