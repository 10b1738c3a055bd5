"""`conformance report`: every format again, from the journal of a run."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from conformance.cli.folders import record_of
from conformance.cli.mistakes import explained
from conformance.report import summary, write_all
from conformance.verdict.results import evaluate


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def report(folder: Path) -> None:
    """Write the reports of a FOLDER anew from its journal, also after a run that was cut off."""
    console = Console(highlight=False)
    with explained(console):
        record = record_of(folder)
        results = evaluate(record)
        write_all(folder, record, results)
    console.print(summary(results, folder), crop=False)
