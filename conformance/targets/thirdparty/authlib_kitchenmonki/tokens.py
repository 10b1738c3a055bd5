# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Codes and tokens, kept in memory, and when they end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, TokenMixin

from .accounts import Client

CODE_LIFETIME = 30
ACCESS_TOKEN_LIFETIME = 3600
REFRESH_TOKEN_LIFETIME = 14 * 24 * 3600


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """An authorization code and what it is bound to."""

    value: str = field(repr=False)
    client_id: str
    redirect_uri: str | None
    user_id: str
    issued_at: float

    def get_redirect_uri(self) -> str | None:
        """Return the redirect_uri of the authorization request, if it had one."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return no scope."""
        return ""

    def is_expired(self) -> bool:
        """Tell whether its 30 seconds are over."""
        return time.time() >= self.issued_at + CODE_LIFETIME


@dataclass
class Token(TokenMixin):
    """An access token with its refresh token."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    client_id: str
    user_id: str
    issued_at: float
    revoked: bool = False

    def check_client(self, client: Client) -> bool:
        """Tell whether it was issued to this client."""
        return self.client_id == client.id

    def get_scope(self) -> str:
        """Return no scope."""
        return ""

    def is_expired(self) -> bool:
        """Tell whether the hour of the access token is over."""
        return time.time() >= self.issued_at + ACCESS_TOKEN_LIFETIME

    def is_refresh_token_expired(self) -> bool:
        """Tell whether the two weeks of the refresh token are over."""
        return time.time() >= self.issued_at + REFRESH_TOKEN_LIFETIME

    def is_revoked(self) -> bool:
        """Tell whether a refresh has replaced it."""
        return self.revoked


CODES: dict[str, Code] = {}
ACCESS_TOKENS: dict[str, Token] = {}
REFRESH_TOKENS: dict[str, Token] = {}
