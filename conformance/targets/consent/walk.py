"""A user agent on its way from the authorization request back to the client."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urljoin, urlsplit

from conformance.targets.consent.forms import Submission, onward
from conformance.targets.description.addresses import place
from conformance.targets.errors import ConsentError
from conformance.wire import Browser, Exchange, ForeignHost, Unsendable, Wire

_REDIRECTS = range(300, 400)
_KEEP_METHOD = (307, 308)
_LONGEST = 20


class Way(Protocol):
    """What a person needs of a user agent, with or without a screen; `steps` is what was done."""

    steps: list[str]

    @property
    def page(self) -> Exchange | None:
        """Return the page that is shown, if there is one."""

    @property
    def over(self) -> bool:
        """Tell whether the user agent has left the target, so that nothing is left to do."""

    def go(self, step: str, submission: Submission) -> None:
        """Send what a page leads to, and come to the next one; raises `ConsentError`."""


class Walk:
    """Opens a URL, follows redirects, and stops where they leave the hosts.

    The user agent is a fresh one unless one is given. `redirect_uri` counts as outside, even on a
    declared host. Raises `ConsentError`.
    """

    last: Exchange

    def __init__(
        self, wire: Wire, url: str, redirect_uri: str, browser: Browser | None = None
    ) -> None:
        self._wire = wire
        self._browser = browser or wire.browser()
        self._home = redirect_uri
        self.redirect: str | None = None
        self.page: Exchange | None = None
        self.steps: list[str] = []
        self.go("open", Submission("GET", url))

    @property
    def over(self) -> bool:
        """Tell whether a redirect led outside."""
        return self.redirect is not None

    def go(self, step: str, submission: Submission) -> None:
        """Send a request and follow it to a page, or to where it leaves the declared hosts.

        What a page leads home by, such as a link to cancel, is not sent. Raises `ConsentError`
        where neither is reached.
        """
        if self._is_home(submission.url):
            self.redirect = submission.shown
            return
        for _ in range(_LONGEST):
            exchange = self._sent(step, submission)
            target = location(exchange)
            if target is None:
                self.page = exchange
                following = onward(exchange)
            else:
                following = _next(submission, exchange, target)
            if following is None:
                return
            if self._leaves(step, following.url):
                self.redirect = following.shown
                return
            submission = following
        raise ConsentError(step, submission.url, f"more than {_LONGEST} redirects in a row")

    def _sent(self, step: str, submission: Submission) -> Exchange:
        try:
            exchange = submission.send(self._browser, self._referer(submission))
        except (ForeignHost, Unsendable) as problem:
            raise ConsentError(step, submission.url, str(problem), self.page) from None
        except ValueError:
            raise ConsentError(step, "", "the page leads to what is no URL", self.page) from None
        self.last = exchange
        if exchange.failure:
            raise ConsentError(step, submission.url, f"no answer: {exchange.failure}", exchange)
        return exchange

    def _referer(self, submission: Submission) -> str:
        """Return where a form or link stands, as browsers tell a page of the same origin."""
        answer = self.page.response if self.page else None
        if self.page is None or answer is None or not submission.acts:
            return ""
        policy = (answer.header("Referrer-Policy") or "").split(",")[-1].strip().lower()
        here, there = place(self.page.request.url), place(submission.url)
        told = policy not in ("no-referrer", "origin") and here[:3] == there[:3]
        return self.page.request.url if told else ""

    def _is_home(self, url: str) -> bool:
        try:
            return place(url) == place(self._home)
        except ValueError:
            return False

    def _leaves(self, step: str, target: str) -> bool:
        try:
            return leaves(self._wire, target, self._home)
        except ValueError:
            raise ConsentError(
                step, "", "a redirect to something that is no URL", self.last
            ) from None


def leaves(wire: Wire, url: str, redirect_uri: str) -> bool:
    """Tell whether a URL is no page of the target's: where a user agent leaves it, or home.

    Raises `ValueError` where it is no URL.
    """
    if place(url) == place(redirect_uri):
        return True
    try:
        wire.permit(url)
    except ForeignHost:
        return True
    return False


def _next(submission: Submission, exchange: Exchange, target: str) -> Submission:
    """Return what a redirect asks for."""
    if exchange.status in _KEEP_METHOD and submission.method == "POST":
        return Submission("POST", target, submission.pairs, submission.enctype)
    return Submission("GET", target)


def location(exchange: Exchange) -> str | None:
    """Return where a response redirects to, or None; as it was sent where that is absolute."""
    found = exchange.response.header("Location") if exchange.response else None
    if found is None or exchange.status not in _REDIRECTS:
        return None
    try:
        return found if urlsplit(found).scheme else urljoin(exchange.request.url, found)
    except ValueError:
        return found
