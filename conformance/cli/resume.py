"""`conformance resume`: take up what a run left: what waited for its time, and what was cut off."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from conformance.cli.judging import JOURNAL, PENDING, judge
from conformance.cli.mistakes import Mistake, explained
from conformance.evidence import Record, read
from conformance.plugin.session import Options, Session
from conformance.verdict import Outcome


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def resume(folder: Path) -> None:
    """Judge what is due by now in a report FOLDER, and what its run did not come to."""
    console = Console(highlight=False)
    with explained(console):
        session = Session(options(folder))
    sys.exit(judge(session, folder, 1, console))


def options(folder: Path) -> Options:
    """Return the options of the run that made a folder; raises `Mistake` and `OSError`."""
    journal = folder / JOURNAL
    if not journal.is_file():
        raise Mistake(f"{journal}: no run to resume; name the report folder of one")
    record = read(journal)
    if record.header is None:
        raise Mistake(f"{journal}: the run ended before it began; start it again with `run`")
    asked: dict[str, Any] = record.header["selection"]
    return Options(
        target=asked["target"],
        contract=asked["contract"],
        effort=record.header["effort"],
        only=tuple(asked["only"]),
        clock=asked["clock"],
        seed=record.header["seed"],
        journal=str(journal),
        pending=str(folder / PENDING),
        done=_done(record),
    )


def _done(record: Record) -> tuple[str, ...]:
    """Return the cases that have a verdict already; nothing is judged twice."""
    return tuple(
        line["check"] for line in record.verdicts if line["outcome"] != Outcome.PENDING.value
    )
