"""`conformance merge`: the report folders of several machines -> one report."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from conformance import evidence
from conformance.checks.running.selection import Shard
from conformance.cli import github
from conformance.cli.folders import JOURNAL, PENDING, record_of
from conformance.cli.mistakes import Mistake, explained
from conformance.evidence import Journal, Record, Redactor, read
from conformance.report import summary, write_all
from conformance.verdict import exit as exits
from conformance.verdict.results import evaluate

_ALLURE = "allure-results"
_SHARED = ("target", "contract", "suite", "effort", "strictness", "baseline")

Header = dict[str, Any]


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR…")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR")
def merge(folders: tuple[Path, ...], out: Path) -> None:
    """Make one report of the shards of a run, each in a DIR; the exit code is that of the whole."""
    console = Console(highlight=False)
    with explained(console):
        _see_that_they_are_one(folders, [record_of(folder) for folder in folders])
        out.mkdir(parents=True, exist_ok=True)
        evidence.merge([folder / JOURNAL for folder in folders], out / JOURNAL, shard=None)
        _bring(folders, out)
        code = _ended(out / JOURNAL)
        record = read(out / JOURNAL)
        results = evaluate(record)
        write_all(out, record, results)
        github.announce(results, out, console)
    console.print(summary(results, out), crop=False)
    sys.exit(code)


def _see_that_they_are_one(folders: Sequence[Path], records: Sequence[Record]) -> None:
    """See that the parts are all shards of one run; raises `Mistake`."""
    headers = [record.header for record in records if record.header]
    if len(headers) < len(records):
        raise Mistake("one of the runs ended before it began; run it again")
    for folder, header in zip(folders, headers, strict=True):
        for name, first, mine in zip(_SHARED, _of(headers[0]), _of(header), strict=True):
            if mine != first:
                raise Mistake(f"{folder}: another {name} than in {folders[0]}; they are two runs")
    shards = [header["selection"].get("shard") for header in headers]
    if None in shards:
        raise Mistake(f"{folders[shards.index(None)]}: not a shard; `run --shard K/N` makes one")
    there = [Shard.parse(shard) for shard in shards]
    total = there[0].total
    missing = [one for one in range(1, total + 1) if Shard(one, total) not in there]
    if missing or len(there) != total:
        told = ", ".join(f"{one}/{total}" for one in missing) or "none"
        raise Mistake(
            f"the shards are {', '.join(sorted(shards))}, not all of {total} once; missing: {told}"
        )


def _of(header: Header) -> tuple[object, ...]:
    return (
        header["target"].get("name"),
        header["contract"].get("digest"),
        header["suite"],
        (header["effort"], header["selection"]["only"]),
        header["selection"].get("strict"),
        {**(header.get("baseline") or {}), "file": ""},
    )


def _bring(folders: Sequence[Path], out: Path) -> None:
    """Copy what the journal does not hold: what is pending, which one shard has, and Allure's."""
    for folder in folders:
        if (folder / PENDING).is_file() and folder != out:
            shutil.copy2(folder / PENDING, out / PENDING)
        if (folder / _ALLURE).is_dir() and folder != out:
            shutil.copytree(folder / _ALLURE, out / _ALLURE, dirs_exist_ok=True)


def _ended(journal: Path) -> int:
    """Write the last line of the whole, if every part has ended, and return the exit code."""
    record = read(journal)
    results = evaluate(record)
    strict = bool(record.header and record.header["selection"].get("strict"))
    code = exits.exit_code(results, strict=strict, reachable=results.problem is None)
    if record.footer:
        with Journal(journal, Redactor()) as last:
            last.footer(**{**record.footer, "exit_code": code})
    return code
