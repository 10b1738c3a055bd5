"""A report folder -> what its run came to."""

from __future__ import annotations

from pathlib import Path

from conformance.cli.mistakes import Mistake
from conformance.evidence import Record, gather, read
from conformance.verdict.judged import Results
from conformance.verdict.results import evaluate

JOURNAL = "journal.jsonl"
PENDING = "pending.json"

# What a run leaves in its folder and the next one begins anew; `pending.json` is not among it.
_OWN = (JOURNAL, "results.json", "report.html", "junit.xml", "conformance.sarif", "summary.md")


def record_of(folder: Path) -> Record:
    """Return the journal of a report folder; raises `Mistake` where there is none."""
    journal = folder / JOURNAL
    if not journal.is_file():
        raise Mistake(f"{journal}: no journal; name the report folder of a run")
    gather(journal)
    return read(journal)


def results_of(folder: Path) -> Results:
    """Return the verdicts of a report folder; raises `Mistake` where there is no journal."""
    return evaluate(record_of(folder))


def clear(out: Path) -> None:
    """Make the folder and take away what an earlier run left in it; raises `OSError`."""
    out.mkdir(parents=True, exist_ok=True)
    for name in _OWN:
        (out / name).unlink(missing_ok=True)
    for part in out.glob(f"{JOURNAL}.gw*"):
        part.unlink()
    (out / JOURNAL).touch()
