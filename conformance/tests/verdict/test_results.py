"""Tests of `conformance.verdict.results`."""

from __future__ import annotations

import itertools
import json

import pytest

from conformance.evidence import Record
from conformance.tests.verdict.runs import record, requirement, run
from conformance.verdict.results import evaluate, to_json

_OUTCOMES = (
    *("error", "violation", "inconclusive", "pending", "pass", "not_selected", "not_applicable"),
)


@pytest.mark.parametrize(
    ("level", "verdict"), [("MUST", "fail"), ("SHOULD", "warn"), ("INFO", "pass")]
)
def test_a_violation_is_as_grave_as_its_level(level: str, verdict: str) -> None:
    """A broken MUST fails, a broken SHOULD warns, and an INFO is only noted."""
    results = run([requirement("R", level, "a.b")], {"a.b": "violation"})
    assert (results.requirement("R").verdict, results.check("a.b").verdict) == (verdict, verdict)
    assert results.requirement("R").reason == "why a.b"


def test_a_check_has_the_gravest_level_and_each_requirement_its_own() -> None:
    """One violated case fails its MUST and warns its SHOULD; the check itself fails."""
    requirements = [requirement("S", "SHOULD", "a.b"), requirement("M", "MUST", "a.b[*]")]
    results = run(requirements, {"a.b[x]": "violation"})
    assert results.check("a.b[x]").verdict == "fail"
    assert results.check("a.b[x]").requirements == ("S", "M")
    assert [one.verdict for one in results.requirements] == ["warn", "fail"]


def test_a_requirement_is_reddened_by_its_own_cases_only() -> None:
    """A broken PUT fails the requirement about PUT and no other."""
    requirements = [
        requirement("PUT", "MUST", "placement.accepted[put,*]"),
        requirement("GET", "MUST", "placement.accepted[get,*]"),
    ]
    outcomes = {"placement.accepted[put,x]": "violation", "placement.accepted[get,x]": "pass"}
    results = run(requirements, outcomes)
    assert [one.verdict for one in results.requirements] == ["fail", "pass"]


@pytest.mark.parametrize(("worse", "better"), list(itertools.combinations(_OUTCOMES, 2)))
def test_a_requirement_has_the_worst_of_its_cases(worse: str, better: str) -> None:
    """The order of gravity holds for every two outcomes, whichever comes first."""
    expected = {"violation": "fail"}.get(worse, worse)
    for pair in ((worse, better), (better, worse)):
        outcomes = dict(zip(("a.b[x]", "a.b[y]"), pair, strict=True))
        results = run([requirement("R", "MUST", "a.b")], outcomes)
        assert results.requirement("R").verdict == expected


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (False, "the run ended before this check"),
        (True, "the run wrote no verdict for this check"),
    ],
)
def test_a_case_without_a_verdict_is_never_green(ended: bool, reason: str) -> None:  # noqa: FBT001
    """A case of the header that nobody judged is inconclusive and pulls its requirement down."""
    requirements = [requirement("R", "MUST", "a.b")]
    results = run(requirements, {"a.b[x]": "pass"}, cases=("a.b[y]",), ended=ended)
    assert results.check("a.b[y]").reason == reason
    assert results.requirement("R").verdict == "inconclusive"
    assert results.complete is ended


def test_a_requirement_that_names_no_check_is_never_green() -> None:
    """A selector that no case answers to is said and leaves the requirement open."""
    requirements = [requirement("R", "MUST", "a.b", "no.such"), requirement("N", "MUST")]
    results = run(requirements, {"a.b": "pass"})
    assert [one.verdict for one in results.requirements] == ["inconclusive", "inconclusive"]
    assert results.requirement("R").reason == "no check is called no.such"
    assert results.requirement("R").uncovered == ("no.such",)


def test_an_excluded_requirement_is_not_applicable_and_says_why() -> None:
    """What no black box can judge is neither green nor missing."""
    results = run([requirement("R", "MUST", excluded="about the client")], {"a.b": "pass"})
    assert results.requirement("R").verdict == "not_applicable"
    assert results.requirement("R").reason == "about the client"


def test_the_last_verdict_of_a_case_counts() -> None:
    """What a resumed run judged takes the place of what was pending."""
    first = run([requirement("R", "MUST", "a.b")], {"a.b": "pending"})
    assert first.requirement("R").verdict == "pending"
    second = Record(
        header={"requirements": [requirement("R", "MUST", "a.b")], "cases": ["a.b"]},
        verdicts=[{"check": "a.b", "outcome": "pending"}, {"check": "a.b", "outcome": "pass"}],
    )
    assert evaluate(second).requirement("R").verdict == "pass"


def test_counts_say_how_many_have_which_verdict() -> None:
    """Requirements and checks are counted, by level and by document too, zeros included."""
    requirements = [
        requirement("A", "MUST", "a.b"),
        requirement("B", "SHOULD", "c.d"),
        requirement("C", "MUST", "c.d", document="E"),
    ]
    documents = [{"id": "D", "title": "D"}, {"id": "E", "title": "E"}]
    counts = run(requirements, {"a.b": "pass", "c.d": "violation"}, documents=documents).counts
    assert (counts["requirements"]["pass"], counts["requirements"]["fail"]) == (1, 1)
    assert counts["checks"] == counts["checks"] | {"pass": 1, "fail": 1, "warn": 0}
    assert counts["by_level"]["SHOULD"]["warn"] == 1
    assert counts["by_document"]["E"]["fail"] == 1
    assert sum(counts["requirements"].values()) == 3


def test_a_requirement_says_what_it_took() -> None:
    """What serves two of its cases counts once, and what is sent at once is waited for once."""
    outcomes = {
        "a.b[x]": {"outcome": "pass", "exchanges": [1, 2]},
        "a.b[y]": {"outcome": "pass", "exchanges": [2, 3, 4]},
    }
    found = record([requirement("R", "MUST", "a.b")], outcomes)
    times = ((1, 0.0), (2, 1.0), (3, 2.0), (4, 2.5))
    found.exchanges.extend({"number": one, "sent_at": at, "duration": 0.9} for one, at in times)
    took = evaluate(found).requirement("R")
    assert (took.requests, took.round_trips) == (4, 3)


def test_a_journal_without_a_header_has_results() -> None:
    """A run that was killed at once is reported as one that judged nothing."""
    results = evaluate(Record())
    assert results.headline == "the run did not end: not judged: no check came to a verdict"
    assert json.loads(json.dumps(to_json(results)))["exit_code"] is None
