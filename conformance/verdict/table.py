"""How each verdict is shown by pytest, JUnit and Allure: the one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from conformance.contract import Level
from conformance.verdict.outcome import Outcome, Verdict

PytestOutcome = Literal["passed", "failed", "error", "skipped"]
JunitElement = Literal["", "failure", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict in the words of each format; `letter` and `colour` are the terminal's."""

    pytest: PytestOutcome
    letter: str
    word: str
    junit: JunitElement
    allure: str
    colour: str


PRESENTATION: Mapping[Verdict, Shown] = {
    Verdict.PASS: Shown("passed", ".", "PASS", "", "passed", "green"),
    Verdict.FAIL: Shown("failed", "F", "FAIL", "failure", "failed", "red"),
    Verdict.WARN: Shown("passed", "w", "WARN", "", "passed", "yellow"),
    Verdict.INCONCLUSIVE: Shown("skipped", "i", "INCONCLUSIVE", "skipped", "skipped", "magenta"),
    Verdict.NOT_APPLICABLE: Shown("skipped", "n", "NOT APPLICABLE", "skipped", "skipped", "dim"),
    Verdict.NOT_SELECTED: Shown("skipped", "-", "NOT SELECTED", "skipped", "skipped", "dim"),
    Verdict.PENDING: Shown("skipped", "p", "PENDING", "skipped", "skipped", "cyan"),
    Verdict.ERROR: Shown("error", "E", "ERROR", "error", "broken", "red"),
}
# A MUST that nobody judged is an error, never a skip that nobody sees.
UNJUDGED_MUST = Shown("error", "I", "INCONCLUSIVE", "error", "broken", "magenta")
# A violation that a baseline excuses is told, and does not count.
EXCUSED = Shown("skipped", "x", "EXCUSED", "skipped", "skipped", "dim")

# What a broken rule is at each level; an INFO is recorded and breaks nothing.
_BROKEN = {Level.MUST: Verdict.FAIL, Level.SHOULD: Verdict.WARN, Level.INFO: Verdict.PASS}


def verdict_of(outcome: Outcome, level: Level) -> Verdict:
    """Return what an outcome means at a level."""
    if outcome is Outcome.VIOLATION:
        return _BROKEN[level]
    return Verdict(outcome.value)


def shown(verdict: Verdict, level: Level) -> Shown:
    """Return how a verdict is shown for a check of a level."""
    if verdict is Verdict.INCONCLUSIVE and level is Level.MUST:
        return UNJUDGED_MUST
    return PRESENTATION[verdict]
