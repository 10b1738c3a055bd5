"""`conformance prove`: show that the suite finds every fault, each by the checks that it names."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from conformance import contract as contracts
from conformance.cli.mistakes import explained
from conformance.cli.saying import say
from conformance.faults.catalogue import faults, find
from conformance.faults.degenerate.ordeal import Ordeal, ordeals
from conformance.faults.matrix import Matrix, complaints
from conformance.faults.page import write
from conformance.faults.prove import HEALTHY, Prover, Trial
from conformance.faults.workers import cores, trials
from conformance.verdict import exit as exits

_HEALTHY_RUNS = 20


@click.command()
@click.option("--fault", "chosen", multiple=True, metavar="ID", help="One fault; may be repeated.")
@click.option("--contract", default="kitchenmonki", metavar="NAME", show_default=True)
@click.option(
    "-n", "workers", type=click.IntRange(min=1), metavar="N", help="Workers; default: all cores."
)
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Rounds, each with other dice.",
)
@click.option("--out", default="reports/proof", type=click.Path(path_type=Path), show_default=True)
def prove(
    chosen: tuple[str, ...], contract: str, workers: int | None, repeat: int, out: Path
) -> None:
    """Judge a server with each fault of the bank, and see that the right checks turn red.

    Then judge the healthy server with twenty seeds, where nothing may turn red, and servers that
    hardly are any, where nothing may turn green. Exit code 1: a fault survived or was found by
    other checks than it names, a check was fooled or raised a false alarm. The kill matrix is
    written only where everything was tried, into a folder of the contract's name.
    """
    console = Console(highlight=False)
    with explained(console):
        prover = Prover(contracts.load(contracts.find(contract)))
        asked = [find(one) for one in chosen] or list(filter(prover.concerns, faults().values()))
    count = min(workers or len(cores()), len(asked) * repeat)
    started = time.monotonic()
    done = trials(prover, asked, seeds=range(repeat), workers=count)
    shown = tuple(_shown(console, done, len(asked) * repeat))
    healthy = () if chosen else tuple(_healthy(console, prover, count))
    suffered = () if chosen else tuple(_told(console, ordeals(prover.contract, count)))
    matrix = Matrix(prover, shown, suffered, healthy, whole=not chosen)
    _tell(console, matrix, time.monotonic() - started)
    if matrix.whole:
        with explained(console):
            write(matrix, out / prover.contract.name)
        console.print(f"The kill matrix is in {out / prover.contract.name}.", markup=False)
    sys.exit(exits.CONFORMS if matrix.holds else exits.VIOLATION)


def _shown(console: Console, done: Iterable[Trial], total: int) -> Iterator[Trial]:
    """Pass trials on and show where the proof stands: a bar on a terminal, else a line a fault."""
    if not console.is_terminal:
        for trial in done:
            say(console, _line(trial))
            yield trial
        return
    columns = (BarColumn(20), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        for trial in done:
            bar.update(task, advance=1, description=trial.fault)
            yield trial


def _healthy(console: Console, prover: Prover, workers: int) -> Iterator[Trial]:
    """Judge the healthy server with one seed after the other."""
    for trial in trials(prover, [HEALTHY], seeds=range(_HEALTHY_RUNS), workers=workers):
        if not trial.exact or trial.generated:
            console.print(f"RED       on the healthy server, with seed {trial.seed}", markup=False)
        yield trial


def _told(console: Console, done: Iterable[Ordeal]) -> Iterator[Ordeal]:
    """Pass ordeals on and tell of each."""
    for ordeal in done:
        word = "held" if ordeal.holds else "FOOLED"
        line = f"{word:<9} {ordeal.target} (exit code {ordeal.exit_code}, {ordeal.seconds:.1f} s)"
        say(console, line)
        yield ordeal


def _line(trial: Trial) -> str:
    word = "killed" if trial.exact else "SURVIVED" if trial.survived else "INEXACT"
    return f"{word:<9} {trial.fault} ({len(trial.red)} red, {trial.seconds:.1f} s)"


def _tell(console: Console, matrix: Matrix, seconds: float) -> None:
    for line in complaints(matrix):
        say(console, line, "red")
    if matrix.unseen:
        say(
            console,
            f"No browser here, so these were left out: {', '.join(matrix.unseen)}.",
            "yellow",
        )
    found = sum(trial.exact for trial in matrix.trials)
    each = sum(trial.seconds for trial in matrix.trials) / max(len(matrix.trials), 1)
    say(
        console,
        f"{found} of {len(matrix.trials)} trials of {len(matrix.faults)} faults ended with just"
        f" the checks red that are named; {seconds:.0f} s, {each:.1f} s a trial.",
        "green" if matrix.holds else "red",
    )
