"""`conformance report`: every format again, from the journal of a run."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from conformance.cli.judging import JOURNAL
from conformance.cli.mistakes import Mistake, explained
from conformance.evidence import read
from conformance.report import summary, write_all
from conformance.verdict.results import evaluate


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def report(folder: Path) -> None:
    """Write the reports of a FOLDER anew from its journal, also after a run that was cut off."""
    console = Console(highlight=False)
    with explained(console):
        if not (folder / JOURNAL).is_file():
            raise Mistake(f"{folder / JOURNAL}: no journal; name the report folder of a run")
        record = read(folder / JOURNAL)
        results = evaluate(record)
        write_all(folder, record, results)
    console.print(summary(results, folder))
