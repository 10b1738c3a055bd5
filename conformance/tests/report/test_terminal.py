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


class _Terminal(io.StringIO):
    """A file that says that somebody sits before it."""

    def isatty(self) -> bool:
        return True


def _printed(results: Results, folder: Path | None = None) -> str:
    """Return what a log gets."""
    return _on(Console(file=io.StringIO(), color_system=None), results, folder)


def _shown(results: Results, *, width: int = 100, height: int = 40) -> str:
    """Return what a terminal gets."""
    return _on(Console(width=width, height=height, file=_Terminal(), color_system=None), results)


def _on(console: Console, results: Results, folder: Path | None = None) -> str:
    with console.capture() as captured:
        console.print(summary(results, folder), crop=False)
    return captured.get()


def test_it_says_what_was_found_and_how_to_see_it_again(results: Results) -> None:
    """Finding, expected, seen, how to repeat, where the report is, where the time went."""
    printed = _printed(results, folder=Path("reports/latest"))
    for expected in (
        "FAIL KM-34",
        "expected  a code that was already redeemed to be refused",
        "by        code.single-use",
        "repeat    conformance run --only KM-34 --seed 7\n",
        "not judged KM-07: one client",
        "accepted KM-42: no browser here",
        "report: reports/latest/report.html",
        "checks 1.5 s · longest code.single-use",
        "seed 7",
    ):
        assert expected in printed
    assert printed.rstrip().endswith("1 not judged (exit code 1)")


def test_a_terminal_obeys_nothing_that_the_target_said(results: Results) -> None:
    """No control character of an answer reaches the terminal, and no markup is read."""
    printed = _printed(results) + _shown(results)
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
    numbered = {f"c.d[{i}]": {**outcome, "reason": f"at /cookie#{i}/in"} for i in range(9)}
    printed = _printed(run(many, {**numbered, "x.y": "pass"}))
    assert "not judged U0, U1, U2, U3, U4 and 4 more: at /cookie#0/in" in printed
    dead = replace(results, problem="GET http://127.0.0.1:9/: nobody answers there.")
    assert _printed(dead).strip() == "GET http://127.0.0.1:9/: nobody answers there."


@pytest.mark.parametrize("number", [0, 1, 200])
@pytest.mark.parametrize(("width", "height"), [(100, 40), (120, 60), (60, 44)])
def test_it_fits_one_screen(number: int, width: int, height: int) -> None:
    """However many rules are broken or unjudged, a usual terminal holds it, a narrow one too."""
    requirements = [requirement(f"R{i}", "MUST", f"a.b[{i}]") for i in range(number)]
    requirements += [requirement(f"U{i}", "MUST", f"c.d[{i}]") for i in range(number)]
    outcomes = {f"a.b[{i}]": "violation" for i in range(number)}
    outcomes |= {f"c.d[{i}]": "inconclusive" for i in range(number)}
    shown = _shown(
        run(requirements, {**outcomes, "x.y": "pass"}), width=width, height=height
    ).splitlines()
    assert len(shown) <= height
    assert max(map(len, shown)) <= width
    assert any("more findings, in the report" in line for line in shown) is (number > 1)


def test_a_narrow_terminal_gets_a_line_a_level(results: Results) -> None:
    """Where three columns have no room, the levels stand below one another."""
    assert "\n  MUST   1 fail, 2 inconclusive, 1 pending, 1 pass, 1 n/a\n" in _shown(
        results, width=60
    )


def test_a_log_breaks_no_line(results: Results) -> None:
    """What is searched for in a log stands in one line, however long."""
    long = replace(results, headline="x" * 300)
    assert "x" * 300 in _printed(long)


def test_a_command_is_copied_in_one_piece(results: Results) -> None:
    """A terminal wraps the command itself, so that no line end gets into what is copied."""
    asked = {"target": f"/{'long/' * 20}staging.toml"}
    shown = _shown(replace(results, selection=asked), width=60)
    assert f"conformance run --target {asked['target']} --only KM-34 --seed 7\n" in shown
