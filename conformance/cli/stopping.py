"""A run that is asked to stop keeps its journal and writes its report."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopping:
    """Takes Ctrl-C and SIGTERM alike; as a plugin of pytest it sees that neither is lost.

    What a signal raises in the middle of a garbage collection is raised for nobody.
    """

    def __init__(self) -> None:
        self._asked = False

    def interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal; raises `KeyboardInterrupt`."""
        self._asked = True
        raise KeyboardInterrupt

    def pytest_runtest_logstart(self) -> None:
        """End a run that has gone on, before its next case; raises `KeyboardInterrupt`."""
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[Stopping]:
    """Handle the signals in a block; one that is ignored, as in the background, stays so."""
    stopping = Stopping()
    numbers = (signal.SIGINT, signal.SIGTERM)
    heeded = [one for one in numbers if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, stopping.interrupt) for one in heeded}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
