"""Users, clients, codes and tokens, after Authlib's documentation, in SQLite."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from pathlib import Path

from authlib.integrations.sqla_oauth2 import (
    OAuth2AuthorizationCodeMixin,
    OAuth2ClientMixin,
    OAuth2TokenMixin,
)
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import DeclarativeBase, relationship, scoped_session, sessionmaker

REFRESH_TOKEN_LIFETIME = 14 * 24 * 3600
SCOPE = "read write"
USERS = ("ursula", "uwe")
CLIENTS = {
    "planner": ("http://127.0.0.1:8765/callback", ["client_credentials"]),
    "shopping": ("http://127.0.0.1:8765/other?from=shop", []),
    "kiosk": ("http://127.0.0.1:8765/kiosk", []),
}

engine = create_engine(f"sqlite:///{Path(tempfile.mkdtemp()) / 'db.sqlite3'}")
session = scoped_session(sessionmaker(engine))


class Base(DeclarativeBase):
    """What all tables have in common."""


class User(Base):
    """Somebody who can log in."""

    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), unique=True)

    def get_user_id(self) -> int:
        """Return what codes and tokens know the user by."""
        return self.id

    def check_password(self, password: str) -> bool:
        """Compare with the password that the environment sets."""
        known = os.environ[f"{self.name.upper()}_PASSWORD"]
        return secrets.compare_digest(known.encode(), password.encode())


class Client(Base, OAuth2ClientMixin):
    """A client."""

    __tablename__ = "client"
    id = Column(Integer, primary_key=True)


class Code(Base, OAuth2AuthorizationCodeMixin):
    """An authorization code."""

    __tablename__ = "code"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("user.id"))
    user = relationship(User)


class Token(Base, OAuth2TokenMixin):
    """An access token with its refresh token."""

    __tablename__ = "token"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("user.id"))
    user = relationship(User)

    def is_refresh_token_active(self) -> bool:
        """Tell whether the refresh token was neither revoked nor has come to its end."""
        ends = self.issued_at + REFRESH_TOKEN_LIFETIME
        return not self.refresh_token_revoked_at and time.time() < ends


def register() -> None:
    """Make the tables, the users and the clients."""
    Base.metadata.create_all(engine)
    session.add_all(User(name=name) for name in USERS)
    for name, (redirect_uri, more) in CLIENTS.items():
        secret = os.environ.get(f"{name.upper()}_SECRET", "")
        client = Client(client_id=name, client_secret=secret)
        client.set_client_metadata(
            {
                "redirect_uris": [redirect_uri],
                "grant_types": ["authorization_code", "refresh_token", *more],
                "response_types": ["code"],
                "scope": SCOPE,
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            }
        )
        session.add(client)
    session.commit()
    session.remove()
