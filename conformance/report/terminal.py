"""Results -> what fits on one screen of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from conformance.contract import Level
from conformance.evidence.visible import visible
from conformance.report.excuses import remarks
from conformance.report.findings import Finding, findings
from conformance.report.tally import counted
from conformance.verdict.exit import Unjudged, accepted, unjudged
from conformance.verdict.judged import CheckResult, Results
from conformance.verdict.outcome import Verdict
from conformance.verdict.table import PRESENTATION

_FINDINGS = 4
_UNJUDGED = 4
_REMARKS = 12
_NAMED = 5
_WIDE = 160
_REASON = 400
_SHORT = {Verdict.NOT_APPLICABLE: "n/a", Verdict.NOT_SELECTED: "left out"}


def summary(results: Results, folder: Path | None = None) -> RenderableType:
    """Return headline, counts, findings, where the report is and where the time went.

    Nothing in it is read as markup or obeyed by a terminal, whatever the target said.
    """
    if results.problem:
        return Group(Text(visible(results.problem), style="bold red"), *_where(folder))
    found = findings(results)
    return Group(
        *_counts(results),
        Text(),
        *_findings(found),
        *_unjudged("not judged", unjudged(results), "magenta"),
        *_unjudged("accepted", accepted(results), "yellow"),
        *_baseline(results),
        *_time(results),
        *_where(folder),
        _headline(results, found),
    )


def _headline(results: Results, found: Sequence[Finding]) -> Text:
    colour = PRESENTATION[found[0].requirement.verdict if found else Verdict.PASS].colour
    if not found and not results.headline.startswith("conforms"):
        colour = "magenta"
    name = results.target.get("name", "target")
    code = "" if results.exit_code is None else f" (exit code {results.exit_code})"
    return Text(_line(f"{name}: {results.headline}{code}"), style=f"bold {colour}")


def _counts(results: Results) -> Iterator[RenderableType]:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", min_width=16)
    for level in Level:
        table.add_column(level)
    for document in results.documents:
        cells = (_cell(counted(results, document.id, level)) for level in Level)
        table.add_row(Text(_line(document.title)), *cells)
    yield table


def _cell(counts: dict[Verdict, int]) -> Text:
    parts = [
        Text(f"{number} {_SHORT.get(verdict, verdict)}", style=PRESENTATION[verdict].colour)
        for verdict, number in counts.items()
    ]
    return Text(", ").join(parts)


def _findings(found: Sequence[Finding]) -> Iterator[Text]:
    for finding in found[:_FINDINGS]:
        requirement = finding.requirement
        shown = PRESENTATION[requirement.verdict]
        title = Text(f"{shown.word} {requirement.id} ", style=f"bold {shown.colour}")
        yield title.append(_line(requirement.statement), style="not bold default")
        yield from _seen(finding.checks[0], len(finding.checks) - 1) if finding.checks else ()
        yield Text(f"  to repeat: {finding.repeat}", style="dim")
    yield from _more(len(found) - _FINDINGS, "findings")


def _seen(check: CheckResult, others: int) -> Iterator[Text]:
    more = f" and {others} more" if others else ""
    if check.expected:
        yield Text(f"  expected {_line(check.expected)}")
        yield Text(f"  seen     {_line(check.seen)} ({check.id}{more})")
    else:
        yield Text(f"  {_line(check.reason)} ({check.id}{more})")


def _unjudged(word: str, found: Sequence[Unjudged], colour: str) -> Iterator[Text]:
    """Yield the requirements that nobody judged, those with the same reason in one line."""
    by_reason: dict[str, list[str]] = {}
    for one in found:
        by_reason.setdefault(one.accepted or one.reasons[0], []).append(one.requirement.id)
    for why, ids in list(by_reason.items())[:_UNJUDGED]:
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        line = Text(f"{word} {', '.join(ids[:_NAMED])}{more}: ", style=f"bold {colour}")
        yield line.append(_line(why, _REASON), style="not bold default")
    yield from _more(len(by_reason) - _UNJUDGED, f"reasons why MUSTs are {word}")


def _baseline(results: Results) -> Iterator[Text]:
    found = list(remarks(results))
    for one in found[:_REMARKS]:
        line = Text(f"{one.word} {_line(one.about, _REASON)} ", style=f"bold {one.colour}")
        yield line.append(_line(one.why, _REASON), style="not bold default")
    yield from _more(len(found) - _REMARKS, "remarks on the baseline")


def _time(results: Results) -> Iterator[Text]:
    told = [f"{name} {seconds:.1f} s" for name, seconds in results.phases.items()]
    slow = max(results.checks, key=lambda check: check.duration, default=None)
    if slow and slow.duration:
        told.append(f"longest {slow.id} {slow.duration:.1f} s")
    told.append(f"{results.requests} requests")
    if results.seed is not None:
        told.append(f"seed {results.seed}")
    yield Text(_line(" · ".join(told)), style="dim")


def _where(folder: Path | None) -> Iterator[Text]:
    if folder is not None:
        yield Text(f"report: {folder / 'report.html'}")


def _more(number: int, what: str) -> Iterable[Text]:
    return [Text(f"… and {number} more {what}, in the report", style="dim")] if number > 0 else []


def _line(text: str, longest: int = _WIDE) -> str:
    """Return text as one line that does nothing to a terminal and is not too long for it."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
