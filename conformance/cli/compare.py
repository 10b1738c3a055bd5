"""`conformance compare`: what changed between two runs, or since a baseline."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from conformance.cli.folders import record_of
from conformance.cli.mistakes import Mistake, explained
from conformance.report.compared import WRITERS, terminal
from conformance.report.folder import write
from conformance.verdict import baseline
from conformance.verdict import exit as exits
from conformance.verdict.comparison import Side, of_baseline, of_run
from conformance.verdict.comparison import compare as compared
from conformance.verdict.results import evaluate


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help=f"Write {', '.join(WRITERS)}."
)
def compare(old: Path, new: Path, out: Path | None) -> None:
    """Say what changed from OLD to NEW, report folders or baselines; exit 1 on a regression."""
    console = Console(highlight=False)
    with explained(console):
        found = compared(_side(old), _side(new))
        if out:
            out.mkdir(parents=True, exist_ok=True)
            for name, render in WRITERS.items():
                write(out / name, render(found))
    console.print(terminal(found), soft_wrap=True)
    sys.exit(exits.VIOLATION if found.regressed else exits.CONFORMS)


def _side(path: Path) -> Side:
    """Return a report folder or a baseline as a side; raises what the user got wrong."""
    if path.suffix == ".toml":
        return of_baseline(str(path), baseline.read(path))
    record = record_of(path)
    if record.header is None:
        raise Mistake(f"{path}: the run ended before it began; there is nothing to compare")
    results = evaluate(record)
    if results.problem:
        raise Mistake(f"{path}: the run judged nothing: {results.problem}")
    return of_run(str(path), record, results)
