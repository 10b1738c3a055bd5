"""How many requirements of a document have which verdict, in numbers, words and shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.contract import Level
from conformance.verdict.judged import Results
from conformance.verdict.outcome import Verdict

_ORDER = (
    *(Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.PENDING),
    *(Verdict.PASS, Verdict.NOT_SELECTED, Verdict.NOT_APPLICABLE),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """The verdicts of a document at a level; `shares` are start and width of each, of a hundred."""

    counts: Mapping[Verdict, int]
    shares: tuple[tuple[Verdict, float, float], ...]


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


def bars(results: Results) -> dict[str, tuple[Bar, ...]]:
    """Return a bar for each level of each document."""
    return {
        one.id: tuple(_bar(counted(results, one.id, level)) for level in Level)
        for one in results.documents
    }


def _bar(counts: Mapping[Verdict, int]) -> Bar:
    total, start, shares = sum(counts.values()), 0.0, []
    for verdict, number in counts.items():
        share = 100 * number / total
        shares.append((verdict, start, share))
        start += share
    return Bar(counts, tuple(shares))
