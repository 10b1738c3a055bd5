"""Tests of `conformance.report.terminal`."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from conformance.report import summary
from conformance.tests.verdict.runs import requirement, run
from conformance.verdict.results import Results


def _printed(results: Results, *, width: int = 100, folder: Path | None = None) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(summary(results, folder))
    return captured.get()


def test_it_says_what_was_found_and_how_to_see_it_again(results: Results) -> None:
    """Finding, expected, seen, how to repeat, where the report is, where the time went."""
    printed = _printed(results, width=160, folder=Path("reports/latest"))
    for expected in (
        "FAIL KM-34",
        "expected a code that was already redeemed to be refused",
        "to repeat: conformance run --only KM-34",
        "not judged KM-07: one client",
        "accepted KM-42: it needs a browser, and this machine has none",
        "report: reports/latest/report.html",
        "checks 1.5 s · longest code.single-use",
        "seed 7",
    ):
        assert expected in printed
    assert printed.rstrip().endswith("1 not judged (exit code 1)")


def test_a_terminal_obeys_nothing_that_the_target_said(results: Results) -> None:
    """No control character of an answer reaches the terminal, and no markup is read."""
    printed = _printed(results)
    assert "\x1b" not in printed
    assert "\x00" not in printed
    outcome = {"outcome": "violation", "reason": "[red]x[/red] [/] \x1b[2J"}
    marked = run([requirement("R", "MUST", "a.b")], {"a.b": outcome})
    assert "[red]x[/red] [/] \\x1b[2J" in _printed(marked)


def test_one_reason_is_told_once(results: Results) -> None:
    """Requirements unjudged for one reason share a line; a dead target is one sentence."""
    many = [requirement(f"U{i}", "MUST", f"c.d[{i}]") for i in range(9)]
    outcome = {"outcome": "inconclusive", "reason": "no password"}
    printed = _printed(run(many, {**{f"c.d[{i}]": outcome for i in range(9)}, "x.y": "pass"}))
    assert "not judged U0, U1, U2, U3, U4 and 4 more: no password" in printed
    dead = replace(results, problem="GET http://127.0.0.1:9/: nobody answers there.")
    assert _printed(dead).strip() == "GET http://127.0.0.1:9/: nobody answers there."


@pytest.mark.parametrize("number", [0, 1, 200])
def test_it_fits_one_screen(number: int) -> None:
    """However many rules are broken or unjudged, forty lines of a usual terminal hold it."""
    requirements = [requirement(f"R{i}", "MUST", f"a.b[{i}]") for i in range(number)]
    requirements += [requirement(f"U{i}", "MUST", f"c.d[{i}]") for i in range(number)]
    outcomes = {f"a.b[{i}]": "violation" for i in range(number)}
    outcomes |= {f"c.d[{i}]": "inconclusive" for i in range(number)}
    printed = _printed(run(requirements, {**outcomes, "x.y": "pass"}))
    assert len(printed.splitlines()) <= 40
    assert (f"… and {number - 4} more findings" in printed) is (number > 4)
