"""What workers tell comes into the journal, and from there to verdicts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence import Journal, Record, Redactor, read
from conformance.load.book import PROBLEM, Book
from conformance.load.totals import Totals
from conformance.load.verdicts import named, verdicts
from conformance.verdict import Outcome

_CASES = (
    "code.single-use",
    "race.code",
    "lifecycle.dead-refused[access_token,expired]",
    "lifecycle.live-accepted[code]",
    "popup.closes",
)


def _told(**counts: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a message
    return {"problem": None, "fault": None, "done": False, "memory": 70.0, **counts}


def _finding(number: int) -> dict[str, Any]:
    line = {"type": "exchange", "number": number, "check": None}
    return {
        "invariant": "race.code",
        "expected": "code 1 to be accepted once at most",
        "seen": "status 200",
        "step": number,
        "exchanges": [{**line, "number": number - 1}, line],
    }


@pytest.fixture
def written(tmp_path: Path) -> Record:
    """The journal of two workers, each of which has found the same."""
    path = tmp_path / "journal.jsonl"
    with Journal(path, Redactor()) as journal:
        book = Book(journal, _CASES, first=5)
        book.finding(_finding(12))
        book.finding(_finding(12))
        for worker in ("one", "two"):
            for memory in (70.0, 71.0, 72.0):
                book.tell(worker, _told(operations=10, broken={"race.code": 1}, memory=memory))
        book.close({"load.seconds": 3.5})
    return read(path)


def test_a_finding_stands_under_every_check_that_is_about_it(written: Record) -> None:
    """Its exchanges are numbered anew, for each worker counts for itself."""
    assert [line["number"] for line in written.exchanges] == [5, 6, 7, 8]
    last = {line["check"]: line for line in written.verdicts}
    for case in ("race.code", "code.single-use"):
        assert last[case]["outcome"] == "violation"
        assert last[case]["exchanges"] == [5, 6, 7, 8]
        assert last[case]["step"] == 6


def test_counts_are_sums_and_memory_is_each_workers_own(written: Record) -> None:
    """What was measured is an observation."""
    seen = written.observations
    assert seen["load.operations"] == 20
    assert seen["load.broken.race.code"] == 2
    assert seen["load.memory.1"] == [70.0, 71.0, 72.0]
    assert seen["load.seconds"] == 3.5


def test_who_is_lost_is_not_waited_for(tmp_path: Path) -> None:
    """It is over when those that are left have done their part, and not without any."""
    with Journal(tmp_path / "journal.jsonl", Redactor()) as journal:
        book = Book(journal, _CASES, first=1)
        book.tell("lost", _told())
        book.tell("left", _told(done=True))
        assert not book.done({"lost", "left"})
        assert book.done({"left"})
        assert not book.done(())


def test_a_worker_that_cannot_begin_is_told(tmp_path: Path) -> None:
    """Nothing is green then, and the reason stands in the journal."""
    path = tmp_path / "journal.jsonl"
    with Journal(path, Redactor()) as journal:
        book = Book(journal, _CASES, first=1)
        book.tell("one", _told(problem="nobody answers", done=True))
        assert book.done({"one"})
        book.close({})
    found = read(path)
    assert found.observations[PROBLEM] == "nobody answers"
    assert not [line for line in found.verdicts if line["outcome"] == "pass"]


@pytest.mark.parametrize(
    ("case", "totals", "outcome"),
    [
        ("race.code", Totals(judged=Counter({"race.code": 3}), plays=9), Outcome.PASS),
        ("race.code", Totals(plays=9), Outcome.INCONCLUSIVE),
        (
            "race.code",
            Totals(judged=Counter({"race.code": 3}), plays=9, cut=Counter(unclear=5)),
            Outcome.INCONCLUSIVE,
        ),
        ("lifecycle.dead-refused[access_token,expired]", Totals(plays=9), Outcome.NOT_SELECTED),
        ("popup.closes", Totals(plays=9), Outcome.NOT_SELECTED),
    ],
)
def test_what_nobody_has_judged_is_not_green(case: str, totals: Totals, outcome: Outcome) -> None:
    """Nor is anything where most plays were cut short; what takes longer is left out."""
    assert dict(verdicts(_CASES, totals))[case].outcome is outcome


def test_what_no_requirement_names_stands_for_itself() -> None:
    """A finding is never lost for want of a check in the contract."""
    assert named("lifecycle.user-kept", _CASES) == ("lifecycle.user-kept",)
    assert named("race.code", _CASES) == ("race.code", "code.single-use")
