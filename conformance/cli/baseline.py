"""`conformance baseline update`: the verdicts of a run -> entries of a baseline."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from conformance.cli.folders import results_of
from conformance.cli.mistakes import Mistake, explained
from conformance.cli.saying import say
from conformance.report.folder import write
from conformance.verdict.baseline import Baseline, read, whose
from conformance.verdict.judged import Results
from conformance.verdict.update import Filling, Updated, update


@click.group()
def baseline() -> None:
    """Keep the verdicts that are known and accepted for a target."""


@baseline.command("update")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--reason", default="", help="Why the new entries are accepted.")
@click.option("--link", default="", help="Where that is followed up.")
@click.option("--owner", default="", help="Who follows it up.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="Until when.")
@click.option("--strict", is_flag=True, help="List warnings too.")
def update_command(
    *,
    file: Path,
    folder: Path,
    reason: str,
    link: str,
    owner: str,
    expires: datetime | None,
    strict: bool,
) -> None:
    """Write into FILE what the run in DIR has left red or unjudged, ready for a reason.

    Entries that still hold stay as they are; those that do not are taken out.
    """
    console = Console(highlight=False)
    filling = Filling(reason.strip(), link, owner, expires.date() if expires else None)
    with explained(console):
        results = results_of(folder)
        _see_that_it_ended(results, folder)
        if file.is_dir():
            raise Mistake(f"{file}: is a folder; name the file in it")
        text = file.read_text("utf-8") if file.is_file() else None
        if text is not None:
            _see_that_it_is_theirs(read(file, unexplained=True), results, folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        updated = update(results, text, filling, strict=strict)
        write(file, updated.text.encode())
    _tell(console, file, updated)


def _see_that_it_ended(results: Results, folder: Path) -> None:
    if results.problem:
        raise Mistake(f"{folder}: the run judged nothing: {results.problem}")
    if not results.complete:
        raise Mistake(f"{folder}: the run came to no end; `conformance resume {folder}` first")


def _see_that_it_is_theirs(known: Baseline, results: Results, folder: Path) -> None:
    names = (str(one.get("name", "")) for one in (results.target, results.contract))
    of_run = whose(*names, under_load=results.under_load)
    if known.whose != of_run:
        raise Mistake(
            f"{known.file} is the baseline of {known.whose}; {folder} is a run of {of_run}"
        )


def _tell(console: Console, file: Path, updated: Updated) -> None:
    lines = [
        *(f"+ {check}" for check in updated.added),
        *(f"- {check}" for check in updated.removed),
        f"{file}: {len(updated.added)} entries added, {len(updated.removed)} taken out",
    ]
    if updated.unexplained:
        lines.append(
            f"entries without a reason: {len(updated.unexplained)}; no run accepts them so"
        )
    for line in lines:
        say(console, line)
