"""How writing the reports grows with what a run has sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.evidence import Record, read
from conformance.plugin.session import Options, Session
from conformance.report import write_all
from conformance.tests.benchmarks.figure import Figure, ratio_of, side_by_side
from conformance.verdict.results import evaluate

_SMALL, _TIMES = 2_000, 10
_ROUNDS = 3
_LIMIT = 2 * _TIMES  # ten times as much; what grows by the square would be far above


def measure(folder: Path) -> Figure:
    """Write every format for a journal of 2,000 exchanges, and for one of 20,000."""
    small = _judged(folder)
    large = folder / "large.jsonl"
    large.write_text("".join(json.dumps(line) + "\n" for line in _grown(small)))
    for name in ("many", "few"):
        (folder / name).mkdir()
    times = side_by_side(
        lambda: _written(read(large), folder / "many"),
        lambda: _written(small, folder / "few"),
        _ROUNDS,
    )
    ratio, spread = ratio_of(*times)
    sentence = "the reports of 20,000 exchanges over those of 2,000"
    return Figure("report", sentence, ratio, spread, _LIMIT, {"seconds for 2,000": min(times[1])})


def _written(record: Record, out: Path) -> None:
    write_all(out, record, evaluate(record))


def _judged(folder: Path) -> Record:
    """Judge the embedded server until 2,000 exchanges are written down."""
    journal = folder / "small.jsonl"
    session = Session(Options(journal=str(journal), seed=1))
    session.start()
    for case in sorted(session.selected, key=lambda one: one.id.startswith("popup.")):
        session.runner.run(case)
        if session.runner.service.wire.budget.spent > _SMALL:
            break
    session.close()
    return read(journal)


def _grown(record: Record) -> Iterator[dict[str, Any]]:
    """Yield the lines of a run that sent everything ten times."""
    step = max(line["number"] for line in record.exchanges)
    yield dict(record.header or {})
    for turn in range(_TIMES):
        for line in record.exchanges:
            yield {**line, "number": line["number"] + turn * step}
    for line in record.verdicts:
        numbers = line.get("exchanges", ())
        grown = [number + turn * step for turn in range(_TIMES) for number in numbers]
        yield {**line, "exchanges": grown}
    yield dict(record.footer or {})
