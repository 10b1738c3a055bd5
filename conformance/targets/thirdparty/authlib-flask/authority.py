"""Authlib's server, its grants and endpoints, after its documentation."""

from __future__ import annotations

import time
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.sqla_oauth2 import (
    create_bearer_token_validator,
    create_query_client_func,
    create_query_token_func,
    create_revocation_endpoint,
    create_save_token_func,
)
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from models import Client, Code, Token, User, session

SECRET = ["client_secret_basic", "client_secret_post"]
METHODS = [*SECRET, "none"]


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    """The grant that a user gives."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code: str, request: Any) -> None:  # noqa: ANN401
        """Keep a code."""
        asked = request.payload
        session.add(
            Code(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=asked.redirect_uri,
                scope=asked.scope,
                user_id=request.user.id,
                code_challenge=asked.data.get("code_challenge"),
                code_challenge_method=asked.data.get("code_challenge_method"),
            )
        )
        session.commit()

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Find a living code of this client."""
        found = session.query(Code).filter_by(code=code, client_id=client.client_id).first()
        return found if found and not found.is_expired() else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Forget a code that was used."""
        session.delete(authorization_code)
        session.commit()

    def authenticate_user(self, authorization_code: Code) -> User | None:
        """Return the user who granted a code."""
        return session.get(User, authorization_code.user_id)


class RefreshTokenGrant(grants.RefreshTokenGrant):
    """The grant of a refresh token: each gives the next one."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Find a living refresh token."""
        found = session.query(Token).filter_by(refresh_token=refresh_token).first()
        return found if found and found.is_refresh_token_active() else None

    def authenticate_user(self, refresh_token: Token) -> User | None:
        """Return the user of a refresh token."""
        return session.get(User, refresh_token.user_id)

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """End the old pair."""
        now = int(time.time())
        refresh_token.access_token_revoked_at = now
        refresh_token.refresh_token_revoked_at = now
        session.add(refresh_token)
        session.commit()


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """The grant of a client for itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = SECRET


class Introspection(IntrospectionEndpoint):
    """Tells a client about its own tokens."""

    CLIENT_AUTH_METHODS = SECRET

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        """Find a token."""
        return query_token(token_string, token_type_hint)

    def check_permission(self, token: Token, client: Client, _request: object) -> bool:
        """Admit the client that a token was issued to."""
        return token.client_id == client.client_id

    def introspect_token(self, token: Token) -> dict[str, object]:
        """Say what an active token stands for."""
        return {
            "active": True,
            "client_id": token.client_id,
            "token_type": token.token_type,
            "username": token.user.name if token.user else None,
            "scope": token.get_scope(),
            "sub": token.user.name if token.user else token.client_id,
            "exp": token.issued_at + token.expires_in,
            "iat": token.issued_at,
        }


query_token = create_query_token_func(session, Token)
server = AuthorizationServer(
    query_client=create_query_client_func(session, Client),
    save_token=create_save_token_func(session, Token),
)
server.register_grant(AuthorizationCodeGrant, [CodeChallenge(required=True)])
server.register_grant(RefreshTokenGrant)
server.register_grant(ClientCredentialsGrant)
server.register_endpoint(create_revocation_endpoint(session, Token))
server.register_endpoint(Introspection)
require_oauth = ResourceProtector()
require_oauth.register_token_validator(create_bearer_token_validator(session, Token)())
