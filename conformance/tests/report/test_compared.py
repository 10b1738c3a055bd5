"""Tests of `conformance.report.compared`: one comparison in four formats, all of them safe."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from conformance.report.compared import as_json, headline, html, markdown, terminal
from conformance.tests.report.test_schema import validator
from conformance.verdict.comparison import Change, Comparison, Kind, Side, Standing
from conformance.verdict.differences import Difference
from conformance.verdict.outcome import Verdict

_TRAP = "<script>alert(1)</script> | [x](http://evil.example) \x1b[31m"


@pytest.fixture
def comparison() -> Comparison:
    """Return a comparison with everything in it, and traps in what the target said."""
    side = Side("old", "1", {"name": "c", "version": "1", "digest": "0"}, "shop", {})
    red = Standing(Verdict.FAIL, _TRAP, "0", None, ("KM-1",))
    changes = [Change(kind, f"a.{number}", red, red) for number, kind in enumerate(Kind)]
    changes.append(Change(Kind.NEW, "a.new", None, red))
    found = (Difference("GET /x", f"header {_TRAP}", _TRAP, "none", ("a.b",)),)
    return Comparison(side, side, (f"another target: {_TRAP}",), tuple(changes), found)


def test_the_json_keeps_to_its_schema(comparison: Comparison) -> None:
    """`comparison.json` is what scripts were promised."""
    validator("comparison").validate(json.loads(as_json(comparison)))


def test_nothing_that_a_target_said_is_markup(comparison: Comparison) -> None:
    """In no format is a tag, a link or an escape sequence alive."""
    page, text = html(comparison).decode(), markdown(comparison).decode()
    assert "<script" not in page
    assert "<script" not in text
    assert "[x](" not in text
    console = Console(record=True, width=200, force_terminal=True)
    console.print(terminal(comparison))
    assert "\x1b[31m" not in console.export_text()


def test_each_kind_of_change_is_told_in_each_format(comparison: Comparison) -> None:
    """No kind of change is forgotten."""
    page, text = html(comparison).decode(), markdown(comparison).decode()
    for number, kind in enumerate(Kind):
        assert kind in headline(comparison)
        assert kind.capitalize() in page
        assert f"a.{number}" in text
    assert "→ none (a.b)" in text
