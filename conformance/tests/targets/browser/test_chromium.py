"""A browser that is found or missed in plain words, and that reaches nothing by itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from conformance.targets.browser.chromium import Chromium
from conformance.targets.errors import BrowserError, NoBrowser
from conformance.tests.targets.site import Reply, open_site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.fixture
def unstarted() -> Iterator[Chromium]:
    """Return a browser that nobody has used yet."""
    with closing(Chromium()) as browser:
        yield browser


def test_nothing_leaves_by_itself(chromium: Chromium) -> None:
    """A request that nobody answers in the browser's place is not sent, on loopback neither."""
    with open_site({"GET /": Reply("here")}) as site:

        def visit(context: BrowserContext) -> None:
            context.new_page().goto(site.url)

        with pytest.raises(BrowserError, match="ERR_PROXY_CONNECTION_FAILED"):
            chromium.use(visit)
        assert site.heard == []


def test_every_use_has_a_context_of_its_own(chromium: Chromium) -> None:
    """Cookies of one use are not there in the next."""

    def add(context: BrowserContext) -> int:
        before = len(context.cookies())
        context.add_cookies([{"name": "a", "value": "1", "url": "http://127.0.0.1/"}])
        return before

    assert [chromium.use(add), chromium.use(add)] == [0, 0]


def test_the_caller_keeps_its_own_event_loop(chromium: Chromium) -> None:
    """Whoever uses the browser can still run an event loop."""

    async def answer() -> int:
        return chromium.use(lambda context: len(context.pages))

    assert asyncio.run(answer()) == 0


def test_a_browser_that_is_not_there(unstarted: Chromium, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that cannot be started is named by the variable that would change it."""
    monkeypatch.setenv("CONFORMANCE_BROWSER", "/no/such/browser")
    for _ in range(2):
        with pytest.raises(
            NoBrowser, match=r"no Chromium at /no/such/browser.*CONFORMANCE_BROWSER"
        ):
            unstarted.use(lambda _: None)


def test_a_browser_that_does_not_start(
    unstarted: Chromium, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is there and is no browser is told from one that is missing."""
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CONFORMANCE_BROWSER", str(broken))
    with pytest.raises(NoBrowser, match=f"{broken} cannot be started"):
        unstarted.use(lambda _: None)


def test_without_playwright(unstarted: Chromium, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the optional part the message says what to install."""
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(
        NoBrowser, match="what drives one is not installed: pip install playwright psutil"
    ):
        unstarted.use(lambda _: None)


def test_closing_what_was_never_started(unstarted: Chromium) -> None:
    """A run without browser checks pays nothing."""
    unstarted.close()
    unstarted.close()


def test_a_browser_that_was_warmed_is_the_one_that_is_used(chromium: Chromium) -> None:
    """What was started in advance is there, and starting it in vain is told by who needs it."""
    chromium.warm()
    assert chromium.use(lambda context: len(context.pages)) == 0


def test_warming_in_vain(unstarted: Chromium, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody hears of a browser that is missing until it is needed."""
    monkeypatch.setenv("CONFORMANCE_BROWSER", "/no/such/browser")
    unstarted.warm()
    with pytest.raises(NoBrowser, match="/no/such/browser"):
        unstarted.use(lambda _: None)


def test_a_browser_that_does_not_answer_is_killed(
    unstarted: Chromium, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose script never ends keeps no process busy, and the next use has a new browser."""
    before = set(_browsers())
    unstarted.use(lambda _: None)
    monkeypatch.setattr("conformance.targets.browser.chromium._ACTING", 1.0)

    def loop(context: BrowserContext) -> None:
        context.new_page().evaluate("() => { while (true) {} }")

    with pytest.raises(BrowserError, match="did not come to an end"):
        unstarted.use(loop)
    started = [one for one in _browsers() if one not in before]
    _gone, alive = psutil.wait_procs(started, 10)
    assert alive == []
    monkeypatch.undo()
    assert unstarted.use(lambda context: len(context.pages)) == 0


def _browsers() -> list[psutil.Process]:
    """Return the browsers that this process has started."""
    every = psutil.Process().children(recursive=True)
    return [one for one in every if "chrom" in one.name()]
