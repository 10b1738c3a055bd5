"""Signals that ask a run to stop."""

from __future__ import annotations

import gc
import signal
import sys

import pytest

from conformance.cli.stopping import stoppable

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_interrupts_and_is_handled_as_before_afterwards(number: signal.Signals) -> None:
    """Both raise what Ctrl-C does, inside the block alone."""
    before = signal.getsignal(number)
    with stoppable(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_amid_a_garbage_collection_is_not_lost(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it raises there nobody sees, and the run ends before its next case."""
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    with stoppable() as stopping:
        stopping.pytest_runtest_logstart()
        gc.callbacks.append(lambda _phase, _info: signal.raise_signal(number))
        try:
            gc.collect()
        finally:
            gc.callbacks.pop()
        with pytest.raises(KeyboardInterrupt):
            stopping.pytest_runtest_logstart()


def test_a_signal_that_is_ignored_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run in the background is not stopped by what the foreground is told."""
    monkeypatch.setattr(signal, "getsignal", lambda _: signal.SIG_IGN)
    handled: list[object] = []
    monkeypatch.setattr(signal, "signal", lambda number, _handler: handled.append(number))
    with stoppable():
        assert handled == []
