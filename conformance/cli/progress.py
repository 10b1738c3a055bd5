"""How a run is followed: a live view on a terminal, plain lines in CI; a soak is as well."""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console, ConsoleDimensions, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from conformance.cli.saying import say
from conformance.plugin.session import Session
from conformance.report.wording import span
from conformance.verdict.plural import plural
from conformance.verdict.table import PRESENTATION

_LINES = 10  # in CI, a line for each tenth
_RED = frozenset({"FAIL", "WARN", "ERROR"})
_COLOURS = {shown.word: shown.colour for shown in PRESENTATION.values()}
_BAR = 24
_LATEST = 3


class Progress(ABC):
    """Shows where something long stands, of which so much is to be done; it judges nothing."""

    def __init__(self, console: Console, session: Session) -> None:
        self.console = console
        self.session = session
        self.total = 0
        self.done = 0
        self.latest: list[tuple[str, str]] = []
        self._live: Live | None = None
        self._started = time.monotonic()
        self._told = 0

    @property
    @abstractmethod
    def standing(self) -> str:
        """Return how far it is, in one line."""

    @property
    @abstractmethod
    def rows(self) -> Iterator[tuple[str, Text]]:
        """Yield what else is told in the live view, and what each line is called."""

    @property
    def passed(self) -> float:
        """Return for how many seconds it has been going on."""
        return time.monotonic() - self._started

    def begin(self, total: int) -> None:
        """Begin to count."""
        self.total = total
        self._started = time.monotonic()
        if self.console.is_interactive and self.console.file.isatty() and not self._is_shared:
            # pytest keeps what is written to the standard output while a case runs; a copy of it
            # stays the terminal's.
            screen = os.fdopen(os.dup(self.console.file.fileno()), "w", encoding="utf-8")
            self._live = Live(
                get_renderable=self._fitted,
                console=Console(file=screen, highlight=False),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def end(self) -> None:
        """Take the live view away."""
        if self._live:
            self._live.stop()
            self._live.console.file.close()
            self._live = None

    def advance(self, done: int) -> None:
        """Note how much is done; a log gets a line for each tenth."""
        self.done = done
        tenth = done * _LINES // max(self.total, 1)
        if not self._live and tenth > self._told:
            self.say(self.standing)
        self._told = tenth

    def judged(self, word: str, case: str) -> None:
        """Show a case that has come to a verdict, where that is red."""
        if word not in _RED:
            return
        self.latest = [*self.latest, (word, case)][-_LATEST:]
        if not self._live:
            self.say(f"{word:<5} {case}", _COLOURS[word])

    def say(self, text: str, style: str = "") -> None:
        """Print a line, above the live view where there is one."""
        say(self._live.console if self._live else self.console, text, style)

    @property
    def _is_shared(self) -> bool:
        """Tell whether a person is asked for consent on the same terminal, and types there."""
        return self.session.file is not None and self.session.file.consent.driver == "manual"

    def _fitted(self) -> RenderableType:
        """Return the live view, for the terminal as wide as it is now.

        The standard streams, which would tell, are not the terminal's while a case runs.
        """
        if self._live:
            console = self._live.console
            console.size = ConsoleDimensions(*os.get_terminal_size(console.file.fileno()))
        return self._view()

    def _view(self) -> RenderableType:
        """Return the live view: how far it is, what is going on, and what is red."""
        bar = Table.grid(padding=(0, 2, 0, 0))
        bar.add_column(max_width=_BAR)  # what a narrow terminal makes shorter
        bar.add_column(no_wrap=True, overflow="ellipsis")
        done = ProgressBar(
            total=max(self.total, 1),
            completed=self.done,
            complete_style="cyan",  # red is for what is broken
            finished_style="cyan",
        )
        bar.add_row(done, self.standing)
        rows = Table.grid(padding=(0, 2, 0, 0))
        rows.add_column(style="dim", no_wrap=True)
        rows.add_column(no_wrap=True, overflow="ellipsis")
        for name, text in self.rows:
            rows.add_row(name, text)
        for word, case in self.latest:
            rows.add_row("", Text(f"{word} {case}", style=_COLOURS[word]))
        return Group(bar, rows)


class RunProgress(Progress):
    """A pytest plugin that shows where a run stands."""

    def __init__(self, console: Console, session: Session) -> None:
        super().__init__(console, session)
        self.checking = ""
        self.sent: dict[str, int] = {}
        self.words: Counter[str] = Counter()

    @property
    def standing(self) -> str:
        """Return how many cases are done, and what they took."""
        sent = max(self.session.sent, sum(self.sent.values()))
        done = f"{self.done} of {plural(self.total, 'case')}"
        return f"{done}, {plural(sent, 'request')}, {span(self.passed)}"

    @property
    def rows(self) -> Iterator[tuple[str, Text]]:
        """Yield what is checked, what is waited for, and the verdicts so far."""
        yield "checking", Text(self.checking or "the target")
        until = self.session.awaited(self.checking)
        if until:
            yield "waiting", Text(_until(until), style="cyan")
        counts = [
            Text(f"{number} {word.lower()}", style=_COLOURS[word])
            for word, number in self.words.most_common()
        ]
        if counts:
            yield "so far", Text(", ").join(counts)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Give pytest the session that the command line has made."""
        self.session.attach(config)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin to count."""
        self.begin(len(session.items))

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Begin to count what the workers have found."""
        if not self.total:
            self.begin(len(ids))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say what is being checked."""
        self.checking = nodeid.rpartition("::")[2]
        until = self.session.awaited(self.checking)
        if until and not self._live:
            self.say(f"waiting {_until(until)} for {self.checking}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case that has come to a verdict."""
        seen: dict[str, Any] | None = getattr(report, "conformance", None)
        if seen is None:
            return
        self.sent[getattr(report, "worker_id", "")] = seen["sent"]
        self.words[seen["word"]] += 1
        self.judged(seen["word"], report.nodeid.rpartition("::")[2])
        self.advance(self.done + 1)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember that somebody stopped the run; pytest calls this for its own exits too."""
        self.session.interrupted = excinfo.errisinstance(KeyboardInterrupt)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Show a fault of ours."""
        self.say(self.session.safe(f"a fault of the suite: {excrepr}"), "red")

    def pytest_exception_interact(self, report: object) -> None:
        """Show a module of checks that could not be loaded."""
        if isinstance(report, pytest.CollectReport):
            self.say(self.session.safe(report.longreprtext), "red")

    def pytest_sessionfinish(self) -> None:
        """Take the live view away."""
        self.end()


def _until(moment: float) -> str:
    """Return until when is waited, and how long that is; `moment` is seconds since the epoch."""
    left = max(moment - time.time(), 0.0)
    return f"until {datetime.fromtimestamp(moment, UTC):%H:%M:%S} UTC ({span(left)} more)"
