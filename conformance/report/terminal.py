"""Results -> what fits on one screen of a terminal, or plain lines where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
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
from conformance.verdict.plural import plural
from conformance.verdict.table import PRESENTATION

_FINDING, _OTHERS = 6, 18
"""How many lines of a screen a finding takes, and how many all the rest."""
_IN_NARROW = 1.4
_FEWEST, _MOST = 2, 10
_UNJUDGED = 4
_REMARKS = 12
_NAMED = 5
_WIDE = 160
_REASON = 400
_NARROW = 80
_ENDLESS = 10_000
_NUMBER = re.compile(r"#\d+")
_SHORT = {Verdict.NOT_APPLICABLE: "n/a", Verdict.NOT_SELECTED: "left out"}


@dataclass(frozen=True, slots=True)
class Fold:
    """How much room there is; in a plain log a line is as long as it is."""

    findings: int
    narrow: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Headline, counts, findings, where the report is and where the time went, for `rich`.

    Nothing in it is read as markup or obeyed by a terminal, whatever the target said.
    """

    results: Results
    folder: Path | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what fits the console."""
        if console.file.isatty():
            yield from _screen(self, _fold(options.max_width, console.height))
        else:
            log = Group(*_screen(self, Fold(_MOST, plain=True)))
            yield from console.render(log, options.update(width=_ENDLESS))


def summary(results: Results, folder: Path | None = None) -> RenderableType:
    """Return what there is to say at the end of a run."""
    return Summary(results, folder)


def _fold(width: int, height: int) -> Fold:
    narrow = width < _NARROW
    room = int(height / _IN_NARROW) if narrow else height
    return Fold(max(_FEWEST, min(_MOST, (room - _OTHERS) // _FINDING)), narrow=narrow)


def _screen(told: Summary, fold: Fold) -> Iterator[RenderableType]:
    results = told.results
    if results.problem:
        yield Text(visible(results.problem), style="bold red")
        yield from _where(told.folder)
        return
    found = findings(results)
    yield from _by_level(results) if fold.narrow else _counts(results)
    yield Text()
    yield from _findings(found, fold)
    yield from _unjudged("not judged", unjudged(results), "magenta")
    yield from _unjudged("accepted", accepted(results), "yellow")
    yield from _baseline(results, _REMARKS if fold.plain else _UNJUDGED)
    yield from _time(results)
    yield from _where(told.folder)
    yield _headline(results, found)


def _headline(results: Results, found: Sequence[Finding]) -> Text:
    colour = PRESENTATION[found[0].requirement.verdict if found else Verdict.PASS].colour
    if not found and not results.headline.startswith("conforms"):
        colour = "magenta"
    name = results.target.get("name", "target")
    code = "" if results.exit_code is None else f" (exit code {results.exit_code})"
    return Text(_line(f"{name}: {results.headline}{code}", _REASON), style=f"bold {colour}")


def _counts(results: Results) -> Iterator[RenderableType]:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", min_width=16)
    for level in Level:
        table.add_column(level)
    for document in results.documents:
        cells = (_cell(counted(results, document.id, level)) for level in Level)
        table.add_row(Text(_line(document.title)), *cells)
    yield table


def _by_level(results: Results) -> Iterator[Text]:
    """Yield a line a level, under the title of the document."""
    for document in results.documents:
        yield Text(_line(document.title), style="bold")
        for level in Level:
            counts = counted(results, document.id, level)
            if counts:
                yield Text(f"  {level:<7}").append(_cell(counts))


def _cell(counts: dict[Verdict, int]) -> Text:
    parts = [
        Text(f"{number} {_SHORT.get(verdict, verdict)}", style=PRESENTATION[verdict].colour)
        for verdict, number in counts.items()
    ]
    return Text(", ").join(parts)


def _findings(found: Sequence[Finding], fold: Fold) -> Iterator[RenderableType]:
    for finding in found[: fold.findings]:
        yield _title(finding)
        yield from (_lines if fold.plain else _grid)(_seen(finding))
        yield from _lines([("repeat", finding.repeat)])  # in one piece, to be copied
        yield Text()
    yield from _more(len(found) - fold.findings, "findings")


def _title(finding: Finding) -> Text:
    requirement = finding.requirement
    shown = PRESENTATION[requirement.verdict]
    title = Text(f"{shown.word} {requirement.id} ", style=f"bold {shown.colour}")
    excused = ", excused" if finding.excused else ""
    title.append(f"({requirement.level}{excused}) ", style="not bold dim")
    return title.append(_line(requirement.statement), style="not bold default")


def _seen(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield what the first check case expected and saw, each under its name."""
    if not finding.checks:
        return
    check: CheckResult = finding.checks[0]
    others = len(finding.checks) - 1
    if check.expected:
        yield "expected", check.expected
        yield "seen", check.seen
    else:
        yield "reason", check.reason
    yield "by", f"{check.id} and {others} more" if others else check.id


def _grid(rows: Iterable[tuple[str, str]]) -> Iterator[RenderableType]:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=8, style="dim")
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(name, Text(_line(text, _REASON)))
    yield Padding(table, (0, 0, 0, 2))


def _lines(rows: Iterable[tuple[str, str]]) -> Iterator[RenderableType]:
    for name, text in rows:
        line = Text(f"  {name:<9} ", style="dim", no_wrap=True, overflow="ignore")
        yield line.append(_line(text, _REASON), style="not dim")


def _unjudged(word: str, found: Sequence[Unjudged], colour: str) -> Iterator[Text]:
    """Yield the requirements that nobody judged, those with the same reason in one line.

    Reasons that differ in the number of a value alone (`cookie#3`) are the same.
    """
    by_reason: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for one in found:
        why = one.accepted or one.reasons[0]
        why = first.setdefault(_NUMBER.sub("#", why), why)
        by_reason.setdefault(why, []).append(one.requirement.id)
    for why, ids in sorted(by_reason.items(), key=lambda item: -len(item[1]))[:_UNJUDGED]:
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        line = Text(f"{word} {', '.join(ids[:_NAMED])}{more}: ", style=f"bold {colour}")
        yield line.append(_line(why, _REASON), style="not bold default")
    yield from _more(len(by_reason) - _UNJUDGED, f"reasons why MUSTs are {word}")


def _baseline(results: Results, most: int) -> Iterator[Text]:
    """Yield what is to be done about the baseline, and how much it excuses."""
    if results.baseline is None:
        return
    found = [one for one in remarks(results) if one.colour != "dim"]
    for one in found[:most]:
        line = Text(f"{one.word} {_line(one.about, _REASON)} ", style=f"bold {one.colour}")
        yield line.append(_line(one.why, _REASON), style="not bold default")
    yield from _more(len(found) - most, "remarks on the baseline")
    excused, file = len(results.baseline.excused), _line(results.baseline.file)
    if excused:
        yield Text(f"{excused} violations are excused by {file}", style="dim")


def _time(results: Results) -> Iterator[Text]:
    told = [f"{name} {seconds:.1f} s" for name, seconds in results.phases.items()]
    slow = max(results.checks, key=lambda check: check.duration, default=None)
    if slow and slow.duration:
        told.append(f"longest {slow.id} {slow.duration:.1f} s")
    told.append(plural(results.requests, "request"))
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
