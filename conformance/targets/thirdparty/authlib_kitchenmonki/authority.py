# mypy: disable-error-code="import-untyped,import-not-found,misc,no-any-return"
"""Authlib, put together by its documented switches and extension points.

What RFC 6749 and RFC 6750 rule is Authlib's work; where the page asks for more, a comment names
the requirement.
"""

from __future__ import annotations

import time
from typing import Any

from authlib.common.security import generate_token
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, grants
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator
from flask import request
from werkzeug.datastructures import MultiDict

from .accounts import CLIENTS, USERS, Client, User
from .tokens import ACCESS_TOKEN_LIFETIME, ACCESS_TOKENS, CODES, REFRESH_TOKENS, Code, Token

VALUE_LENGTH = 43

Answer = dict[str, Any]


def save_token(token: Answer, asked: FlaskOAuth2Request) -> None:
    """Keep a token for the user who granted it, or else for the client's owner (KM-05)."""
    user_id = asked.user.id if asked.user else asked.client.owner
    access_token, refresh_token = token["access_token"], token["refresh_token"]
    record = Token(access_token, refresh_token, asked.client.id, user_id, time.time())
    ACCESS_TOKENS[access_token] = REFRESH_TOKENS[refresh_token] = record


class _ByQuery:
    # KM-08, KM-32, KM-59: the grants are GET requests with the credentials in the query.
    TOKEN_ENDPOINT_HTTP_METHODS = ("GET",)
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)


class ClientCredentialsGrant(_ByQuery, grants.ClientCredentialsGrant):
    """The client acts as its owner."""


class AuthorizationCodeGrant(_ByQuery, grants.AuthorizationCodeGrant):
    """The client acts as the user who granted it a code."""

    AUTHORIZATION_CODE_LENGTH = VALUE_LENGTH

    def save_authorization_code(self, code: str, asked: FlaskOAuth2Request) -> None:
        """Keep a code."""
        redirect_uri = asked.payload.redirect_uri
        CODES[code] = Code(code, asked.client.id, redirect_uri, asked.user.id, time.time())

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Find a living code of this client."""
        found = CODES.get(code)
        good = found and found.client_id == client.id and not found.is_expired()
        return found if good else None

    def authenticate_user(self, authorization_code: Code) -> User:
        """Return the user who granted the code."""
        return USERS[authorization_code.user_id]

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Spend the code; of several requests that found it at once, the first to get here wins."""
        if CODES.pop(authorization_code.value, None) is None:
            raise InvalidGrantError


class RefreshTokenGrant(_ByQuery, grants.RefreshTokenGrant):
    """The client goes on for the same user."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Find a living refresh token."""
        found = REFRESH_TOKENS.get(refresh_token)
        return None if found is None or found.is_refresh_token_expired() else found

    def authenticate_user(self, refresh_token: Token) -> User:
        """Return the user of the old token."""
        return USERS[refresh_token.user_id]

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Revoke the old pair (KM-62); of several simultaneous requests the first wins (KM-65)."""
        if REFRESH_TOKENS.pop(refresh_token.refresh_token, None) is None:
            raise InvalidGrantError
        refresh_token.revoked = True


class QueryRequest(FlaskOAuth2Request):
    """A request whose parameters Authlib finds where the page puts them, in the query."""

    @property
    def form(self) -> Any:  # noqa: ANN401 - Authlib's own type is open
        """Return the query: Authlib reads credentials, codes and refresh tokens from the form."""
        return self.args


class PageServer(AuthorizationServer):
    """Authlib's server, reading the query."""

    def create_oauth2_request(self, _request: object) -> QueryRequest:
        """Wrap Flask's current request."""
        return QueryRequest(request)


def _new_value(**_asked: object) -> str:
    return generate_token(VALUE_LENGTH)


_bearer = BearerTokenGenerator(_new_value, _new_value, ACCESS_TOKEN_LIFETIME)


def page_token(**asked: Any) -> Answer:  # noqa: ANN401 - Authlib's keywords, handed on
    """Make a token; the page prints a null scope (KM-17) and a lower case type (KM-16)."""
    return {"scope": None, **_bearer(**asked), "token_type": "bearer"}


def client_credentials_token(**asked: Any) -> Answer:  # noqa: ANN401 - as above
    """Make a token with a refresh token (KM-14), which Authlib leaves out for this grant."""
    return page_token(**{**asked, "include_refresh_token": True})


class TokenValidator(BearerTokenValidator):
    """Finds access tokens; Authlib judges them."""

    def authenticate_token(self, token_string: str) -> Token | None:
        """Look an access token up."""
        return ACCESS_TOKENS.get(token_string)


class Placements(ResourceProtector):
    """Authlib's protector, for a token outside the header too."""

    def parse_request_authorization(self, asked: Any) -> tuple[TokenValidator, str]:  # noqa: ANN401
        """Take the token from a GET's query (KM-73), or from the form of a POST or PUT (KM-74, 75).

        A token in two places is refused (RFC 6750 section 2).
        """
        form, query = request.form, request.args
        fields = {"GET": query, "HEAD": query, "POST": form, "PUT": form}
        tokens = fields.get(request.method, MultiDict()).getlist("access_token")
        if len(tokens) + ("Authorization" in asked.headers) > 1:
            raise InvalidRequestError("The request holds more than one access token.")
        if not any(tokens):
            return super().parse_request_authorization(asked)
        return self.get_token_validator("bearer"), tokens[0]


server = PageServer(query_client=CLIENTS.get, save_token=save_token)
server.register_token_generator("default", page_token)
server.register_token_generator("client_credentials", client_credentials_token)
for grant_class in (ClientCredentialsGrant, AuthorizationCodeGrant, RefreshTokenGrant):
    server.register_grant(grant_class)
require_oauth = Placements()
require_oauth.register_token_validator(TokenValidator(realm="kitchenmonki"))
