"""`conformance run`: judge a target and write the report folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from conformance.cli.folders import JOURNAL, PENDING, clear, results_of
from conformance.cli.judging import baseline_option, install, judge
from conformance.cli.mistakes import Mistake, explained
from conformance.cli.rehearsal import rehearse
from conformance.plugin.session import Options, Session
from conformance.verdict import Verdict
from conformance.verdict import exit as exits


@click.command()
@click.option(
    "--target", metavar="FILE-or-NAME", help="The target file; default: the embedded server."
)
@click.option(
    "--contract", metavar="NAME", help="A shipped contract, or a path to a contract folder."
)
@click.option("--out", default="reports/latest", type=click.Path(path_type=Path), show_default=True)
@baseline_option
@click.option(
    "--effort", default="gate", type=click.Choice(("smoke", "gate", "deep")), show_default=True
)
@click.option(
    "--only", multiple=True, metavar="ID", help="A requirement or check; may be repeated."
)
@click.option(
    "--clock", type=click.Choice(("real",)), help="Wait, even where the clock can be moved."
)
@click.option("--seed", type=int, metavar="N", help="Repeat the dice of a run.")
@click.option("--shard", metavar="K/N", help="The share of one of N machines; see `merge`.")
@click.option("--last-failed", is_flag=True, help="Only what was red in the folder's last run.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("--strict", is_flag=True, help="A warning counts as a failure.")
@click.option("-n", "workers", type=click.IntRange(min=1), default=1, metavar="N", help="Workers.")
def run(  # noqa: PLR0913 - one parameter an option
    *,
    target: str | None,
    contract: str | None,
    out: Path,
    baseline: str | None,
    effort: str,
    only: tuple[str, ...],
    clock: str | None,
    seed: int | None,
    shard: str | None,
    last_failed: bool,
    dry_run: bool,
    strict: bool,
    workers: int,
) -> None:
    """Judge a service and write a report; without a target, the embedded reference server."""
    console = Console(highlight=False)
    with explained(console):
        session = Session(
            Options(
                target=target,
                contract=contract,
                effort=effort,
                only=(*only, *(_red(out) if last_failed else ())),
                clock=clock,
                seed=seed,
                shard=shard,
                journal=str(out / JOURNAL),
                pending=str(out / PENDING),
                strict=strict,
                baseline=baseline,
                workers=workers,
            )
        )
        if dry_run:
            rehearse(session, console)
            sys.exit(exits.CONFORMS)
        clear(out)
        session.begin_anew()
        install(session, console)
    sys.exit(judge(session, out, workers, console))


def _red(out: Path) -> tuple[str, ...]:
    """Return the check cases that were red or undecided in the folder's last run."""
    journal = out / JOURNAL
    if not journal.is_file():
        raise Mistake(f"{journal}: --last-failed needs an earlier run in this folder")
    again = {Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.INCONCLUSIVE}
    found = tuple(one.id for one in results_of(out).checks if one.verdict in again)
    if not found:
        raise Mistake(f"{journal}: nothing was red or undecided in the last run")
    return found
