"""The journal parts of several workers or machines -> one journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from conformance.evidence.record import Line, Record, observe, read


def merge(parts: Sequence[Path], into: Path, **selection: object) -> None:
    """Write one journal from parts; `into` may be one of them. Raises `OSError`.

    Exchanges are numbered anew and verdicts follow them. A case that one part left out and another
    judged is judged. There is a footer only where every part that began has ended; it has no exit
    code, since no part knows that of the whole. `selection` is what the whole selects otherwise
    than its parts.
    """
    records = [read(part) for part in parts]
    names = [part.name for part in parts]
    lines = [
        *({**line, "parts": names} for line in _header(records, selection)),
        *_exchanges_and_verdicts(records),
        *_observations(records),
        *_footer(records),
    ]
    whole = into.with_name(f".{into.name}.new")
    whole.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    whole.replace(into)


def gather(journal: Path) -> None:
    """Take what workers wrote into their journal, also where they were killed; raises `OSError`.

    A part that was taken already, by one who was killed before it was removed, is not taken twice.
    """
    parts = sorted(journal.parent.glob(f"{journal.name}.gw*"))
    if parts:
        taken = (read(journal).header or {}).get("parts", ())
        fresh = [part for part in parts if part.name not in taken]
        if fresh:
            merge([journal, *fresh], journal)
    for part in parts:
        part.unlink()


def _header(records: Iterable[Record], selection: Line) -> Iterator[Line]:
    headers = [record.header for record in records if record.header]
    if headers:
        cases = dict.fromkeys(case for header in headers for case in header.get("cases", ()))
        started = min(header.get("started") or "" for header in headers)
        selected = {**headers[0].get("selection", {}), **selection}
        yield {**headers[0], "cases": list(cases), "started": started, "selection": selected}


def _exchanges_and_verdicts(records: Sequence[Record]) -> Iterator[Line]:
    judged = {
        line["check"]
        for record in records
        for line in record.verdicts
        if line["outcome"] != "not_selected"
    }
    last = 0
    for record in records:
        numbers: dict[int, int] = {}
        for line in record.exchanges:
            last += 1
            numbers[line["number"]] = last
            yield {**line, "number": last}
        for line in record.verdicts:
            if line["outcome"] != "not_selected" or line["check"] not in judged:
                yield _renumbered(line, numbers)


def _renumbered(verdict: Line, numbers: dict[int, int]) -> Line:
    exchanges = [numbers[number] for number in verdict.get("exchanges", ()) if number in numbers]
    return {**verdict, "step": numbers.get(verdict.get("step") or 0), "exchanges": exchanges}


def _observations(records: Iterable[Record]) -> Iterator[Line]:
    merged: dict[str, Any] = {}
    for record in records:
        for name, value in record.observations.items():
            observe(merged, name, value)
    for name, value in merged.items():
        yield {"type": "observation", "name": name, "value": value}


def _footer(records: Iterable[Record]) -> Iterator[Line]:
    begun = [record for record in records if record.header]
    footers = [record.footer for record in begun if record.footer]
    if not footers or len(footers) < len(begun):
        return
    phases: dict[str, float] = {}
    for footer in footers:
        for name, seconds in footer.get("phases", {}).items():
            phases[name] = max(seconds, phases.get(name, 0.0))
    problems = [footer["problem"] for footer in footers if footer.get("problem")]
    yield {
        "type": "footer",
        **({"problem": problems[0]} if problems else {}),
        "exit_code": None,
        "ended": max(footer["ended"] for footer in footers),
        "requests": sum(footer["requests"] for footer in footers),
        "phases": phases,
    }
