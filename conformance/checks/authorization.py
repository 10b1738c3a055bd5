"""What the checks of the authorization endpoint share: requests to it, and how they end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from conformance.targets import Client, Service, User, Visit
from conformance.verdict import Inconclusive
from conformance.verdict.answer import describe
from conformance.wire import Exchange

GRANT = "authorization_code"
_DECIDES_NOTHING = (408, 429)
_FIRST_FAULT = 500  # RFC 9110 section 15: statuses from here on are the server's own trouble


@dataclass(frozen=True, slots=True)
class Ending:
    """How an authorization request ended for a user who allows all.

    `redirect` is where the browser was sent, or None where it stayed on a page.
    """

    redirect: str | None = field(repr=False)
    last: Exchange | None

    @property
    def query(self) -> list[tuple[str, str]]:
        """Return the parameters in the query of the redirect, decoded once."""
        return query(self.redirect or "")

    def values(self, name: str) -> list[str]:
        """Return all values of a parameter of the redirect."""
        return [value for found, value in self.query if found == name]

    @property
    def code(self) -> str | None:
        """Return the code that came back, or None."""
        return next(iter(self.values("code")), None)

    @property
    def error(self) -> str | None:
        """Return the error code that came back, or None."""
        return next(iter(self.values("error")), None)

    @property
    def kind(self) -> str:
        """Say in a word how it ended."""
        if self.redirect is None:
            return "a page"
        return "a code" if self.code else f"the error {self.error}" if self.error else "a redirect"


def asking_client(service: Service) -> Client:
    """Return the client that asks for codes; raises `Inconclusive`."""
    return service.client_for(GRANT)


def stranger_pair(service: Service) -> tuple[Client, User]:
    """Return a client and a user who have not met before, so that no consent is remembered."""
    roles = ("other_client", "other_user")
    other = service.live.client(roles[0])
    if other and other.redirect_uri and GRANT in other.grants and service.live.user(roles[1]):
        return service.client(roles[0]), service.user(roles[1])
    return asking_client(service), service.user()


def ended(service: Service, url: str, redirect_uri: str) -> Ending:
    """Let a user open a bent request and allow all; a page that leads no further is an ending too.

    Raises `Inconclusive` where the last answer decides nothing: a refusal is a refusal.
    """
    visit, user = None, service.user()
    with service.watched() as seen, suppress(Inconclusive):
        visit = service.visit(url, user, redirect_uri=redirect_uri)
    redirect = visit.redirect if visit else None
    if redirect is None and seen and _decides_nothing(seen[-1]):
        raise Inconclusive(f"the answer decides nothing: {describe(seen[-1])}")
    last = seen[-1] if seen else visit.last if visit else None  # a command is seen from outside
    return Ending(redirect, last)


def allowed(service: Service, client: Client | None = None, **extra: str) -> tuple[Visit, str]:
    """Let the user allow a request; return the visit and the URL that the browser was sent to."""
    client = client or asking_client(service)
    url = service.authorize_url(client, extra=extra)
    visit = service.visit(url, service.user(), redirect_uri=client.redirect_uri)
    if visit.redirect is None:
        raise Inconclusive("the user allowed it, and no redirect came", "redirect_capture")
    return visit, visit.redirect


@contextmanager
def code_twins(service: Service) -> Iterator[None]:
    """Show before and after that an unbent authorization request yields a code.

    The one after a case stands before the next, as twins do.
    """
    if not service.memory.stands(GRANT) or service.random.randint(0, 1):
        service.code()
    yield
    service.code()
    service.memory.stand(GRANT)


def query(url: str) -> list[tuple[str, str]]:
    """Return the parameters in the query of a URL, decoded once."""
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def _decides_nothing(exchange: Exchange) -> bool:
    status = exchange.status
    return bool(exchange.failure) or status in _DECIDES_NOTHING or status >= _FIRST_FAULT
