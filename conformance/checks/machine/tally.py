"""What the machine has judged so far, what decided nothing, and what broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.checks.machine.step import Step
from conformance.lifecycle import TRANSITIONS, Transition
from conformance.verdict import Violation
from conformance.verdict.answer import describe
from conformance.wire import Exchange


class Broken(Violation):
    """An invariant did not hold; `steps` lead there."""

    def __init__(
        self,
        invariant: str,
        expected: str,
        script: Sequence[str],
        steps: Sequence[Step],
        at: Exchange,
    ) -> None:
        super().__init__(expected, f"{describe(at)}\n{numbered(script)}", at)
        self.invariant = invariant
        self.steps = tuple(steps)


@dataclass
class Tally:
    """The book of one campaign.

    What is `suspended` was broken already and is not judged again; `last` is what broke since.
    """

    exercised: set[Transition] = field(default_factory=set)
    judged: Counter[str] = field(default_factory=Counter)
    unclear: dict[str, str] = field(default_factory=dict)
    broken: dict[str, Broken] = field(default_factory=dict)
    suspended: frozenset[str] = frozenset()
    last: Broken | None = None

    @property
    def rows(self) -> list[str]:
        """Return the rows of the lifecycle table that were exercised, in its order."""
        return [row.name for row in TRANSITIONS if row in self.exercised]

    def suspend(self, found: Broken) -> None:
        """Note a broken invariant, and judge the others from now on."""
        self.broken[found.invariant] = found.with_traceback(None)
        self.suspended |= {found.invariant}
        self.last = None


def numbered(script: Sequence[str]) -> str:
    """Return a script as lines with numbers."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(script, start=1))
