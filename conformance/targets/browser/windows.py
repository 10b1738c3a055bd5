"""An authorization request played in the windows of a browser: who opens it, and what comes back.

The user's way through the pages is that of `person`; here it is a window that goes it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from conformance.targets.browser.arrival import Arrival, How, Site, Window
from conformance.targets.browser.chromium import Chromium
from conformance.targets.browser.relay import Relay, origin
from conformance.targets.browser.scene import Played, Scene
from conformance.targets.browser.screen import Screen
from conformance.targets.consent.forms import Page as Seen
from conformance.targets.consent.forms import Submission
from conformance.targets.consent.person import Decision, Person
from conformance.targets.consent.walk import location
from conformance.targets.errors import ConsentError
from conformance.wire import Exchange, Wire

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Route, WebError

_TICK = 20.0  # milliseconds
_CALM = 0.2  # seconds without a request, a page or a message
_SHORT_CALM = 0.03
_RESTLESS = 2.0  # seconds after which what never calms down is left alone
_AFTER_CLOSING = 2.0  # seconds that what the popup did last may take
_ENDLESS = 40  # pages: no way to a code is that long
_LOADING = 10.0  # seconds that a page may take
_BUILDING = 3.0  # seconds that its scripts may take to put something on it
_UNMOVED = 1.5  # seconds after which a page that was used and asks for no other is what comes next
_OPENER = "/conformance-opener"

# Every window tells when it can be used and what messages it gets. Told by the page, because a page
# that never ends its script would never answer a question.
_SETUP = """(() => {
  if (window !== top) return;
  const told = content => { try { return JSON.stringify(content) } catch { return '""' } };
  const tell = (how, content) => conformanceHeard(how, told(content) ?? 'null');
  addEventListener('DOMContentLoaded', () => 'conformanceHop' in window || tell('ready'));
  addEventListener('beforeunload', () => tell('leaves'));
  addEventListener('message', event => tell('message', event.data));
})()"""
_OPEN = "url => { window.open(url, 'code_popup', 'width=500,height=300') }"
_GO = "url => { setTimeout(() => location.assign(url)) }"
_DEFINE = """names => names.filter(name => !(name in window)).forEach(name => {
  window[name] = (...given) => { conformanceHeard('call', JSON.stringify(given)) };
})"""
# A function of the opener that a script calls by its name.
_CALLED = re.compile(r"\bopener\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)\s*(?:\?\.)?\(")


def play(chromium: Chromium, wire: Wire, scene: Scene) -> Played:
    """Play a scene in fresh windows.

    Raises `ConsentError` where a page is not as the target file declares it, `NoBrowser`,
    `BrowserError` and `BudgetSpent`.
    """
    return playing(chromium, wire, scene)()


def playing(chromium: Chromium, wire: Wire, scene: Scene) -> Callable[[], Played]:
    """Begin to play a scene; what is returned waits for its end, and raises as `play` does."""

    def act(context: BrowserContext) -> Played:
        windows = _Windows(context, wire, scene, chromium)
        windows.open()
        return windows.decide(scene.decision)

    return chromium.ahead(act)


def pause(
    chromium: Chromium, wire: Wire, scene: Scene
) -> tuple[Played, Callable[[Decision], Played]]:
    """Play a scene up to the decision; return what was seen, and what plays the rest.

    Raises as `play` does.
    """

    def act(context: BrowserContext) -> tuple[_Windows, Played]:
        windows = _Windows(context, wire, scene, chromium)
        windows.open()
        return windows, windows.decide("leave")

    windows, played = chromium.begin(act)
    return played, lambda decision: chromium.end(
        windows.context, lambda _: windows.decide(decision)
    )


class _Windows:
    """The windows of one scene; the popup is a way that a `Person` can go."""

    def __init__(
        self, context: BrowserContext, wire: Wire, scene: Scene, chromium: Chromium
    ) -> None:
        self.context = context
        self._chromium = chromium
        self._scene = scene
        opener = f"{scene.opener}{_OPENER}" if scene.opener else ""
        self._relay = Relay(wire, scene.redirect_uri, opener)
        self._opener_url = opener
        self._opener: Page | None = None
        self.steps: list[str] = []
        self._arrivals: list[Arrival] = []
        self._shown: Exchange | None = None
        self._document: Exchange | None = None
        self._seen: Exchange | None = None
        self._left: str | None = None
        self._ready = self._ready_before = self._pages = self._errors = 0
        self._stuck = self._leaves = False
        self._step = "open"
        self._decision: Decision = scene.decision
        self._active = time.monotonic()
        self._problem: Exception | None = None
        context.expose_binding("conformanceHeard", self._hear)
        context.add_init_script(_SETUP)
        context.route("**/*", self._answer)
        context.on("weberror", self._err)
        context.add_cookies(list(scene.cookies))

    def open(self) -> None:
        """Open the request; raises `ConsentError`."""
        self._popup = self._opened()
        self._screen = Screen(self._popup)
        with self._pictured():
            self._await_page("open", self._scene.url, 0, None, -1)

    def decide(self, decision: Decision) -> Played:
        """Let the user log in and decide, and see what comes; raises `ConsentError`."""
        scene = self._scene
        self._decision = decision
        with self._pictured():
            if scene.user:
                Person(scene.consent, scene.user, decision, self).proceed()
        self._see_what_comes()
        self._arrive()
        return Played(
            tuple(self._arrivals),
            self._shown,
            self._pages,
            self._errors,
            self._stuck,
            self._document,
            self._left,
            tuple(self.steps),
            tuple(self.context.cookies()),
        )

    @contextmanager
    def _pictured(self) -> Iterator[None]:
        """Take a picture of a page that is not as declared."""
        try:
            yield
        except ConsentError as problem:
            if self._popup.is_closed() or self._stuck or not self._chromium.pictures:
                raise
            user = self._scene.user
            picture = self._screen.picture(user.password if user else "")
            raise problem.shown_in(self._chromium.keep(picture, problem.step)) from None

    def _see_what_comes(self) -> None:
        patience = self._scene.patience if self._decision in self.steps else 0
        self._wait(lambda: self.over or self._popup.is_closed(), patience)
        if self._popup.is_closed():
            self._wait(lambda: self.over, min(patience, _AFTER_CLOSING))
        self._wait(lambda: self._calm(_CALM), _RESTLESS)

    def _arrive(self) -> None:
        """Wait for the page where the popup has gone: a context that is busy cannot be closed."""
        if self._left and self._left.startswith("http"):
            self._wait(
                lambda: self._ready > self._ready_before or self._popup.is_closed(), _RESTLESS
            )

    # The way of a person

    @property
    def page(self) -> Exchange | None:
        """Return the page in the popup."""
        return None if self._popup.is_closed() else self._seen or self._document

    @property
    def over(self) -> bool:
        """Tell whether a code came, a window is at the redirect_uri, or the pages never end.

        Nothing is left to do either where a window that nobody opened has left the target.
        """
        gone = self._opener is None and self._left is not None
        return (
            gone
            or self._pages > _ENDLESS
            or any(
                one.site == "redirect_uri" or (one.codes and one.site != "target")
                for one in self._arrivals
            )
        )

    def go(self, step: str, submission: Submission) -> None:
        """Do in the popup what leads on, and wait for what comes; raises `ConsentError`."""
        ready, shown, pages = self._ready, self._shown, self._pages
        self._step, self._leaves = step, False
        self._screen.carry_out(step, submission)
        self._active = time.monotonic()
        self._await_page(step, submission.url, ready, shown, pages)

    # What the windows tell

    def _hear(self, source: dict[str, Any], what: str, content: str) -> None:
        """Note what a window says of itself."""
        self._active = time.monotonic()
        window = self._window(source["page"])
        if what in ("message", "call"):
            how: How = "message" if what == "message" else "call"
            self._arrivals.append(Arrival(window, how, self._site(window), json.loads(content)))
        elif window == "popup":
            self._ready += what == "ready"
            self._leaves = what == "leaves"

    def _site(self, window: Window) -> Site:
        """Return whose page hears what a window is told."""
        if window == "popup":
            return "target"
        return "client" if self._scene.opener == origin(self._scene.redirect_uri) else "other"

    def _err(self, _error: WebError) -> None:
        self._errors += 1

    def _answer(self, route: Route) -> None:
        """Answer a request; what goes wrong is kept for the thread of the scene."""
        from playwright.sync_api import Error  # noqa: PLC0415

        with suppress(Error):  # the window that asked has closed
            try:
                self._relay_to(route)
            except Error:
                raise
            except Exception as problem:  # noqa: BLE001 - raised again by `_wait`
                self._problem = problem
                route.abort()
        self._active = time.monotonic()

    def _relay_to(self, route: Route) -> None:
        asked = route.request
        window = self._moved_by(asked)
        self._note(asked, window)
        exchange = self._relay.fetch(asked)
        if exchange and exchange.number and window == "popup":
            self._take_in(exchange)
        self._define_what_is_called(exchange)
        self._relay.deliver(route, exchange)

    def _take_in(self, exchange: Exchange) -> None:
        """Note what answers the popup, and where that leads it."""
        self._shown = exchange
        if exchange.failure:
            found = f"no answer: {exchange.failure}"
            raise ConsentError(self._step, exchange.request.url, found, exchange)
        target = location(exchange)
        if target is None:
            self._document = exchange
        elif self._relay.site(target) != "target":
            self._left, self._ready_before = target, self._ready

    def _note(self, asked: Request, window: Window | None) -> None:
        site = self._relay.site(asked.url)
        if window:
            self._arrivals.append(Arrival(window, "navigation", site, asked.url))
            self._pages += window == "popup"
            if window == "popup" and site != "target" and self._left is None:
                self._left, self._ready_before = asked.url, self._ready
        elif site == "other":
            content = [asked.url, asked.headers.get("referer", ""), asked.post_data or ""]
            self._arrivals.append(Arrival("popup", "request", site, content))

    def _moved_by(self, asked: Request) -> Window | None:
        """Return the window that a request takes to another page, or None."""
        from playwright.sync_api import Error  # noqa: PLC0415

        if not asked.is_navigation_request():
            return None
        try:
            frame = asked.frame
        except Error:  # the window has just been opened and has none yet
            return "popup"
        return None if frame.parent_frame else self._window(frame.page)

    def _window(self, page: Page) -> Window:
        return "opener" if page == self._opener else "popup"

    def _define_what_is_called(self, exchange: Exchange | None) -> None:
        """Give the opener the functions that a page is going to call there (reading KMA-22)."""
        text = exchange.response.text if exchange and exchange.response else ""
        names = _CALLED.findall(text)
        if names and self._opener:
            self._opener.evaluate(_DEFINE, names)

    # Opening and waiting

    def _opened(self) -> Page:
        """Open the authorization request in a popup, or without an opener in a tab."""
        page = self.context.new_page()
        if not self._opener_url:
            page.evaluate(_GO, self._scene.url)
            return page
        self._opener = page
        page.goto(self._opener_url)
        with page.expect_popup() as popup:
            page.evaluate(_OPEN, self._scene.url)
        return popup.value

    def _await_page(
        self, step: str, url: str, ready: int, shown: Exchange | None, pages: int
    ) -> None:
        """Wait until the popup can be used again, or has nothing more to do."""

        def there() -> bool:
            return self._ready > ready or self._popup.is_closed() or self.over

        def stays() -> bool:
            return self._pages == pages and not self._leaves and self._calm(_UNMOVED)

        if not self._wait(lambda: there() or stays(), _LOADING):
            self._stuck = self._decision in self.steps and self._shown is not shown
            if not self._stuck:
                raise ConsentError(step, url, f"no page within {_LOADING:g} s", self._shown)
        self._wait(lambda: self._calm(_SHORT_CALM), _RESTLESS)  # its scripts may lead on
        self._wait(self._look, _BUILDING)

    def _look(self) -> bool:
        """Take in what the popup shows; return whether that is all that its scripts put there."""
        from playwright.sync_api import Error  # noqa: PLC0415

        self._seen = None
        if self._document is None or self._stuck or self.over or self._popup.is_closed():
            return True
        try:
            self._seen = self._screen.look(self._document)
        except Error:  # it has just gone elsewhere
            return False
        page = Seen(self._seen)
        return page.offers or not page.scripted

    def _calm(self, seconds: float) -> bool:
        return time.monotonic() - self._active > seconds

    def _wait(self, done: Callable[[], bool], patience: float) -> bool:
        """Let the browser work until something holds; return whether it does."""
        from playwright.sync_api import Error  # noqa: PLC0415

        until = time.monotonic() + patience
        while not done() and time.monotonic() < until:
            with suppress(Error):  # without any window left nothing comes
                (self._opener or self._popup).wait_for_timeout(_TICK)
            if self._problem:
                problem, self._problem = self._problem, None
                raise problem
        return done()
