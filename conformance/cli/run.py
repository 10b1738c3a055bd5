"""`conformance run`: judge a target and write the report folder."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from types import FrameType

import click
import pytest
from rich.console import Console

from conformance.checks.selection import UnknownId
from conformance.cli.progress import RunProgress
from conformance.contract import ContractError
from conformance.evidence import Journal, Redactor, merge, read
from conformance.plugin.session import Options, Session
from conformance.report import summary, write_all
from conformance.targets.errors import TargetError
from conformance.verdict import Verdict
from conformance.verdict import exit as exits
from conformance.verdict.results import evaluate

# What a run leaves in its folder and the next one begins anew; `pending.json` is not among it.
_OWN = ("journal.jsonl", "results.json", "report.html", "junit.xml", "summary.md")
_PLUGINS = ("allure_pytest.plugin", "xdist.plugin", "conformance.plugin.plugin")


class UsageProblem(ValueError):  # noqa: N818 - the user asked for what cannot be
    """An option that asks for something that is not there."""


@click.command()
@click.option(
    "--target", metavar="FILE-or-NAME", help="The target file; default: the embedded server."
)
@click.option(
    "--contract", metavar="NAME", help="A shipped contract, or a path to a contract folder."
)
@click.option("--out", default="reports/latest", type=click.Path(path_type=Path), show_default=True)
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
@click.option("--last-failed", is_flag=True, help="Only what was red in the folder's last run.")
@click.option("--strict", is_flag=True, help="A warning counts as a failure.")
@click.option("-n", "workers", type=click.IntRange(min=1), default=1, metavar="N", help="Workers.")
def run(out: Path, workers: int, *, last_failed: bool, **asked: object) -> None:
    """Judge a service and write a report; without a target, the embedded reference server."""
    console = Console(highlight=False)
    try:
        only = (*asked.pop("only", ()), *(_red(out) if last_failed else ()))  # type: ignore[misc]
        options = Options(only=only, journal=str(out / "journal.jsonl"), **asked)  # type: ignore[arg-type]
        session = Session(options)
        _clear(out)
    except (ContractError, TargetError, UnknownId, UsageProblem, OSError) as problem:
        console.print(f"conformance: {problem}", style="red", markup=False, soft_wrap=True)
        sys.exit(exits.USAGE)
    sys.exit(judge(session, out, workers, console))


def judge(session: Session, out: Path, workers: int, console: Console) -> int:
    """Run the checks, write the report, print the summary; return the exit code."""
    progress = RunProgress(console, session)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # workers read it too
    with _terminated_as_interrupted():
        ended = pytest.main(arguments(session.options, out, workers), plugins=[progress])
    session.close(ended=not progress.interrupted)
    code = _finish(session, out, progress, crashed=ended == pytest.ExitCode.INTERNAL_ERROR)
    record = read(out / "journal.jsonl")
    results = evaluate(record)
    write_all(out, record, results)
    console.print(summary(results, out))
    return code


def arguments(options: Options, out: Path, workers: int) -> list[str]:
    """Return the pytest command line of a run; the user's own plugins and settings stay out."""
    given = {
        "--target": options.target,
        "--contract": options.contract,
        "--effort": options.effort,
        "--clock": options.clock,
        "--conformance-seed": None if options.seed is None else str(options.seed),
        "--conformance-journal": options.journal,
        "--alluredir": str(out / "allure-results"),
    }
    checks = str(resources.files("conformance.checks"))
    return [
        checks,
        f"--rootdir={checks}",
        f"-c{os.devnull}",
        *("-p", "no:terminal", "-p", "no:cacheprovider"),
        *(word for name in _PLUGINS for word in ("-p", name)),
        "--clean-alluredir",
        *(f"{name}={value}" for name, value in given.items() if value is not None),
        *(f"--only={one}" for one in options.only),
        *(["-n", str(workers), "--dist", "loadgroup"] if workers > 1 else []),
    ]


def _finish(session: Session, out: Path, progress: RunProgress, *, crashed: bool) -> int:
    """Make one journal of the workers' parts, write its last line, and return the exit code."""
    journal = out / "journal.jsonl"
    parts = sorted(out.glob("journal.jsonl.gw*"))
    if parts:
        merge([journal, *parts], journal)
    for part in parts:
        part.unlink()
    record = read(journal)
    code = exits.exit_code(
        evaluate(record),
        strict=session.options.strict,
        reachable=session.problem is None,
        interrupted=progress.interrupted,
    )
    code = exits.SUITE_FAULT if crashed else code
    if record.footer:
        with Journal(journal, Redactor()) as last:
            last.footer(**{**session.ending(), **record.footer, "exit_code": code})
    return code


def _red(out: Path) -> tuple[str, ...]:
    """Return the check cases that were red or undecided in the folder's last run."""
    journal = out / "journal.jsonl"
    if not journal.is_file():
        raise UsageProblem(f"{journal}: --last-failed needs an earlier run in this folder")
    again = {Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.INCONCLUSIVE}
    found = tuple(one.id for one in evaluate(read(journal)).checks if one.verdict in again)
    if not found:
        raise UsageProblem(f"{journal}: nothing was red or undecided in the last run")
    return found


def _clear(out: Path) -> None:
    """Make the folder and take away what an earlier run left in it; raises `OSError`."""
    out.mkdir(parents=True, exist_ok=True)
    for name in _OWN:
        (out / name).unlink(missing_ok=True)
    for part in out.glob("journal.jsonl.gw*"):
        part.unlink()
    (out / "journal.jsonl").touch()


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: the journal is kept and the report written."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
