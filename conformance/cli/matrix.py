"""`conformance matrix`: judge many servers one after the other, and show them side by side."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console

from conformance.cli.folders import JOURNAL, record_of
from conformance.cli.mistakes import Mistake, explained
from conformance.report.matrix import gathered, write_matrix
from conformance.targets.file import TargetFile, read, shipped, variables
from conformance.targets.install import Installation
from conformance.verdict import exit as exits
from conformance.verdict.results import evaluate

_BASELINES = Path("reports/baselines")
_CONFORMANCE = (sys.executable, "-c", "from conformance.cli.main import main; main()")


@click.command()
@click.option(
    "--target", "names", multiple=True, metavar="FILE-or-NAME", help="Default: what is installable."
)
@click.option("--contract", default="oauth2", metavar="NAME", show_default=True)
@click.option(
    "--effort", default="gate", type=click.Choice(("smoke", "gate", "deep")), show_default=True
)
@click.option("--from", "folders", multiple=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--runs", default="reports/runs", type=click.Path(path_type=Path), show_default=True)
@click.option("--out", default="reports/matrix", type=click.Path(path_type=Path), show_default=True)
def matrix(
    *,
    names: tuple[str, ...],
    contract: str,
    effort: str,
    folders: tuple[Path, ...],
    runs: Path,
    out: Path,
) -> None:
    """Judge servers one after the other; one page shows every server by every requirement.

    Each is judged as `conformance run` does, against `reports/baselines/NAME.toml` where there is
    one; its report goes to a folder under RUNS. With --from, reports that are there already are
    taken instead. Exit code 1: a server did what its baseline does not say.
    """
    console = Console(highlight=False)
    with explained(console):
        judged = folders or tuple(_judged(console, _chosen(console, names, contract), effort, runs))
        records = [record_of(folder) for folder in judged]
        results = [evaluate(record) for record in records]
        write_matrix(gathered(list(zip(records, results, strict=True)), out), out)
    console.print(f"The matrix is in {out}.", markup=False)
    sound = all(one.exit_code == exits.CONFORMS for one in results)
    sys.exit(exits.CONFORMS if sound or folders else exits.VIOLATION)


def _chosen(console: Console, names: Sequence[str], contract: str) -> list[TargetFile]:
    """Return the targets that were named, or all that this machine can install."""
    if names:
        return [read(name) for name in names]
    able = []
    for file, installation in _installations():
        if file.contract != contract:
            continue
        if installation.missing:
            lacking = ", ".join(installation.missing)
            console.print(f"{file.name}: left out, for here is no {lacking}", markup=False)
        else:
            able.append(file)
    if not able:
        raise Mistake(f"no server of the contract {contract!r} can be installed here")
    return able


def _installations() -> Iterator[tuple[TargetFile, Installation]]:
    for name in shipped():
        if not variables(name):  # what needs somebody's credentials is somebody's server
            file = read(name)
            installation = Installation.of(file)
            if installation:
                yield file, installation


def _judged(
    console: Console, files: Sequence[TargetFile], effort: str, runs: Path
) -> Iterator[Path]:
    """Judge each target by itself, tell how it ended, and yield the folder of its report."""
    for file in files:
        folder = runs / file.name
        baseline = _BASELINES / f"{file.name}.toml"
        options = {"--target": str(_named(file)), "--effort": effort, "--out": str(folder)}
        if baseline.is_file():
            options["--baseline"] = str(baseline)
        folder.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        with (folder / "output.txt").open("wb") as output:
            words = [word for option in options.items() for word in option]
            ended = subprocess.run(  # noqa: S603 - our own command line
                [*_CONFORMANCE, "run", *words], stdout=output, stderr=output, check=False
            )
        took = time.monotonic() - started
        line = f"{file.name}: exit code {ended.returncode}, {took:.0f} s, {folder / 'output.txt'}"
        console.print(line, markup=False, soft_wrap=True)
        if (folder / JOURNAL).is_file():
            yield folder


def _named(file: TargetFile) -> str | Path:
    """Return what names a target on the command line; a shipped one by its name."""
    return file.name if shipped().get(file.name) == file.source else file.source
