"""Tests of `conformance.verdict.comparison`: what changed, and who changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.evidence.record import Line
from conformance.tests.verdict.runs import record, requirement
from conformance.verdict.baseline import recorded
from conformance.verdict.comparison import Comparison, Kind, Side, compare, of_baseline, of_run
from conformance.verdict.results import evaluate

_RED = {"outcome": "violation", "expected": "no token", "seen": "status 200"}
_OTHERWISE = {"outcome": "violation", "expected": "no token", "seen": "status 201"}
_BODY = '{"error": "invalid_grant"}'
_BEFORE = {"suite": "1", "contract": {"name": "c", "digest": "1"}}


def _exchange(status: int = 400, body: str = _BODY, headers: Line | None = None) -> Line:
    return {
        "type": "exchange",
        "sent_at": 0.0,
        "duration": 0.1,
        "check": "a.b",
        "request": {"method": "GET", "url": "http://h/token?a=1", "headers": [], "body": ""},
        "response": {"status": status, "headers": [*(headers or {}).items()], "body": body},
        "failure": None,
    }


def _side(
    outcome: str | Line | None,
    *exchanges: Line,
    level: str = "MUST",
    observed: Line | None = None,
    **members: Any,  # noqa: ANN401 - members of a journal's header
) -> Side:
    outcomes: dict[str, str | Line] = {"good.one": "pass"}
    if outcome is not None:
        verdict = {"outcome": outcome} if isinstance(outcome, str) else outcome
        outcomes["a.b"] = {**verdict, "exchanges": [*range(len(exchanges))]}
    requirements = [requirement("P", "MUST", "good.one"), requirement("R", level, "a.b")]
    found = record(requirements, outcomes, **{**_BEFORE, **members})
    found.exchanges.extend({**one, "number": turn} for turn, one in enumerate(exchanges))
    found.observations = observed or {}
    return of_run("side", found, evaluate(found))


def _kinds(found: Comparison) -> dict[str, Kind]:
    return {change.case: change.kind for change in found.changes}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("pass", _RED, Kind.REGRESSED),
        (_RED, "pass", Kind.IMPROVED),
        (_RED, _OTHERWISE, Kind.CHANGED),
        ("pass", "inconclusive", Kind.LOST),
        ("inconclusive", "pass", Kind.FOUND),
        (None, "pass", Kind.NEW),
        ("pass", None, Kind.GONE),
        ("pass", "not_selected", None),
        (_RED, _RED, None),
        ("pass", "pass", None),
    ],
)
def test_what_became_of_a_case(
    old: str | Line | None, new: str | Line | None, kind: Kind | None
) -> None:
    """Each pair of outcomes has a word, and only a regression is one."""
    found = compare(_side(old), _side(new))
    assert _kinds(found) == ({"a.b": kind} if kind else {})
    assert found.regressed is (kind is Kind.REGRESSED)


def test_a_case_that_the_new_suite_judges_otherwise_is_no_regression() -> None:
    """The target answered as before and the suite is another: then it is the suite's doing."""
    before = _side("pass", _exchange())
    after = _side(_RED, _exchange(), suite="2")
    assert _kinds(compare(before, after)) == {"a.b": Kind.REJUDGED}
    assert _kinds(compare(before, replace(after, suite="1"))) == {"a.b": Kind.REGRESSED}
    elsewhere = _side(_RED, _exchange(200, '{"access_token": "x"}'), suite="2")
    assert _kinds(compare(before, elsewhere)) == {"a.b": Kind.REGRESSED}


def test_a_level_that_the_new_contract_raises_is_no_regression() -> None:
    """The same failure at another level is the contract's doing, and the contract is named."""
    after = _side(_RED, contract={"name": "c", "digest": "2"})
    found = compare(_side(_RED, level="SHOULD"), after)
    assert _kinds(found) == {"a.b": Kind.REJUDGED}
    assert "the contract is another" in found.upgrades[0]


