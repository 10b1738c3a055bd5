"""What a baseline makes of a run, in words: what counts, what does not, what to delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.verdict.judged import Results


@dataclass(frozen=True, slots=True)
class Remark:
    """A word for what it is, what it is about, why, and how loudly to say it."""

    word: str
    about: str
    why: str
    colour: str


def remarks(results: Results) -> Iterator[Remark]:
    """Yield what there is to say about the baseline of a run, the most urgent first."""
    found = results.baseline
    if found is None:
        return
    for stale in found.stale:
        yield Remark("STALE", stale.where, f"{stale.what}: {stale.why}", "red")
    for case, why in found.changed.items():
        yield Remark("CHANGED", case, why, "red")
    for case, why in found.flaky.items():
        yield Remark("FLAKY", case, f"red this time, and known to be: {why}", "yellow")
    for case in found.reported:
        why = f"{results.check(case).verdict}; only told until `baseline update` takes it in"
        yield Remark("NEW", case, why, "yellow")
    for case in found.unlisted:
        yield Remark("UNLISTED", case, results.check(case).reason, "magenta")
    for case, why in found.excused.items():
        yield Remark("excused", case, why, "dim")
