"""`conformance resume`: take up what a run left: what waited for its time, and what was cut off."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from conformance.cli.folders import JOURNAL, PENDING, record_of
from conformance.cli.judging import judge
from conformance.cli.mistakes import Mistake, explained
from conformance.evidence import Record
from conformance.plugin.session import Options, Session
from conformance.verdict import Outcome


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Default: the run's own."
)
def resume(folder: Path, baseline: Path | None) -> None:
    """Judge what is due by now in a report FOLDER, and what its run did not come to."""
    console = Console(highlight=False)
    with explained(console):
        session = Session(options(folder, baseline))
    sys.exit(judge(session, folder, 1, console))


def options(folder: Path, baseline: Path | None = None) -> Options:
    """Return the options of the run that made a folder; raises `Mistake` and `OSError`."""
    journal = folder / JOURNAL
    record = record_of(folder)
    if record.header is None:
        raise Mistake(f"{journal}: the run ended before it began; start it again with `run`")
    asked: dict[str, Any] = record.header["selection"]
    if asked.get("soak"):
        raise Mistake(
            f"{journal}: a soak leaves nothing to be taken up; start it again with `soak`"
        )
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
        strict=asked.get("strict", False),
        shard=asked.get("shard"),
        baseline=str(baseline) if baseline else asked.get("baseline"),
    )


def _done(record: Record) -> tuple[str, ...]:
    """Return the cases that have a verdict already; nothing is judged twice."""
    return tuple(
        line["check"] for line in record.verdicts if line["outcome"] != Outcome.PENDING.value
    )
