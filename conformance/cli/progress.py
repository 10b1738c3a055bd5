"""How a run is followed: a live line on a terminal, plain lines in CI."""

from __future__ import annotations

import time

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from conformance.plugin.session import Session
from conformance.verdict.table import PRESENTATION

_LINES = 10  # in CI, a line for each tenth of the run


class RunProgress:
    """A pytest plugin that shows where a run stands; it judges nothing."""

    def __init__(self, console: Console, session: Session) -> None:
        self.console = console
        self.session = session
        self.interrupted = False
        self.total = 0
        self.done = 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._started = time.monotonic()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Give pytest the session that the command line has made."""
        self.session.attach(config)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin to count."""
        self._begin(len(session.items))

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Begin to count what the workers have found."""
        if not self.total:
            self._begin(len(ids))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say what is being checked."""
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=nodeid.rpartition("::")[2])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case that has come to a verdict."""
        seen: dict[str, str] | None = getattr(report, "conformance", None)
        if seen is None:
            return
        self.done += 1
        if seen["word"] in ("FAIL", "WARN", "ERROR"):
            self._print(
                f"{seen['word']:<5} {report.nodeid.rpartition('::')[2]}", _colour(seen["word"])
            )
        if self._bar and self._task is not None:
            self._bar.advance(self._task)
        elif self.total and self.done % max(1, self.total // _LINES) == 0:
            elapsed = time.monotonic() - self._started
            self._print(f"{self.done} of {self.total} cases, {elapsed:.0f} s", "")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember that somebody stopped the run; pytest calls this for its own exits too."""
        self.interrupted = excinfo.errisinstance(KeyboardInterrupt)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Show a fault of ours."""
        self._print(self.session.safe(f"a fault of the suite: {excrepr}"), "red")

    def pytest_exception_interact(self, report: object) -> None:
        """Show a module of checks that could not be loaded."""
        if isinstance(report, pytest.CollectReport):
            self._print(self.session.safe(report.longreprtext), "red")

    def pytest_sessionfinish(self) -> None:
        """Take the live line away."""
        if self._bar:
            self._bar.stop()
            self._bar = None

    def _begin(self, total: int) -> None:
        self.total = total
        self._started = time.monotonic()
        if self.console.is_terminal:
            columns = (BarColumn(20), MofNCompleteColumn(), TextColumn("{task.description}"))
            self._bar = Progress(*columns, console=self.console, transient=True)
            self._task = self._bar.add_task("", total=total)
            self._bar.start()

    def _print(self, text: str, style: str) -> None:
        self.console.print(text, style=style or None, markup=False, highlight=False, soft_wrap=True)


def _colour(word: str) -> str:
    return next(shown.colour for shown in PRESENTATION.values() if shown.word == word)
