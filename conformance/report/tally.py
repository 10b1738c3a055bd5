"""How many requirements of a document have which verdict, in words."""

from __future__ import annotations

from collections import Counter

from conformance.contract import Level
from conformance.verdict.judged import Results
from conformance.verdict.outcome import Verdict

_ORDER = (
    *(Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.PENDING),
    *(Verdict.PASS, Verdict.NOT_SELECTED, Verdict.NOT_APPLICABLE),
)


def counted(results: Results, document: str, level: Level) -> dict[Verdict, int]:
    """Return the verdicts that occur in a document at a level, the gravest first."""
    found = Counter(
        one.verdict
        for one in results.requirements
        if one.document == document and one.level is level
    )
    return {verdict: found[verdict] for verdict in _ORDER if found[verdict]}


def row(results: Results, document: str) -> tuple[str, ...]:
    """Return the cell of each level: `2 fail, 49 pass`."""
    return tuple(
        ", ".join(
            f"{number} {verdict.replace('_', ' ')}"
            for verdict, number in counted(results, document, level).items()
        )
        for level in Level
    )
