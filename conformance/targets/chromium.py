"""A real browser: found, started when a check first needs it, and cut off from the network."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from conformance.targets.errors import BrowserError, NoBrowser
from conformance.targets.worker import Worker

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
        come = self._begun(self._context, act)

        def wait() -> _Result:
            context, result = come()
            self._close(context)
            return result

        return wait

    def begin(self, act: Callable[[BrowserContext], _Result]) -> _Result:
        """Do as `use` does, but leave the context open for `end`, unless something goes wrong."""
        return self._begun(self._context, act)()[1]

    def end(self, context: BrowserContext, act: Callable[[BrowserContext], _Result]) -> _Result:
        """Do something in a context that was left open, and close it."""
        result = self._begun(lambda: context, act)()[1]
        self._close(context)
        return result

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
        if self._woken and not self._worker.does(self._stop, _CLOSING):
            self._abandon()

    def _begun(
        self, found: Callable[[], BrowserContext], act: Callable[[BrowserContext], _Result]
    ) -> Callable[[], tuple[BrowserContext, _Result]]:
        opened: list[BrowserContext] = []
        self._woken = True
        asked = self._worker.begin(lambda: self._acted(found, act, opened))

        def come() -> tuple[BrowserContext, _Result]:
            try:
                return asked.result(_ACTING)
            except CancelledError:  # an earlier one never came to its end
                return self._begun(found, act)()
            except TimeoutError:
                self._abandon()
                raise BrowserError(f"it did not come to an end within {_ACTING:.0f} s") from None
            except BaseException:
                for context in opened:
                    self._close(context)
                raise

        return come

    def _acted(
        self,
        found: Callable[[], BrowserContext],
        act: Callable[[BrowserContext], _Result],
        opened: list[BrowserContext],
    ) -> tuple[BrowserContext, _Result]:
        self._started()
        from playwright.sync_api import Error  # noqa: PLC0415 - an optional extra

        try:
            opened.append(found())
            return opened[0], act(opened[0])
        except Error as problem:
            raise BrowserError(_first_line(problem)) from None

    def _close(self, context: BrowserContext) -> None:
        """Close a whole context: a page that closes itself cannot be closed.

        One whose pages never rest may never close. What was seen in it holds all the same.
        """
        if not self._worker.does(context.close, _CLOSING):
            self._abandon()

    def _abandon(self) -> None:
        """Leave a browser that does not answer to its own; it ends with this process."""
        self._worker.drop()
        self._worker = Worker("chromium")
        self._playwright = self._browser = None

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
            from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415
        except ImportError:
            raise NoBrowser(
                "Playwright, which drives one, is not installed: pip install playwright"
            ) from None
        self._playwright = sync_playwright().start()
        chromium = self._playwright.chromium
        path = _executable() or chromium.executable_path
        try:
            return chromium.launch(executable_path=path, args=_CUT_OFF)
        except Error as problem:
            self._stop()
            raise NoBrowser(_not_started(path, problem)) from None

    def _stop(self) -> None:
        from playwright.sync_api import Error  # noqa: PLC0415

        with suppress(Error):  # it may be gone already: an interrupt reaches it as well
            if self._browser is not None:
                self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._playwright = self._browser = None


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
