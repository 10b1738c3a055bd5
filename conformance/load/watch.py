"""What the virtual clients of one worker have seen, in a room that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.checks.machine.tally import Broken, Tally
from conformance.evidence import Redactor, Transcript
from conformance.evidence.record import Line
from conformance.verdict import Inconclusive
from conformance.wire import Exchange

_SHOWN = 3  # findings of a kind; a worker counts the others
_PATIENCE = 100  # plays in a row that could not go on

Send = Callable[[Mapping[str, Any]], None]


class Enough(Exception):  # noqa: N818 - the end of the work, not an error
    """There is nothing left to do for a virtual client."""


@dataclass
class Watch:
    """The book of one worker: what was judged, what broke, and what came to nothing.

    `send` takes the findings to whoever keeps the journal; `allowance` is how many operations
    there are to do, None for no end.
    """

    redactor: Redactor
    send: Send
    allowance: int | None = None
    tally: Tally = field(default_factory=Tally)
    operations: int = 0
    plays: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    unclear: dict[str, str] = field(default_factory=dict)
    problem: str | None = None
    _in_a_row: int = 0

    def operate(self) -> None:
        """Count an operation; raises `Enough` where all are done."""
        if self.done:
            raise Enough
        self.operations += 1

    @property
    def done(self) -> bool:
        """Tell whether this worker has nothing left to do."""
        spent = self.allowance is not None and self.operations >= self.allowance
        return spent or bool(self.cut["requests"]) or self.problem is not None

    def over(self, exchanges: Sequence[Exchange]) -> None:
        """Note that a play went on to its end."""
        self.plays += 1
        self._in_a_row = 0
        self._explain(exchanges)

    def cut_short(self, reason: Inconclusive, exchanges: Sequence[Exchange]) -> None:
        """Note that a play could not go on; by the name of what was missing, if it has one.

        When none can for long, the target is taken for lost.
        """
        self.plays += 1
        self.cut[reason.precondition or "unclear"] += 1
        self._in_a_row += 1
        if self._in_a_row >= _PATIENCE:
            self._learn(exchanges)
            told = self.redactor.redact(reason.reason)
            self.problem = f"{_PATIENCE} plays in a row could not go on: {told}"

    def found(self, broken: Broken, exchanges: Sequence[Exchange]) -> None:
        """Note what must never happen, and send the first of its kind with all that led there."""
        self.plays += 1
        self.broken[broken.invariant] += 1
        if self.broken[broken.invariant] > _SHOWN:
            return
        self._learn(exchanges)
        told = Transcript(self.redactor)
        self.send(
            {
                "invariant": broken.invariant,
                "expected": self.redactor.redact(broken.expected),
                "seen": self.redactor.redact(broken.seen),
                "step": broken.at.number if broken.at else None,
                "exchanges": [told.line(one, None) for one in exchanges],
            }
        )

    def told(self) -> Line:
        """Return the counts so far, as JSON."""
        return {
            "operations": self.operations,
            "plays": self.plays,
            "judged": dict(self.tally.judged),
            "broken": dict(self.broken),
            "cut": dict(self.cut),
            "unclear": dict(self.unclear),
            "rows": self.tally.rows,
            "done": self.done,
            "problem": self.problem,
        }

    def _explain(self, exchanges: Sequence[Exchange]) -> None:
        """Keep what an answer said that decided nothing, the first for each invariant."""
        for invariant in self.tally.unclear.keys() - self.unclear.keys():
            self._learn(exchanges)
            self.unclear[invariant] = self.redactor.redact(self.tally.unclear[invariant])

    def _learn(self, exchanges: Sequence[Exchange]) -> None:
        for one in exchanges:
            self.redactor.learn(one)
