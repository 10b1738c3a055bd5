"""How a soak is followed, by what its workers tell of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.text import Text

from conformance.cli.progress import Progress
from conformance.load.promises import cases
from conformance.load.standing import Standing
from conformance.load.verdicts import named
from conformance.plugin.session import Session
from conformance.report.wording import span
from conformance.verdict import Outcome

_PERCENT = 100


class SoakProgress(Progress):
    """Shows how many operations are done, how fast that goes, what broke and what is left.

    `asked` holds the `operations` and the `duration` in seconds after which it ends, None for no
    end.
    """

    def __init__(self, console: Console, session: Session, asked: Mapping[str, Any]) -> None:
        super().__init__(console, session)
        self._operations: int | None = asked["operations"]
        self._duration: int | None = asked["duration"]
        self._cases = cases(session.contract)
        self._now = self._first = Standing()
        self._since = self._until = 0.0

    @property
    def standing(self) -> str:
        """Return how far it is, in one line."""
        of_all = f" of {self._operations}" if self._operations else ""
        left = min(self._left(), default=None)
        parts = (
            f"{self._now.operations}{of_all} operations",
            f"{self._rate:.0f} a second" if self._rate else "",
            span(self.passed),
            f"{span(left)} left" if left is not None else "",
        )
        return ", ".join(filter(None, parts))

    @property
    def rows(self) -> Iterator[tuple[str, Text]]:
        """Yield how many plays have broken something."""
        found = sum(self._now.broken.values())
        yield "findings", Text(str(found), style="red" if found else "")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it for as long as the context lasts."""
        self.begin(_PERCENT)
        try:
            yield
        finally:
            self.end()

    def follow(self, now: Standing) -> None:
        """Take what the workers have told by now; what is broken is shown once."""
        if not self._first.operations:
            self._first, self._since = now, self.passed
        if now.operations != self._now.operations:
            self._until = self.passed
        fresh = now.broken.keys() - self._now.broken.keys()
        self._now = now
        for case in (one for broken in sorted(fresh) for one in named(broken, self._cases)):
            self.judged(self.session.shown(case, Outcome.VIOLATION).word, case)
        self.advance(round(max(self._shares()) * _PERCENT))

    @property
    def _rate(self) -> float:
        """Return the operations a second, from the first to the last that were told."""
        seconds = self._until - self._since
        return (self._now.operations - self._first.operations) / seconds if seconds else 0.0

    def _shares(self) -> Iterator[float]:
        """Yield which part of each end is reached."""
        if self._operations:
            yield self._now.operations / self._operations
        if self._duration:
            yield min(self.passed / self._duration, 1.0)

    def _left(self) -> Iterator[float]:
        """Yield in how many seconds each end is reached."""
        if self._operations and self._rate:
            yield (self._operations - self._now.operations) / self._rate
        if self._duration:
            yield max(self._duration - self.passed, 0.0)
