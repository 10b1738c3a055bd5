"""A comparison -> terminal text, Markdown, HTML, JSON: what changed since the last release."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from conformance.evidence.visible import visible
from conformance.report.page import asset, environment
from conformance.report.summary_md import code, plain
from conformance.verdict.comparison import Change, Comparison, Kind, Standing
from conformance.verdict.differences import Difference

SCHEMA = "conformance-comparison/1"

_NAMED = 4
_MOST = 20
_COLOURS: Mapping[Kind, str] = {
    Kind.REGRESSED: "red",
    Kind.CHANGED: "red",
    Kind.LOST: "magenta",
    Kind.IMPROVED: "green",
    Kind.FOUND: "cyan",
    Kind.REJUDGED: "yellow",
    Kind.NEW: "yellow",
    Kind.GONE: "yellow",
}


def headline(found: Comparison) -> str:
    """Return what changed, in one sentence."""
    counts = [f"{len(found.of(kind))} {kind}" for kind in Kind if found.of(kind)]
    if found.differences:
        counts.append(f"{len(found.differences)} other in behaviour")
    return f"{found.old.name} → {found.new.name}: {', '.join(counts) or 'nothing changed'}"


def terminal(found: Comparison) -> RenderableType:
    """Return the comparison as lines; nothing in it is obeyed by a terminal."""
    lines = [Text(visible(f"note: {one}"), style="yellow") for one in found.upgrades]
    for kind in Kind:
        for change in found.of(kind)[:_MOST]:
            line = Text(visible(f"{kind} {_named(change)} "), style=f"bold {_COLOURS[kind]}")
            lines.append(line.append(visible(_said(change)), style="not bold default"))
        lines += _more(len(found.of(kind)), kind)
    for one in found.differences[:_MOST]:
        line = Text(visible(f"behaves otherwise {one.topic} "), style="bold cyan")
        lines.append(line.append(visible(_other(one)), style="not bold default"))
    lines += _more(len(found.differences), "differences")
    colour = "red" if found.regressed else "green"
    return Group(*lines, Text(visible(headline(found)), style=f"bold {colour}"))


def _more(number: int, what: str) -> list[Text]:
    more = number - _MOST
    return [Text(f"… and {more} more {what}; `--out` tells all", style="dim")] if more > 0 else []


def markdown(found: Comparison) -> bytes:
    """Return the comparison for the comment of a pull request; nothing in it is markup."""
    return ("\n".join(_markdown(found)) + "\n").encode("utf-8", "backslashreplace")


def html(found: Comparison) -> bytes:
    """Return the comparison as one page that loads nothing."""
    page = (
        environment()
        .get_template("comparison.html.j2")
        .render(
            comparison=found,
            headline=headline(found),
            kinds=tuple(Kind),
            colours=_COLOURS,
            said=_said,
            style=asset("report.css"),
        )
    )
    return page.encode("utf-8", "backslashreplace")


def to_json(found: Comparison) -> dict[str, Any]:
    """Return what `comparison.json` holds."""
    return {
        "schema": SCHEMA,
        "headline": headline(found),
        "regressed": found.regressed,
        **{
            side: {
                "name": one.name,
                "target": one.target,
                "suite": one.suite,
                "contract": dict(one.contract),
            }
            for side, one in (("old", found.old), ("new", found.new))
        },
        "upgrades": list(found.upgrades),
        "changes": [asdict(change) for change in found.changes],
        "differences": [asdict(one) for one in found.differences],
    }


def as_json(found: Comparison) -> bytes:
    """Return the comparison for scripts."""
    text = json.dumps(to_json(found), indent=2, ensure_ascii=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


WRITERS = {"comparison.md": markdown, "comparison.html": html, "comparison.json": as_json}


def _markdown(found: Comparison) -> Iterator[str]:
    yield from (f"## {plain(headline(found))}", "")
    yield from (f"> {plain(one)}" for one in found.upgrades)
    for kind in Kind:
        changes = found.of(kind)
        if changes:
            yield from ("", f"### {kind.capitalize()} ({len(changes)})", "")
        for change in changes:
            yield f"- {code(change.case)} {plain(_said(change))}"
    if found.differences:
        yield from ("", f"### Behaves otherwise ({len(found.differences)})", "")
    for one in found.differences:
        yield f"- {code(one.topic)} {plain(_other(one))}"


def _named(change: Change) -> str:
    standing = change.new or change.old
    named = ", ".join(standing.requirements[:_NAMED]) if standing else ""
    return f"{change.case} ({named})" if named else change.case


def _said(change: Change) -> str:
    old, new = (_verdict(one) for one in (change.old, change.new))
    seen = next((one.seen for one in (change.new, change.old) if one and one.seen), "")
    return f"{old} → {new}" + (f": {' '.join(seen.split())}" if seen else "")


def _verdict(standing: Standing | None) -> str:
    return standing.verdict.replace("_", " ") if standing else "absent"


def _other(one: Difference) -> str:
    return f"{one.part}: {one.old} → {one.new}{_where(one)}"


def _where(one: Difference) -> str:
    if not one.cases:
        return ""
    more = f" and {len(one.cases) - _NAMED} more" if len(one.cases) > _NAMED else ""
    return f" ({', '.join(one.cases[:_NAMED])}{more})"
