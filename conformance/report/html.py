"""Record and results -> `report.html`: one file that needs nothing else and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.contract import Document, Level
from conformance.evidence import Record
from conformance.evidence.visible import visible
from conformance.report.findings import findings, noted
from conformance.report.script import script
from conformance.report.tally import counted
from conformance.verdict.exit import accepted, moment, unjudged
from conformance.verdict.judged import CheckResult, RequirementResult, Results
from conformance.verdict.outcome import Verdict
from conformance.verdict.table import PRESENTATION

_TEMPLATES = Path(__file__).parent / "templates"
_SHOWN_IN_FULL = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.INCONCLUSIVE})
_MOST = 30
"""How many exchanges of one check are shown; the journal holds them all."""
_BODY = 4_000

Exchange = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A check with the exchanges that a reader needs."""

    check: CheckResult
    exchanges: Sequence[Exchange]
    left_out: int
    script: str

    @property
    def full(self) -> bool:
        """Tell whether the exchanges are shown whole, or a line each."""
        return self.check.verdict in _SHOWN_IN_FULL


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document, and its requirements in their order."""

    title: str
    requirements: tuple[RequirementResult, ...]


def render(record: Record, results: Results) -> bytes:
    """Return the file. Everything that a target or a document said is escaped."""
    assets = {name: (_TEMPLATES / f"report.{name}").read_text("utf-8") for name in ("css", "js")}
    template = _environment().get_template("report.html.j2")
    page = template.render(
        results=results,
        levels=tuple(Level),
        counts={
            one.id: [counted(results, one.id, level) for level in Level]
            for one in results.documents
        },
        sections={one.id: tuple(_sections(results, one)) for one in results.documents},
        documents=results.documents,
        findings=findings(results),
        unjudged=unjudged(results),
        accepted=accepted(results),
        noted=noted(results),
        checks=_shown(record, results),
        readings=(record.header or {}).get("readings", ()),
        deviations=(record.header or {}).get("deviations", ()),
        css=Markup(assets["css"]),  # noqa: S704 - our own file
        js=Markup(assets["js"]),  # noqa: S704 - our own file
        js_hash=base64.b64encode(hashlib.sha256(assets["js"].encode()).digest()).decode(),
    )
    return page.encode("utf-8", "backslashreplace")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "words": lambda verdict: str(verdict).replace("_", " "),
        "wire": _wire,
        "visible": lambda value: visible(str(value)),
        "moment": moment,
        "shortened": _shortened,
    }
    environment.globals["shown"] = PRESENTATION
    return environment


def _sections(results: Results, document: Document) -> Iterator[Section]:
    mine = [one for one in results.requirements if one.document == document.id]
    for title, group in groupby(mine, key=lambda one: one.section):
        yield Section(title, tuple(group))


def _shown(record: Record, results: Results) -> tuple[Shown, ...]:
    by_number = {exchange["number"]: exchange for exchange in record.exchanges}
    shown = (_one(check, by_number) for check in results.checks)
    return tuple(sorted(shown, key=lambda one: not one.full))


def _one(check: CheckResult, by_number: Mapping[int, Exchange]) -> Shown:
    mine = [by_number[number] for number in check.exchanges if number in by_number]
    kept = _around(mine, check.step)
    full = check.verdict in _SHOWN_IN_FULL
    return Shown(check, kept, len(mine) - len(kept), script(check, kept) if full and kept else "")


def _around(exchanges: Sequence[Exchange], step: int | None) -> Sequence[Exchange]:
    """Return the last exchanges up to the one that broke the rule, and a few after it."""
    if len(exchanges) <= _MOST:
        return exchanges
    at = next((i for i, one in enumerate(exchanges) if one["number"] == step), len(exchanges) - 1)
    end = min(len(exchanges), max(at + 3, _MOST))
    return exchanges[end - _MOST : end]


def _shortened(body: str) -> str:
    if len(body) <= _BODY:
        return body
    return f"{body[:_BODY]}\n[{len(body) - _BODY} more characters are in journal.jsonl]"


def _wire(text: str, names: Sequence[str]) -> Markup:
    """Return text with the names that stand for secrets marked."""
    marked = [name for name in sorted(names, key=len, reverse=True) if "#" in name or " (" in name]
    if not marked:
        return Markup("{}").format(visible(text))
    parts = re.split(f"({'|'.join(map(re.escape, marked))})", visible(text))
    return Markup("").join(
        Markup("<b>{}</b>").format(part) if part in marked else part for part in parts
    )
