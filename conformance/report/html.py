"""Record and results -> `report.html`: one file that needs nothing else and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from conformance.contract import Document, Level
from conformance.evidence import Record
from conformance.report.evidence import Fault, evidence, proofs
from conformance.report.excuses import remarks
from conformance.report.findings import Finding, findings, noted, repeat
from conformance.report.page import asset, environment, packed
from conformance.report.states import EXERCISED, charts
from conformance.report.tally import bars
from conformance.verdict.exit import accepted, unjudged, violated
from conformance.verdict.judged import CheckResult, RequirementResult, Results

_UNPACKED = 20
"""How much evidence stands in the page as it is, for paper and for browsers without scripts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A check as the page shows it. `finding` is the requirement in whose finding it stands.

    What there is to see of it is HTML, or the same packed, since most of it is never looked at.
    """

    check: CheckResult
    faults: Sequence[Fault]
    finding: str | None
    html: Markup
    packed: str


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document, and its requirements in their order."""

    title: str
    requirements: tuple[RequirementResult, ...]


def render(record: Record, results: Results) -> bytes:
    """Return the file. Everything that a target or a document said is escaped."""
    header = record.header or {}
    broken = findings(results)
    page = environment().get_template("report.html.j2")
    text = page.render(
        results=results,
        levels=tuple(Level),
        bars=bars(results),
        sections={one.id: tuple(_sections(results, one)) for one in results.documents},
        findings=broken,
        unjudged=unjudged(results),
        accepted=accepted(results),
        noted=noted(results),
        violated=violated(results),
        remarks=tuple(remarks(results)),
        entries={one.check.id: one for one in _entries(record, results, broken)},
        charts=charts(results.observations.get(EXERCISED, ())),
        exercised=EXERCISED,
        readings=header.get("readings", ()),
        deviations=header.get("deviations", ()),
        style=asset("report.css"),
        script=asset("report.js"),
    )
    return text.encode("utf-8", "backslashreplace")


def _sections(results: Results, document: Document) -> Iterator[Section]:
    mine = [one for one in results.requirements if one.document == document.id]
    for title, group in groupby(mine, key=lambda one: one.section):
        yield Section(title, tuple(group))


def _entries(record: Record, results: Results, broken: Sequence[Finding]) -> Iterator[Entry]:
    """Yield the checks; each that broke something stands in the first finding that names it."""
    places: dict[str, str] = {}
    for finding in broken:
        for check in finding.checks:
            places.setdefault(check.id, finding.requirement.id)
    unpacked = frozenset(list(places)[:_UNPACKED])
    told = {(one.requirement.id, one.checks[0].id) for one in broken if one.checks}
    faults = proofs(record, results)
    template = environment().get_template("evidence.html.j2")
    for one in evidence(record, results):
        name = one.check.id
        fragment = template.render(
            one=one,
            check=one.check,
            told=(places.get(name), name) in told,
            faults=faults[name],
            repeat=repeat(results, name),
        )
        yield Entry(
            check=one.check,
            faults=faults[name],
            finding=places.get(name),
            html=Markup(fragment if name in unpacked else ""),  # noqa: S704 - escaped by its template
            packed="" if name in unpacked else packed(fragment),
        )
