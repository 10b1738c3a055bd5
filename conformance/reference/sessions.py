"""Browsers that are logged in, and the authorization requests that wait for their users."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field

from conformance.reference.settings import Client, User


@dataclass(slots=True, eq=False)
class Session:
    """One browser, known by its cookie; `user` is None before the login."""

    id: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    user: User | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AuthorizationRequest:
    """A checked request of RFC 6749 section 4.1.1, kept here so that no form can change it.

    `sent_redirect_uri` is None where the request named none; `came_at` is in seconds since the
    epoch.
    """

    session: Session
    client: Client
    redirect_uri: str
    sent_redirect_uri: str | None
    state: str | None = field(repr=False)
    scope: tuple[str, ...] | None
    code_challenge: str | None
    popup: bool
    came_at: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


class Sessions:
    """The browsers and what waits for their users."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._waiting: dict[str, AuthorizationRequest] = {}

    def open(self, cookie: str | None) -> Session:
        """Return the session of a cookie, or a new one."""
        with self._lock:
            known = self._sessions.get(cookie or "")
            session = known or Session()
            self._sessions[session.id] = session
            return session

    def log_in(self, session: Session, user: User) -> None:
        """Note who uses a browser, under a new cookie so that an old one is worth nothing."""
        with self._lock:
            self._sessions.pop(session.id, None)
            session.id = secrets.token_urlsafe(32)
            session.user = user
            self._sessions[session.id] = session

    def wait(self, request: AuthorizationRequest) -> None:
        """Keep a request until its user has decided."""
        with self._lock:
            self._waiting[request.csrf] = request

    def waiting(self, csrf: str | None) -> AuthorizationRequest | None:
        """Return the request of a form, or None."""
        with self._lock:
            return self._waiting.get(csrf or "")

    def settle(self, request: AuthorizationRequest) -> bool:
        """Forget a request; only the first caller is told True."""
        with self._lock:
            return self._waiting.pop(request.csrf, None) is not None
