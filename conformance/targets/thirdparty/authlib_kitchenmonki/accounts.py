# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Who may log in and which clients are registered; the secrets come from the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field

from authlib.oauth2.rfc6749 import ClientMixin


@dataclass(frozen=True, slots=True)
class User:
    """A Kitchen Monki user."""

    id: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Client(ClientMixin):
    """A confidential client and the user it belongs to."""

    id: str
    secret: str = field(repr=False)
    redirect_uri: str
    owner: str

    def get_client_id(self) -> str:
        """Return the client identifier."""
        return self.id

    def get_default_redirect_uri(self) -> str:
        """Return the registered redirect_uri."""
        return self.redirect_uri

    def get_allowed_scope(self, _scope: str | None) -> str:
        """Return no scope: the page has none."""
        return ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Compare with the registered redirect_uri, character by character."""
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare the secret in constant time; as bytes, since text beyond ASCII is an error."""
        return secrets.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Admit client_id and client_secret as parameters."""
        return method == "client_secret_post"

    def check_response_type(self, response_type: str) -> bool:
        """Admit the authorization code."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Admit the three grants of the page."""
        return grant_type in {"authorization_code", "client_credentials", "refresh_token"}


def _secret(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise SystemExit(f"{name} is not set: the target file sets it in [process].env") from None


USERS = {
    user.id: user
    for user in (
        User("ursula", _secret("URSULA_PASSWORD")),
        User("uwe", _secret("UWE_PASSWORD")),
        # Owners of clients never log in here.
        User("olga", secrets.token_urlsafe()),
        User("otto", secrets.token_urlsafe()),
    )
}
CLIENTS = {
    client.id: client
    for client in (
        Client("menu-planner", _secret("MENU_SECRET"), "http://127.0.0.1:8765/callback", "olga"),
        Client("shopping", _secret("SHOPPING_SECRET"), "http://127.0.0.1:8765/b?from=km", "otto"),
    )
}
