"""A thread for calls that may never come back."""

from __future__ import annotations

import threading

import pytest

from conformance.targets.worker import Worker


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
    """Nobody waits for a call that was only begun, nor hears of it; the next one comes after it."""
    worker, begun = Worker("test"), threading.Event()

    def fail() -> None:
        begun.set()
        raise ValueError

    worker.begin(fail)
    assert worker.call(begun.is_set, 10)
