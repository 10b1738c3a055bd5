"""A thread that calls are made in, one after the other, and that is not waited for without end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Worker:
    """A daemon, unlike the threads of an executor: one that never comes back keeps nobody here."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def begin(self, act: Callable[[], _Result]) -> Future[_Result]:
        """Let a call be made when those before it have come back; the future tells what it gave."""
        future: Future[_Result] = Future()
        self._calls.put((act, future))
        return future

    def call(self, act: Callable[[], _Result], seconds: float) -> _Result:
        """Return what a call gives, or raise what it raises, or `TimeoutError`."""
        return self.begin(act).result(seconds)

    def drop(self) -> None:
        """Cancel the calls that have not begun yet."""
        with suppress(Empty):
            while True:
                self._calls.get_nowait()[1].cancel()

    def does(self, act: Callable[[], object], seconds: float) -> bool:
        """Tell whether a call came back in time, well or not."""
        try:
            self.call(act, seconds)
        except TimeoutError:
            return False
        except Exception:  # noqa: BLE001 - it may be gone already, and that is as good
            return True
        return True

    def _work(self) -> None:
        while True:
            act, future = self._calls.get()
            try:
                future.set_result(act())
            except BaseException as problem:  # noqa: BLE001 - it is raised where it is waited for
                future.set_exception(problem)
