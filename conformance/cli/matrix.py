"""`conformance matrix`: judge many servers, each by itself, and show them side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from conformance.cli.folders import record_of
from conformance.cli.mistakes import Mistake, explained
from conformance.cli.saying import say
from conformance.evidence import Record
from conformance.report.matrix import gathered, write_matrix
from conformance.targets.description.file import TargetFile, read, shipped, variables
from conformance.targets.startup.install import Installation
from conformance.verdict import baseline
from conformance.verdict import exit as exits
from conformance.verdict.judged import Results
from conformance.verdict.ratchet import assess
from conformance.verdict.results import evaluate

_BASELINES = Path("reports/baselines")
_CONFORMANCE = (sys.executable, "-c", "from conformance.cli.main import main; main()")
_FINDINGS = (exits.CONFORMS, exits.VIOLATION, exits.STALE, exits.NOT_JUDGED)


@click.command()
@click.option(
    "--target", "names", multiple=True, metavar="FILE-or-NAME", help="Default: every server."
)
@click.option("--contract", default="oauth2", metavar="NAME", show_default=True)
@click.option(
    "--effort", default="gate", type=click.Choice(("smoke", "gate", "deep")), show_default=True
)
@click.option("--from", "folders", multiple=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--gate", is_flag=True, help="A server that does not do as its baseline says fails.")
@click.option(
    "-n",
    "workers",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    metavar="N",
    help="Servers at a time; default: one a processor.",
)
@click.option("--runs", default="reports/runs", type=click.Path(path_type=Path), show_default=True)
@click.option("--out", default="reports/matrix", type=click.Path(path_type=Path), show_default=True)
def matrix(  # noqa: PLR0913 - one parameter an option
    *,
    names: tuple[str, ...],
    contract: str,
    effort: str,
    folders: tuple[Path, ...],
    gate: bool,
    workers: int,
    runs: Path,
    out: Path,
) -> None:
    """Judge servers by themselves; one page shows every server by every requirement.

    A fleet is as many --target as there are, target files of your own among them. Each is judged
    as `conformance run` does, against `reports/baselines/NAME.toml` where there is one; its report
    goes to a folder under RUNS. Where they speak several contracts, each contract has a page under
    OUT. With --from, reports that are there already are taken instead. Exit code 0: every server
    was judged, whatever came of it.
    """
    console = Console(highlight=False)
    with explained(console):
        codes = dict.fromkeys(folders, exits.CONFORMS)
        if not codes:
            judged = partial(_judged, console, effort, runs)
            with ThreadPoolExecutor(workers) as pool:
                codes = dict(pool.map(judged, _chosen(console, names, contract)))
        records = [record_of(one) for one, code in codes.items() if code != exits.USAGE]
        for folder in _written([(one, _assessed(evaluate(one))) for one in records], out):
            console.print(f"The matrix is in {folder}.", markup=False)
    lawful = (exits.CONFORMS,) if gate else _FINDINGS
    sys.exit(max(exits.CONFORMS if code in lawful else code for code in codes.values()))


def _written(runs: Sequence[tuple[Record, Results]], out: Path) -> Iterator[Path]:
    """Write a matrix for each contract, in folders of their own where there are several."""
    by_contract: dict[str, list[tuple[Record, Results]]] = defaultdict(list)
    for record, results in runs:
        by_contract[results.contract["name"]].append((record, results))
    for name, found in by_contract.items():
        folder = out / name if len(by_contract) > 1 else out
        write_matrix(gathered(found, folder), folder)
        yield folder


def _chosen(console: Console, names: Sequence[str], contract: str) -> list[TargetFile]:
    """Return the targets that were named, or else all; those that need what is not here are told.

    Raises `Mistake` where none is left.
    """
    files = [read(name) for name in dict.fromkeys(names)] or list(_servers(contract))
    _see_that_names_differ(files)
    missing = {file.name: _missing(file) for file in files}
    for name, programs in missing.items():
        if programs:
            text = f"{name}: left out, for this machine has no {', '.join(programs)}"
            say(console, text, "bold yellow")
    able = [file for file in files if not missing[file.name]]
    if not able:
        raise Mistake("no server is left to be judged; `conformance targets` says what each needs")
    return able


def _see_that_names_differ(files: Sequence[TargetFile]) -> None:
    """Raise `Mistake` where two targets would take one folder, and one column."""
    sources: dict[str, Path] = {}
    for file in files:
        other = sources.setdefault(file.name, file.source)
        if other != file.source:
            text = f"{other} and {file.source} are both called {file.name!r}"
            raise Mistake(f"{text}; give each target a `name` of its own")


def _servers(contract: str) -> Iterator[TargetFile]:
    """Yield the servers that come with the suite and speak a contract."""
    for name in shipped():
        if not variables(name):  # what needs somebody's credentials is somebody's server
            file = read(name)
            if file.install and file.contract == contract:
                yield file


def _missing(file: TargetFile) -> dict[str, str]:
    installation = Installation.of(file)
    return installation.missing if installation else {}


def _judged(console: Console, effort: str, runs: Path, file: TargetFile) -> tuple[Path, int]:
    """Judge a target in a process of its own; return the folder of its report and its exit code."""
    folder = runs / file.name
    folder.mkdir(parents=True, exist_ok=True)
    printed = folder / "output.txt"
    started = time.monotonic()
    with printed.open("wb") as output:
        command = [*_CONFORMANCE, "run", *_options(file, effort, folder)]
        ended = subprocess.run(command, stdout=output, stderr=output, check=False)  # noqa: S603 - our own
    took = time.monotonic() - started
    line = f"{file.name}: exit code {ended.returncode}, {took:.0f} s, {printed}"
    say(console, line)
    return folder, ended.returncode


def _assessed(results: Results) -> Results:
    """Return results with what the baseline of their target makes of them as it is now."""
    file = _BASELINES / f"{results.target['name']}.toml"
    if not file.is_file():
        return results
    return replace(results, baseline=assess(baseline.read(file), results))


def _options(file: TargetFile, effort: str, folder: Path) -> Iterator[str]:
    # A shipped target goes by its name, so that what repeats a finding works on any machine.
    is_shipped = shipped().get(file.name) == file.source
    yield from ("--target", file.name if is_shipped else str(file.source))
    yield from ("--effort", effort, "--out", str(folder))
    known = _BASELINES / f"{file.name}.toml"
    if known.is_file():
        yield from ("--baseline", str(known))
