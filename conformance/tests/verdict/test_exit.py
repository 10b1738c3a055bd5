"""Tests of `conformance.verdict.exit`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.evidence.record import Line
from conformance.tests.verdict.runs import requirement, run
from conformance.verdict.exit import accepted, exit_code, headline, unjudged
from conformance.verdict.results import Results

NOW = 1000.0


def _run(outcome: str | Line, level: str = "MUST", **how: Any) -> Results:  # noqa: ANN401
    """Return a run with one case in question beside one that passes."""
    requirements = [requirement("P", "MUST", "good.one"), requirement("R", level, "a.b")]
    return run(requirements, {"good.one": "pass", "a.b": outcome}, **how)


def _missing(precondition: str | None) -> Line:
    return {"outcome": "inconclusive", "reason": "why a.b", "precondition": precondition}


def _pending(due: float | None) -> Line:
    return {"outcome": "pending", "reason": "later", "due": due}


@pytest.mark.parametrize(
    ("outcome", "level", "code", "strict"),
    [
        ("pass", "MUST", 0, 0),
        ("violation", "MUST", 1, 1),
        ("violation", "SHOULD", 0, 1),
        ("violation", "INFO", 0, 0),
        ("error", "SHOULD", 70, 70),
        ("inconclusive", "MUST", 3, 3),
        ("inconclusive", "SHOULD", 0, 0),
        ("not_applicable", "MUST", 0, 0),
        ("not_selected", "MUST", 0, 0),
        (_missing("browser"), "MUST", 0, 0),
        (_missing("risk"), "MUST", 0, 0),
        (_missing("typed_password"), "MUST", 0, 0),
        (_missing("two_clients"), "MUST", 3, 3),
        (_pending(NOW + 1), "MUST", 0, 0),
        (_pending(NOW - 1), "MUST", 3, 3),
        (_pending(None), "MUST", 3, 3),
    ],
)
def test_each_outcome_has_its_exit_code(
    outcome: str | Line, level: str, code: int, strict: int
) -> None:
    """Outcome and level decide; `strict` only turns warnings into failures."""
    results = _run(outcome, level)
    assert exit_code(results, now=NOW) == code
    assert exit_code(results, strict=True, now=NOW) == strict


def test_where_several_apply_the_first_of_the_table_counts() -> None:
    """The order is: interrupted, usage, a fault of the suite, no target, violation, unjudged."""
    requirements = [requirement(name, "MUST", f"a.{name.lower()}") for name in "efu"]
    outcomes: dict[str, str | Line] = {"a.e": "error", "a.f": "violation", "a.u": "inconclusive"}
    everything: dict[str, Any] = {"interrupted": True, "usage": True, "reachable": False}
    seen = []
    for leave_out in ("", "interrupted", "usage", "a.e", "reachable", "a.f"):
        everything.pop(leave_out, None)
        outcomes |= {leave_out: "pass"} if leave_out in outcomes else {}
        seen.append(exit_code(run(requirements, outcomes), **everything))
    assert seen == [130, 2, 70, 5, 1, 3]


def test_no_grant_that_works_is_no_target() -> None:
    """A target that gives no token at all cannot be judged, whatever else was seen."""
    assert exit_code(_run("violation"), grants_work=False) == 5


@pytest.mark.parametrize("outcome", ["not_selected", "not_applicable", "inconclusive"])
def test_nothing_that_ran_is_no_success(outcome: str) -> None:
    """A run in which no check came to a verdict never ends with 0, not even for a SHOULD."""
    results = run([requirement("R", "SHOULD", "a.b")], {"a.b": outcome})
    assert exit_code(results) == 3
    assert "no check came to a verdict" in results.headline


@pytest.mark.parametrize("name", ["R", "two_clients"])
def test_the_target_file_accepts_by_requirement_or_precondition(name: str) -> None:
    """An accepted reason lets a MUST stay unjudged, and is told."""
    results = _run(_missing("two_clients"), accept={name: "one client only"})
    assert exit_code(results) == 0
    assert unjudged(results) == ()
    assert [(one.requirement.id, one.accepted) for one in accepted(results)] == [
        ("R", "one client only")
    ]
    assert results.headline == "conforms; 1 MUST not judged (one client only)"


def test_one_case_without_an_accepted_reason_is_enough() -> None:
    """A requirement is excused only if each of its open cases is."""
    outcomes: dict[str, str | Line] = {
        "a.b[x]": _missing("browser"),
        "a.b[y]": _missing(None),
        "good.one": "pass",
    }
    results = run([requirement("R", "MUST", "a.b")], outcomes)
    assert [one.requirement.id for one in unjudged(results)] == ["R"]
    assert exit_code(results) == 3


def test_a_requirement_without_a_check_cannot_hide_behind_a_browser() -> None:
    """A selector that names nothing leaves a MUST unjudged, however its other cases stand."""
    requirements = [requirement("R", "MUST", "a.b", "no.such")]
    results = run(requirements, {"a.b": _missing("browser"), "good.one": "pass"})
    assert [one.requirement.id for one in unjudged(results)] == ["R"]


@pytest.mark.parametrize(
    ("outcome", "level", "sentence"),
    [
        ("pass", "MUST", "conforms"),
        ("violation", "MUST", "does not conform: 1 of 2 MUSTs is broken"),
        ("violation", "SHOULD", "conforms, with 1 security warning"),
        ("violation", "INFO", "conforms"),
        ("inconclusive", "MUST", "not judged: 1 of 2 MUSTs without evidence"),
        ("error", "MUST", "not judged: the suite itself failed in 1 check"),
        (
            _missing("browser"),
            "MUST",
            "conforms; 1 MUST not judged (why a.b)",
        ),
        (
            _pending(NOW + 1),
            "MUST",
            "conforms; 1 MUST not judged (due at 1970-01-01 00:16:41 UTC)",
        ),
        ("not_selected", "MUST", "PARTIAL, 1 of 2 requirements: conforms"),
    ],
)
def test_the_headline_says_it_in_one_sentence(
    outcome: str | Line, level: str, sentence: str
) -> None:
    """Every way to end has a sentence of its own."""
    assert headline(_run(outcome, level), NOW) == sentence


def test_the_headline_counts_warnings_by_what_they_are_about() -> None:
    """Warnings about security are told from others."""
    requirements = [
        requirement("A", "SHOULD", "a.b"),
        requirement("B", "SHOULD", "a.b", severity="interop"),
    ]
    results = run(requirements, {"a.b": "violation"})
    assert results.headline == "conforms, with 2 warnings, 1 of them about security"


def test_the_headline_says_why_a_run_came_to_nothing() -> None:
    """A target that could not be reached is named as the problem."""
    results = replace(_run("inconclusive"), problem="nothing answers at 127.0.0.1:1")
    assert headline(results) == "not judged: nothing answers at 127.0.0.1:1"


@pytest.mark.parametrize(("judged", "code"), [(1, 3), (3, 0)])
def test_a_run_that_judged_too_little_is_not_green(judged: int, code: int) -> None:
    """Whatever was accepted: where hardly any MUST was judged, nothing was."""
    names = [f"R{number}" for number in range(12)]
    requirements = [requirement(name, "MUST", f"a.{name.lower()}") for name in names]
    outcomes = {
        f"a.{name.lower()}": "pass" if number < judged else _missing("two_clients")
        for number, name in enumerate(names)
    }
    results = run(requirements, outcomes, accept={"two_clients": "one client only"})
    assert exit_code(results) == code
    if code:
        assert results.headline == "not judged: 1 of 12 MUSTs judged, and at least 3 have to be"


def test_a_baseline_keeps_the_floor() -> None:
    """A whole run may not judge fewer than the one that the baseline is from, of any level."""
    requirements = [requirement("P", "MUST", "good.one"), requirement("S", "SHOULD", "a.b")]
    known = {"target": "t", "contract": {"name": "c"}, "floor": {"MUST": 1, "SHOULD": 1}}
    outcomes: dict[str, str | Line] = {"good.one": "pass", "a.b": _missing(None)}
    assert exit_code(run(requirements, outcomes)) == 0
    assert exit_code(run(requirements, outcomes, baseline=known)) == 3
    assert exit_code(run(requirements, {**outcomes, "a.b": "pass"}, baseline=known)) == 0
    assert (
        exit_code(run(requirements, {**outcomes, "a.b": _missing("browser")}, baseline=known)) == 0
    )
    assert exit_code(run(requirements, {**outcomes, "a.b": "not_selected"}, baseline=known)) == 0


def test_a_strict_run_says_why_it_is_red() -> None:
    """Where warnings count, the headline does not say that the target conforms."""
    results = _run("violation", "SHOULD", selection={"strict": True})
    assert results.headline == "does not conform: --strict counts 1 warning"
