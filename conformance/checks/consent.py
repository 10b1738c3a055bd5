"""The pages of login and consent as the checks look at them, and a decision that is held back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from conformance.checks.authorization import stranger_pair
from conformance.targets import Client, Service, User
from conformance.targets.consent.driver import FormConsent
from conformance.targets.consent.forms import PAGE_TYPES
from conformance.targets.consent.halted import Halted
from conformance.targets.consent.markup import attribute, document
from conformance.targets.errors import ConsentError
from conformance.targets.service.pkce import new_verifier
from conformance.verdict import Inconclusive, NotApplicable
from conformance.wire import Exchange, Response


@dataclass(frozen=True, slots=True)
class Asked:
    """A user who has pressed the control that allows; what that sends was not sent yet."""

    walk: Halted
    client: Client
    user: User
    verifier: str = field(repr=False)


def asked(service: Service, client: Client, user: User) -> Asked:
    """Bring a user to the consent page of a client's request; raises `Inconclusive`.

    Raises `NotApplicable` where nobody can decide who does not know the password.
    """
    driver = service.live.consent
    if not isinstance(driver, FormConsent):
        raise Inconclusive(f"the driver {driver.name!r} shows no forms", "user_login")
    verifier = new_verifier()
    url = service.authorize_url(client, verifier=verifier)
    try:
        walk = driver.halted(url, user, client.redirect_uri)
    except ConsentError as problem:
        raise Inconclusive(str(problem), "user_login") from None
    if walk.held is None and "allow" in walk.steps:
        raise NotApplicable("the decision is sent with the password, which no other site knows")
    if walk.held is None:
        raise Inconclusive("no page asks the user for a decision alone", "consent_page")
    return Asked(walk, client, user, verifier)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that a user was shown."""

    exchange: Exchange
    response: Response

    @property
    def policy(self) -> str:
        """Return its Content-Security-Policy."""
        return " ".join(self.response.header_values("Content-Security-Policy"))

    @property
    def root(self) -> HtmlElement:
        """Return its markup."""
        return document(self.response.text)

    @property
    def loaded(self) -> list[str]:
        """Return the addresses of all that is loaded with it."""
        sources = self.root.iter("script", "img", "iframe", "embed", "source")
        styles = (one for one in self.root.iter("link") if "stylesheet" in attribute(one, "rel"))
        found = [*(tag.get("src") for tag in sources), *(tag.get("href") for tag in styles)]
        return [url for url in found if url is not None]

    @property
    def referrer_policy(self) -> str:
        """Return how much of its address other sites learn, where it says so."""
        named = (one for one in self.root.iter("meta") if attribute(one, "name") == "referrer")
        meta = next((attribute(one, "content") for one in named), "")
        said = self.response.header("Referrer-Policy") or meta
        return said.rpartition(",")[2].strip().lower()


def shown(exchanges: Iterable[Exchange]) -> list[Shown]:
    """Return the exchanges that a browser would show as pages."""
    return [
        Shown(one, one.response)
        for one in exchanges
        if one.response and one.response.media_type in PAGE_TYPES and not 300 <= one.status < 400
    ]


def pages(service: Service) -> list[Shown]:
    """Return the pages on the way to a decision; raises `Inconclusive` where there is none."""
    client, user = stranger_pair(service)
    with service.watched() as seen:
        url = service.authorize_url(client)
        service.visit(url, user, "leave", redirect_uri=client.redirect_uri)
    found = shown(seen)
    if not found:
        raise Inconclusive("there is no page that could be judged")
    return found
