"""How a user logs in and decides: what every driver does, and the one over the target's forms."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qsl, urlsplit

from conformance.targets.consent.halted import Halted
from conformance.targets.consent.person import LOG_IN, Decision, Person
from conformance.targets.consent.walk import Walk
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.verdict.answer import describe
from conformance.wire import Browser, Exchange, Request, Wire

__all__ = ["Consent", "Decision", "FormConsent", "Paused", "Visit"]

_ANSWERS = {"code", "error", "access_token"}

Session = TypeVar("Session")


@dataclass(frozen=True, slots=True)
class Visit:
    """How a user's way through an authorization request ended.

    `redirect` is where the user agent left the declared hosts (never fetched), `page` the last
    page shown, `last` the exchange that ended it, `steps` what the user did.
    """

    last: Exchange
    redirect: str | None = field(default=None, repr=False)
    page: Exchange | None = None
    steps: tuple[str, ...] = ()

    @property
    def logged_in(self) -> bool:
        """Tell whether the user's password was sent and accepted."""
        return "login" in self.steps

    @property
    def identified(self) -> bool:
        """Tell whether the user was asked who they are."""
        return not LOG_IN.isdisjoint(self.steps)

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters in the query of the redirect, decoded once."""
        found = urlsplit(self.redirect or "").query
        return tuple(parse_qsl(found, keep_blank_values=True))

    @property
    def code(self) -> str | None:
        """Return the authorization code that came back, or None; a blank is none.

        A code has a character at least (RFC 6749 appendix A.11).
        """
        return dict(reversed(self.query)).get("code") or None

    def elsewhere(self, home: str) -> str | None:
        """Return the origin of what may be pages of the service on a host that nobody named.

        There a user agent is sent before the user has done anything, it is not that of the client,
        and nothing is told to a client by it.
        """
        parts = urlsplit(self.redirect or "")
        told = {name for name, _ in parse_qsl(f"{parts.query}&{parts.fragment}")}
        if self.steps or parts.scheme not in ("http", "https") or told & _ANSWERS:
            return None
        return None if parts.netloc == urlsplit(home).netloc else f"{parts.scheme}://{parts.netloc}"

    @property
    def instead(self) -> str:
        """Say what came in the place of a code: an error that the client is told, or a page."""
        told = dict(self.query)
        if "error" not in told:
            return f"no code came back, but {describe(self.last)}"
        words = f" ({told['error_description']})" if told.get("error_description") else ""
        return (
            f"the error {told['error']}{words} came back; what the service wants in"
            " each request, such as a nonce or a long state, goes into [authorize].parameters"
        )


@dataclass(frozen=True, slots=True)
class Paused:
    """A user who has seen the page and has not decided yet."""

    last: Exchange
    decide: Callable[[Decision], Visit] = field(repr=False)


class Consent(Protocol):
    """A driver of the authorization pages."""

    @property
    def name(self) -> str:
        """Return what kind of driver it is, as reports call it."""

    def visit(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        *,
        returning: bool = False,
    ) -> Visit:
        """Open an authorization request in a fresh user agent, log in, and decide.

        Without a user the page is only opened; `leave` logs in and stops at the consent page.
        A `returning` user may use the user agent of an earlier visit, and so be logged in already.
        Raises `ConsentError` where a page is not as the target file declares it.
        """

    def pause(self, url: str, user: User, redirect_uri: str) -> Paused:
        """Open an authorization request in a fresh user agent, log in, and do not decide yet.

        Raises `ConsentError`, also where nothing is left to decide; so does the decision.
        """


class PagesConsent(ABC, Generic[Session]):
    """Goes through the target's own pages, where a user may come back with an earlier session."""

    def __init__(self, wire: Wire, settings: Settings) -> None:
        self._wire = wire
        self._settings = settings
        self._sessions: dict[str, Session] = {}

    def visit(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        *,
        returning: bool = False,
    ) -> Visit:
        """Go through the pages; raises `ConsentError`, and what `_go` does.

        A returning user whose session does not go on as before comes again as a new one.
        """
        session = self._sessions.pop(user.role, None) if user and returning else None
        try:
            visit, kept = self._go(url, user, decision, redirect_uri, session)
        except ConsentError:
            if session is None:
                raise
            return self.visit(url, user, decision, redirect_uri)
        if user and returning:
            self._sessions[user.role] = kept
        return visit

    @abstractmethod
    def _go(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        session: Session | None,
    ) -> tuple[Visit, Session]:
        """Go through the pages in a session, or a new one; return it with how that ended."""


class FormConsent(PagesConsent[Browser]):
    """Fills in the target's own forms over plain HTTP; runs no script."""

    name = "form"

    def _go(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        session: Browser | None,
    ) -> tuple[Visit, Browser]:
        browser = session or self._wire.browser()
        walk = Walk(self._wire, url, redirect_uri, browser)
        if user is not None:
            Person(self._settings, user, decision, walk).proceed()
        return _visit(walk), browser

    def agent(self, url: str, user: User, redirect_uri: str) -> Browser:
        """Let a user log in and allow in a fresh user agent; return that. Raises `ConsentError`."""
        return self._go(url, user, "allow", redirect_uri, None)[1]

    def pause(self, url: str, user: User, redirect_uri: str) -> Paused:
        """Go through the pages up to the decision; raises `ConsentError`."""
        walk = Walk(self._wire, url, redirect_uri)
        Person(self._settings, user, "leave", walk).proceed()
        if walk.over:
            raise ConsentError("leave", url, "the target asks the user for no decision", walk.page)

        def decide(decision: Decision) -> Visit:
            Person(self._settings, user, decision, walk).proceed()
            return _visit(walk)

        return Paused(walk.last, decide)

    def halted(self, url: str, user: User, redirect_uri: str) -> Halted:
        """Go through the pages in a fresh user agent, up to the decision; raises `ConsentError`."""
        walk = Halted(self._wire, url, redirect_uri)
        Person(self._settings, user, "allow", walk).proceed()
        return walk


def open_only(wire: Wire, url: str, redirect_uri: str) -> Visit:
    """Open a URL as somebody who does nothing; raises `ConsentError`."""
    return _visit(Walk(wire, url, redirect_uri))


def seen_from_outside(url: str, started: float) -> Exchange:
    """Return what stands for a way through the pages that the wire has not seen."""
    return Exchange(0, Request("GET", url), None, None, started, time.time())


def _visit(walk: Walk) -> Visit:
    return Visit(walk.last, walk.redirect, walk.page, tuple(walk.steps))
