"""The report folder: every format, written so that a reader never sees half a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.evidence import Record
from conformance.report import html, junit, results_json, sarif, summary_md
from conformance.verdict.results import Results

_WRITERS: dict[str, Callable[[Record, Results], bytes]] = {
    "results.json": results_json.render,
    "report.html": html.render,
    "junit.xml": junit.render,
    "conformance.sarif": sarif.render,
    "summary.md": summary_md.render,
}


def write_all(folder: Path, record: Record, results: Results) -> list[Path]:
    """Write every report that can be rebuilt from the journal; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write(folder / name, render(record, results)) for name, render in _WRITERS.items()]


def write(path: Path, content: bytes) -> Path:
    """Write a file under another name, then give it its own: it is whole or not there."""
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(content)
    return new.replace(path)