@pytest.mark.parametrize(
    ("new", "part", "told"),
    [
        (_exchange(401), "status", ("400", "401")),
        (_exchange(body='{"error": "invalid_request"}'), "error code", None),
        (_exchange(headers={"Server": "x"}), "header server", ("none", "present")),
        (_exchange(headers={"Allow": "GET"}), "header allow", ("none", "GET")),
        (_exchange(body='{"error": "invalid_grant", "hint": 1}'), "member hint", None),
        (
            _exchange(headers={"WWW-Authenticate": 'Basic realm="a"'}),
            "challenge",
            ("none", "Basic realm"),
        ),
    ],
)
def test_lawful_answers_that_differ_are_told(
    new: Line, part: str, told: tuple[str, str] | None
) -> None:
    """Both verdicts are pass, and the difference has a name, a before and an after."""
    found = compare(_side("pass", _exchange()), _side("pass", new))
    assert found.changes == ()
    (one,) = found.differences
    assert (one.topic, one.part, one.cases) == ("GET /token", part, ("a.b",))
    assert told in (None, (one.old, one.new))


@pytest.mark.parametrize(
    "new",
    [
        (_exchange(), _exchange(200, "{}")),
        (_exchange(headers={"Date": "now"}), _exchange(429, "")),
    ],
)
def test_what_may_be_chance_is_not_told(new: tuple[Line, ...]) -> None:
    """An answer more or fewer, a busy moment and a date are no behaviour."""
    found = compare(_side("pass", _exchange()), _side("pass", *new))
    assert found.differences == ()


def test_the_order_of_a_list_is_not_told() -> None:
    """A server that keeps its methods in a set names them in any order."""
    one, other = (_exchange(headers={"Allow": text}) for text in ("GET, HEAD", "HEAD, GET"))
    assert compare(_side("pass", one), _side("pass", other)).differences == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "differs"),
    [
        ("lifetime.code", [29.5, 30.2], [30.1, 30.9], False),
        ("lifetime.code", [29.5, 30.2], [31.5, 32.1], True),
        ("expires_in.x", 3600, 3599, False),
        ("expires_in.x", 3600, 7200, True),
        ("expires_in.x", 3600, "3600", True),
        ("length.code", [40, 44], [42, 46], False),
        ("length.code", [43], [22], True),
        ("refresh.grace", [], [0.0], True),
        ("entropy.code", 250, 240, False),
    ],
)
def test_measurements_differ_where_they_are_further_apart_than_exact(
    name: str,
    old: object,
    new: object,
    differs: bool,  # noqa: FBT001
) -> None:
    """Ranges that touch, seconds that ran down and estimates are no difference."""
    found = compare(_side("pass", observed={name: old}), _side("pass", observed={name: new}))
    assert [one.part for one in found.differences] == ([name] if differs else [])


def test_two_values_that_read_alike_are_told_apart() -> None:
    """What is a number on one side and text on the other is not said to be the same."""
    found = compare(
        _side("pass", observed={"expires_in.x": 3600}),
        _side("pass", observed={"expires_in.x": "3600"}),
    )
    assert [(one.old, one.new) for one in found.differences] == [("3600", "'3600'")]


def test_a_baseline_can_be_one_side() -> None:
    """What it lists stands as listed, what it knows besides is kept, and warnings need `strict`."""
    run = _side(_RED)
    standing = run.cases["a.b"]
    entry = {"check": "a.b", "reason": "r", "verdict": "fail", "fingerprint": standing.fingerprint}
    known = {"good.one": [""], "a.b": [""]}
    data = {"target": "t", "contract": _BEFORE["contract"], "suite": "1", "known": known}
    listed = of_baseline("b", recorded({**data, "violation": [entry]}))
    assert _kinds(compare(listed, run)) == {}
    assert _kinds(compare(listed, _side("pass"))) == {"a.b": Kind.IMPROVED}
    empty = of_baseline("b", recorded(data))
    assert _kinds(compare(empty, run)) == {"a.b": Kind.REGRESSED}
    assert _kinds(compare(empty, _side(_RED, level="SHOULD"))) == {}
