"""A real browser: found, started when a check first needs it, and cut off from the network."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from conformance.targets.browser.worker import Worker
from conformance.targets.errors import BrowserError, NoBrowser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

_Result = TypeVar("_Result")

_VARIABLE = "CONFORMANCE_BROWSER"
# The shell without windows comes first: it takes a third of the time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Every request that nobody answers in the browser's place ends at a proxy that does not exist, so
# none can leave the hosts that the target file names; redirects neither, which no route sees.
_CUT_OFF = (
    "--proxy-server=http://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
)


_ACTING = 90.0  # seconds that a scene may take: many pages, each within its own limit
_CLOSING = 10.0  # seconds


class Chromium:
    """One Chromium for a whole run, driven by Playwright.

    Playwright keeps an event loop running in the thread that uses it, so it has one to itself. It
    starts the browser without Chromium's own sandbox, which root and most containers do not have.
    `pictures` is the folder for pictures of pages that are not as declared; None: keep none.
    """

    def __init__(self) -> None:
        self.pictures: Path | None = None
        self._worker = Worker("chromium")
        self._woken = False
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._missing: NoBrowser | None = None
        self._mark = f"--conformance={uuid4().hex}"  # tells its process from those of others

    def warm(self) -> None:
        """Start the browser meanwhile: it takes a second or two. `use` tells what goes wrong."""
        self._woken = True
        self._worker.begin(self._started)

    def use(self, act: Callable[[BrowserContext], _Result]) -> _Result:
        """Do something in a fresh browser context and return what comes of it.

        Raises `NoBrowser` where none can be had, `BrowserError` where the browser fails.
        """
        return self.ahead(act)()

    def ahead(self, act: Callable[[BrowserContext], _Result]) -> Callable[[], _Result]:
        """Begin what `use` does; what is returned waits for its end, and raises as `use` does."""
        come = self._used([], act)

        def come_after_all() -> _Result:
            try:
                return come()
            except CancelledError:  # one before it never came to its end
                return self.use(act)

        return come_after_all

    def begin(self, act: Callable[[BrowserContext], _Result]) -> _Result:
        """Do as `use` does, but leave the context open for `end`, unless something goes wrong."""
        self._woken = True
        opened: list[BrowserContext] = []
        try:
            return self._come(self._worker.begin(lambda: self._acted(opened, act)))
        except BaseException:
            self._see_closed(self._worker.begin(partial(_close, opened)))
            raise

    def end(self, context: BrowserContext, act: Callable[[BrowserContext], _Result]) -> _Result:
        """Do something in a context that was left open, and close it."""
        return self._used([context], act)()

    def keep(self, picture: bytes, name: str) -> Path:
        """Write a picture into the folder for pictures, beside those of its name."""
        folder = self.pictures or Path()
        folder.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            path = folder / f"{name.replace(' ', '-')}-{number}.png"
            with suppress(FileExistsError), path.open("xb") as file:
                file.write(picture)
                return path
        raise AssertionError  # there is always one more number

    def close(self) -> None:
        """End the browser, if it was started; it may be used again."""
        self._worker.drop()
        if self._woken and not self._worker.does(self._end, _CLOSING):
            self._abandon()

    def _used(
        self, opened: list[BrowserContext], act: Callable[[BrowserContext], _Result]
    ) -> Callable[[], _Result]:
        """Begin to do something in a context, a fresh one without any, and to close it after."""
        self._woken = True
        asked = self._worker.begin(lambda: self._acted(opened, act))
        closed = self._worker.begin(partial(_close, opened))

        def come() -> _Result:
            try:
                return self._come(asked)
            finally:
                self._see_closed(closed)

        return come

    def _acted(
        self, opened: list[BrowserContext], act: Callable[[BrowserContext], _Result]
    ) -> _Result:
        self._started()
        from playwright.sync_api import Error  # noqa: PLC0415 - an optional extra

        try:
            if not opened:
                opened.append(self._context())
            return act(opened[0])
        except Error as problem:
            raise BrowserError(_first_line(problem)) from None

    def _come(self, asked: Future[_Result]) -> _Result:
        try:
            return asked.result(_ACTING)
        except TimeoutError:
            self._abandon()
            raise BrowserError(f"it did not come to an end within {_ACTING:.0f} s") from None

    def _see_closed(self, closed: Future[None]) -> None:
        """Wait until a context is closed; one whose pages never rest may never be.

        What was seen in it holds all the same.
        """
        if wait([closed], _CLOSING).not_done:
            self._abandon()

    def _abandon(self) -> None:
        """Kill a browser that does not answer: a script without end would keep a core busy."""
        old, self._worker = self._worker, Worker("chromium")
        old.drop()
        old.begin(partial(_stop, self._browser, self._playwright))
        self._playwright = self._browser = None
        _kill(self._mark)

    def _context(self) -> BrowserContext:
        return self._started().new_context(
            service_workers="block", accept_downloads=False, locale="en-US"
        )

    def _started(self) -> Browser:
        if self._missing:
            raise self._missing
        if self._browser is None:
            try:
                self._browser = self._launched()
            except NoBrowser as missing:
                self._missing = missing
                raise
        return self._browser

    def _launched(self) -> Browser:
        try:
            import psutil  # noqa: F401, PLC0415 - needed when it does not end
            from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415
        except ImportError:
            raise NoBrowser(
                "what drives one is not installed: pip install playwright psutil"
            ) from None
        self._playwright = sync_playwright().start()
        chromium = self._playwright.chromium
        path = _executable() or chromium.executable_path
        try:
            return chromium.launch(executable_path=path, args=(*_CUT_OFF, self._mark))
        except Error as problem:
            self._end()
            raise NoBrowser(_not_started(path, problem)) from None

    def _end(self) -> None:
        _stop(self._browser, self._playwright)
        self._playwright = self._browser = None


def _close(opened: list[BrowserContext]) -> None:
    """Close whole contexts: a page that closes itself cannot be closed."""
    from playwright.sync_api import Error  # noqa: PLC0415

    for context in opened:
        with suppress(Error):  # it may be gone already
            context.close()


def _stop(browser: Browser | None, playwright: Playwright | None) -> None:
    from playwright.sync_api import Error  # noqa: PLC0415

    with suppress(Error):  # it may be gone already: an interrupt reaches it as well
        if browser is not None:
            browser.close()
    if playwright is not None:
        playwright.stop()


def _kill(mark: str) -> None:
    """Kill the browser whose command line has a mark; its windows end with it."""
    import psutil  # noqa: PLC0415

    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            if mark in process.cmdline():
                process.kill()


def _executable() -> str | None:
    """Return the browser to be used; None means the one that Playwright may have of its own."""
    on_path = filter(None, map(shutil.which, _NAMES))
    return os.environ.get(_VARIABLE) or next(on_path, None)


def _not_started(path: str, problem: Exception) -> str:
    """Return which browser is missing or does not start, and what to do."""
    another = f"put one on the PATH, or name it in {_VARIABLE}"
    if Path(path).is_file():
        return f"{path} cannot be started ({_first_line(problem)}): {another}"
    return f"there is no Chromium at {path}: {another}"


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0]
