"""The master's book: what the workers tell, written into the journal as it comes."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from typing import Any

from conformance.evidence import Journal
from conformance.evidence.record import COUNTED, Line
from conformance.load.standing import Standing
from conformance.load.totals import Totals
from conformance.load.verdicts import named, verdicts
from conformance.verdict import Outcome

PROBLEM = "load.problem"
FAULT = "load.fault"
LOST = "load.workers-lost"
REQUESTS = "load.requests"

_SAMPLES = 32


class Book:
    """Keeps what every worker has told last, and writes findings down at once.

    `cases` are the check cases that the contract's requirements name; exchanges are numbered from
    `first` on.
    """

    def __init__(self, journal: Journal, cases: Collection[str], first: int) -> None:
        self._journal = journal
        self._cases = cases
        self._numbers = itertools.count(first)
        self._told: dict[str, Line] = {}
        self._memory: dict[str, list[float]] = {}
        self._shown: dict[str, Line] = {}

    @property
    def standing(self) -> Standing:
        """Return how far it is."""
        totals = self.totals
        return Standing(totals.operations, dict(totals.broken))

    @property
    def totals(self) -> Totals:
        """Return the sums over all workers."""
        return Totals.of(self._told.values())

    def done(self, workers: Collection[str]) -> bool:
        """Tell whether none of the workers that are there has anything left to do."""
        told = [one for worker, one in self._told.items() if worker in workers]
        return bool(told) and all(one["done"] for one in told)

    def tell(self, worker: str, told: Line) -> None:
        """Take what a worker has counted so far."""
        self._told[worker] = told
        samples = self._memory.setdefault(worker, [])
        samples.append(told["memory"])
        if len(samples) > _SAMPLES:
            del samples[1::2]

    def finding(self, found: Mapping[str, Any]) -> None:
        """Write down what must never happen, under each check that is about it."""
        cases = named(found["invariant"], self._cases)
        numbers = {line["number"]: next(self._numbers) for line in found["exchanges"]}
        for line in found["exchanges"]:
            self._journal.told({**line, "number": numbers[line["number"]], "check": cases[0]})
        for case in cases:
            known = self._shown.get(case)
            self._shown[case] = {
                "expected": found["expected"],
                "seen": found["seen"],
                "step": numbers.get(found["step"]),
                **(known or {}),
                "exchanges": [*(known["exchanges"] if known else ()), *numbers.values()],
            }
            self._violation(case)

    def close(self, measured: Mapping[str, object]) -> None:
        """Write the last verdicts and what was measured."""
        totals = self.totals
        for name, value in (*measured.items(), *self._counts(totals)):
            self._journal.observation(name, value)
        for case in self._shown:
            self._violation(case)
        for case, judgement in verdicts(self._cases, totals):
            self._journal.verdict(
                check=case, outcome=str(judgement.outcome), reason=judgement.reason
            )

    def _violation(self, case: str) -> None:
        shown = self._shown[case]
        reason = f"expected {shown['expected']}; seen: {shown['seen']}"
        self._journal.verdict(check=case, outcome=str(Outcome.VIOLATION), reason=reason, **shown)

    def _counts(self, totals: Totals) -> list[tuple[str, object]]:
        """Return what is counted as observations; the memory of a worker is in MiB."""
        return [
            *((name, text) for name, text in _troubles(totals) if text),
            ("lifecycle.exercised", sorted(totals.rows)),
            ("load.workers", len(self._told)),
            ("load.operations", totals.operations),
            ("load.plays", totals.plays),
            (REQUESTS, totals.requests),
            *((f"load.judged.{name}", times) for name, times in sorted(totals.judged.items())),
            *((f"load.broken.{name}", times) for name, times in sorted(totals.broken.items())),
            *((f"load.cut-short.{name}", times) for name, times in sorted(totals.cut.items())),
            *((f"{COUNTED}{name}", times) for name, times in sorted(totals.left.items())),
            *(
                (f"load.memory.{number}", [one[0], one[len(one) // 2], one[-1]])
                for number, one in enumerate(self._memory.values(), start=1)
            ),
        ]


def _troubles(totals: Totals) -> list[tuple[str, str | None]]:
    return [(PROBLEM, totals.problem), (FAULT, totals.fault)]
