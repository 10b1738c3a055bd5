"""A thread for calls that may never come back."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from conformance.targets.browser.worker import Worker


def test_a_call_gives_and_raises_what_it_would_here() -> None:
    """Results and errors come back to whoever waits."""
    worker = Worker("test")
    assert worker.call(lambda: 1 + 1, 10) == 2
    with pytest.raises(ZeroDivisionError):
        worker.call(lambda: 1 / 0, 10)


def test_a_call_that_does_not_end_is_left_alone() -> None:
    """Who waits for it in vain is told so, and may go on."""
    worker, end = Worker("test"), threading.Event()
    with pytest.raises(TimeoutError):
        worker.call(end.wait, 0.01)
    assert not worker.does(end.wait, 0.01)
    end.set()
    assert worker.does(end.wait, 10)


def test_what_was_begun_comes_before_what_is_called() -> None:
    """Nobody has to wait for a call that was only begun; the next one comes after it."""
    worker, begun = Worker("test"), threading.Event()

    def fail() -> None:
        begun.set()
        raise ValueError

    worker.begin(fail)
    assert worker.call(begun.is_set, 10)


def test_what_was_dropped_is_not_called() -> None:
    """Calls that wait for another are cancelled, and whoever waits for them is told so."""
    worker, end = Worker("test"), threading.Event()
    worker.begin(end.wait)
    waiting = worker.begin(pytest.fail)
    worker.drop()
    end.set()
    with pytest.raises(CancelledError):
        waiting.result(10)
    assert worker.call(lambda: "still of use", 10)
