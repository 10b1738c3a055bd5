"""A browser for the tests that need a real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from conformance.targets.chromium import Chromium
from conformance.targets.errors import NoBrowser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Return one browser for all tests, or skip where this machine has none."""
    with closing(Chromium()) as browser:
        try:
            browser.use(lambda _: None)
        except NoBrowser as missing:
            pytest.skip(str(missing))
        yield browser
