"""What all tests have: a browser where there is one, and children that heed Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from conformance.targets.browser.chromium import Chromium
from conformance.targets.errors import NoBrowser

# A shell that runs the tests in the background has all that they start ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Return one browser for all tests, or skip where this machine has none."""
    with closing(Chromium()) as browser:
        try:
            browser.use(lambda _: None)
        except NoBrowser as missing:
            pytest.skip(str(missing))
        yield browser
