"""Tests of `conformance.verdict.ratchet`: a baseline counts in both directions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.evidence.record import Line
from conformance.tests.verdict.runs import requirement, run
from conformance.verdict.baseline import BaselineError, read
from conformance.verdict.exit import exit_code
from conformance.verdict.fingerprint import fingerprint, steady
from conformance.verdict.results import Results

_FAILURE = {"outcome": "violation", "expected": "no token", "seen": "status 200, access-token#3"}
_ANOTHER = {"outcome": "violation", "expected": "no token", "seen": "status 201"}
_STAMP = {"name": "c"}


def _entry(**members: Any) -> Line:  # noqa: ANN401 - members of a TOML table
    return {"check": "a.b", "reason": "known", **members}


def _violation(**members: Any) -> Line:  # noqa: ANN401 - members of a TOML table
    known = fingerprint(_run(_FAILURE, None).check("a.b"))
    return _entry(verdict="fail", fingerprint=known, **members)


def _run(outcome: str | Line, baseline: Line | None, level: str = "MUST") -> Results:
    """Return a run with one case in question, held against a baseline."""
    requirements = [requirement("P", "MUST", "good.one"), requirement("R", level, "a.b")]
    header = baseline and {"target": "t", "contract": _STAMP, "file": "t.toml", **baseline}
    outcomes = {"good.one": "pass", "a.b": outcome}
    return run(requirements, outcomes, baseline=header, started="2026-06-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(_FAILURE, 0), (_ANOTHER, 1), ("pass", 4), ("inconclusive", 3), ("not_selected", 0)],
)
def test_an_excuse_is_for_one_failure_and_not_for_ever(outcome: str | Line, code: int) -> None:
    """The same failure is excused, another is not, and a pass makes the entry stale."""
    assert exit_code(_run(outcome, {"violation": [_violation()]})) == code


def test_what_is_excused_stays_red_in_the_report() -> None:
    """A baseline changes no verdict; it changes what follows from it."""
    results = _run(_FAILURE, {"violation": [_violation()]})
    assert results.requirement("R").verdict == "fail"
    assert results.headline == "nothing new: 1 of 2 MUSTs is broken, as the baseline says"


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ({"violation": [_violation(expires="2026-05-31")]}, "expired on 2026-05-31"),
        ({"violation": [_violation(), _violation(lines=[7, 9])]}, "contradicts the entry"),
        ({"violation": [_violation(), {**_violation(), "check": "no.such"}]}, "matches nothing"),
        ({"violation": [_violation()], "accept": {"P": "no time"}}, "nothing needs it"),
    ],
)
def test_an_entry_that_no_longer_holds_is_told(entries: Line, why: str) -> None:
    """Exit code 4 and the place; the violation itself is still excused."""
    results = _run(_FAILURE, entries)
    assert exit_code(results) == 4
    assert results.baseline
    assert any(why in one.why for one in results.baseline.stale)
    assert "a.b" in results.baseline.excused


def test_another_suite_may_say_the_same_in_other_words() -> None:
    """Where the version differs, what was seen decides; where it does not, every word counts."""
    reworded = {**_FAILURE, "expected": "a refusal"}
    entry = _violation(seen="no token; seen: status 200, access-token#")
    assert exit_code(_run(reworded, {"violation": [entry]})) == 1
    assert exit_code(_run(reworded, {"violation": [entry], "suite": "0.9"})) == 0
    assert exit_code(_run(_ANOTHER, {"violation": [entry], "suite": "0.9"})) == 1


def test_an_excuse_for_a_warning_is_none_for_a_failure() -> None:
    """What became a MUST has to be decided anew."""
    entry = {**_violation(), "verdict": "warn"}
    assert exit_code(_run(_FAILURE, {"violation": [entry]}, "SHOULD"), strict=True) == 0
    assert exit_code(_run(_FAILURE, {"violation": [entry]})) == 1


def test_a_flaky_case_is_never_silent() -> None:
    """It may pass and it may be red, which is told each time, and it has to end one day."""
    known = {"flaky": [_entry(expires="2026-07-01")]}
    assert exit_code(_run("pass", known)) == 0
    red = _run(_FAILURE, known)
    assert exit_code(red) == 0
    assert red.baseline
    assert red.baseline.flaky == {"a.b": "known"}
    assert red.requirement("R").verdict == "fail"
    assert exit_code(_run(_FAILURE, {"flaky": [_entry(expires="2026-05-01")]})) == 4


@pytest.mark.parametrize(("outcome", "code"), [("inconclusive", 0), ("pass", 4), (_FAILURE, 1)])
def test_what_is_expected_to_stay_unjudged_is_listed(outcome: str | Line, code: int) -> None:
    """It is accepted as long as it stays so; nothing unjudged is accepted unseen."""
    known = {"unjudged": [_entry(verdict="inconclusive")]}
    assert exit_code(_run(outcome, known)) == code
    unlisted = _run("inconclusive", {"violation": []}, "SHOULD")
    assert unlisted.baseline
    assert unlisted.baseline.unlisted == ("a.b",)


def test_what_a_soak_did_not_come_to_may_be_judged_by_the_next() -> None:
    """Under load it is chance what is judged, so that a verdict makes no entry stale."""
    known = {"unjudged": [_entry(verdict="inconclusive")], "under_load": True}
    assert exit_code(_run("pass", known)) == 0
    assert exit_code(_run(_FAILURE, known)) == 1


@pytest.mark.parametrize("outcome", [_FAILURE, "inconclusive"])
def test_what_is_new_in_the_suite_is_only_told(outcome: str | Line) -> None:
    """A case that was not there when the baseline was written does not count before it is in it."""
    results = _run(outcome, {"known": {"good.one": [""]}})
    assert exit_code(results) == 0
    assert results.baseline
    assert results.baseline.reported == ("a.b",)
    assert exit_code(_run(outcome, {"known": {"good.one": [""], "a.b": [""]}})) in (1, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[[violation]]\nchek = "a.b"', "b.toml:3: violation.0.chek: unknown key; did you mean"),
        ('[[flaky]]\ncheck = "a"\nreason = "r"', "b.toml:3: flaky.0.expires: missing"),
        (
            '[[unjudged]]\ncheck = "a"\nverdict = "inconclusive"\nreason = ""',
            "b.toml:3-6: a: reason: empty",
        ),
        (
            '[[flaky]]\ncheck = "a"\nreason = "r"\nexpires = "2027-01-15"',
            "b.toml:3: flaky.0.expires: must be a date without quotes, such as 2027-03-31",
        ),
        ("violation = [5]", "b.toml: violation: write each entry under a [[violation]]"),
        ('[violation]\ncheck = "a"', "b.toml: violation: write each entry under a [[violation]]"),
        (
            'unjudged = [{check = "a", verdict = "pending", reason = "r"}]',
            "b.toml: unjudged: write each entry under a [[unjudged]]",
        ),
        ('known = {"a.b" = [5]}', "b.toml: known.a.b.0: must be a valid string"),
        ("accept = 5", "b.toml: accept: must be a table"),
        ("[[", "not TOML"),
    ],
)
def test_a_mistake_in_a_baseline_names_its_line(text: str, expected: str, tmp_path: Path) -> None:
    """The message names the file, the line and the key."""
    file = tmp_path / "b.toml"
    file.write_text(f'target = "t"\ncontract = {{name = "c"}}\n{text}\n')
    with pytest.raises(BaselineError) as raised:
        read(file)
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("status 200, access-token#3", "status 200, access-token#17", True),
        ("status 200", "status 201", False),
        ("'7200'", "'1800'", False),
        ("3 successes", "7 successes", True),
        ("status 500\nto POST /a", "status 500\nto POST /b", True),
        ("1764204000", "1764207600", True),
    ],
)
def test_what_differs_by_chance_is_no_other_failure(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    """Numbers of names, counts, moments and the occasion do not take part; what was seen does."""
    assert (steady(one) == steady(other)) is same
