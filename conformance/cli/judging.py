"""A session of checks -> a report folder and an exit code; `run`, `resume` and `soak` share it."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from tempfile import gettempdir

import click
import pytest
from rich.console import Console

from conformance.cli import github
from conformance.cli.folders import JOURNAL, PENDING
from conformance.cli.progress import RunProgress
from conformance.cli.saying import say
from conformance.cli.stopping import stoppable
from conformance.evidence import Journal, JournalError, Redactor, gather, read
from conformance.evidence.record import COUNTED
from conformance.faults import catalogue as bank
from conformance.plugin.session import Session
from conformance.report import summary, write_all
from conformance.targets.pending import KEY, exposed, seal
from conformance.targets.startup.install import Installation
from conformance.verdict import Outcome
from conformance.verdict import exit as exits
from conformance.verdict.judged import Results
from conformance.verdict.results import evaluate

baseline_option = click.option(
    "--baseline",
    type=click.Path(),
    metavar="FILE",
    help="The verdicts that are known and accepted.",
)
"""What a session is held against; `run` and `soak` share it."""

_SKEW = 5.0  # seconds
# pytest's own for a terminal, for a cache, and for what was never closed: seconds for nothing.
_LEFT_OUT = ("terminal", "cacheprovider", "unraisableexception", "threadexception")
_PLUGINS = ("allure_pytest.plugin", "xdist.plugin", "conformance.plugin.plugin")


def judge(session: Session, out: Path, workers: int, console: Console) -> int:
    """Run the checks, write the report, print the summary; return the exit code."""
    progress = RunProgress(console, session)
    session.faults = bank.told(session.contract.name)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # workers read both
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(gettempdir()) / "hypothesis"))
    with session.timed("run"), stoppable() as stopping:
        ended = pytest.main(arguments(session, out, workers), plugins=[progress, stopping])
    return conclude(session, out, console, crashed=ended == pytest.ExitCode.INTERNAL_ERROR)


def conclude(session: Session, out: Path, console: Console, *, crashed: bool) -> int:
    """End a session, write the report, print the summary; return the exit code."""
    session.close()
    crashed = crashed or session.lost
    try:
        code = _finish(session, out, crashed=crashed)
        record = read(out / JOURNAL)
        results = evaluate(record)
        write_all(out, record, results)
        github.announce(results, out, console)
        seal(out / PENDING)
    except (JournalError, OSError) as problem:
        text = f"the report cannot be written: {problem}; then: conformance report {out}"
        say(console, f"conformance: {text}", "red")
        return exits.SUITE_FAULT
    if session.lost:
        text = f"conformance: {out / JOURNAL} took no more, so the run stopped; is the disk full?"
        say(console, text, "red")
    console.print(summary(results, out), crop=False)
    _warn_of_secrets(out / PENDING, console)
    _warn_of_skew(session, results, console)
    _tell_of_clock(session, out, console)
    _tell_leavings(results, console)
    return code


def install(session: Session, console: Console) -> None:
    """Install the target's server where that is declared and not done; raises `TargetError`."""
    installation = Installation.of(session.file) if session.file else None
    if installation and not installation.done:
        text = f"installing {installation.name} in {installation.folder}, once"
        say(console, text)
        installation.ensure()


def arguments(session: Session, out: Path, workers: int) -> list[str]:
    """Return the pytest command line of a run; the user's own plugins and settings stay out."""
    options = session.options
    given = {
        "--target": options.target,
        "--contract": options.contract,
        "--effort": options.effort,
        "--clock": options.clock,
        "--conformance-seed": str(session.seed),
        "--conformance-shard": options.shard,
        "--conformance-journal": options.journal,
        "--conformance-pending": options.pending,
        "--alluredir": str(out / "allure-results"),
    }
    checks = str(resources.files("conformance.checks"))
    return [
        checks,
        f"--rootdir={checks}",
        f"-c{os.devnull}",
        *(word for name in _LEFT_OUT for word in ("-p", f"no:{name}")),
        *(word for name in _PLUGINS for word in ("-p", name)),
        *(() if options.done else ("--clean-alluredir",)),
        *(f"{name}={value}" for name, value in given.items() if value is not None),
        *(f"--only={one}" for one in options.only),
        *(["-n", str(workers), "--dist", "loadgroup"] if workers > 1 else []),
    ]


def _warn_of_secrets(pending: Path, console: Console) -> None:
    """Say aloud where live tokens lie in the clear, and whose they are: other runs left some."""
    whose = ", ".join(exposed(pending))
    if whose:
        held = f"{pending} holds live tokens of {whose} in the clear (mode 0600)"
        say(console, f"{held}; set {KEY} to encrypt it", "bold yellow")


def _tell_leavings(results: Results, console: Console) -> None:
    """Say what the run has made or changed at the target and could not take back."""
    left = [
        f"{name.removeprefix(COUNTED)} ({times} times)"
        for name, times in results.observations.items()
        if name.startswith(COUNTED) and times
    ]
    if left:
        text = f"left at the target, for the contract knows no way back: {', '.join(left)}"
        say(console, text)


def _warn_of_skew(session: Session, results: Results, console: Console) -> None:
    """Say aloud where the target's clock is not ours; ages are counted by ours all the same.

    Where all that is timed was as promised, the clock that counts did move, whatever Date says.
    """
    if session.skew is not None and abs(session.skew) > _SKEW:
        direction = "ahead of" if session.skew > 0 else "behind"
        text = f"the target's Date is {abs(session.skew):.0f} s {direction} this machine's clock"
        say(console, text, "bold yellow")
    mistimed = any(one.clock and one.outcome is Outcome.VIOLATION for one in results.checks)
    if session.stood_still and mistimed:
        text = (
            "the target's Date did not follow the clock that was moved: if its tokens are timed by"
            " that clock too, what is said of lifetimes is wrong"
        )
        say(console, text, "bold yellow")


def _tell_of_clock(session: Session, out: Path, console: Console) -> None:
    """Say what to do where a clock that can be moved was not."""
    if session.shares_clock:
        text = (
            "the clock was left alone, for all workers judge by it;"
            f" then, alone: conformance resume {out}"
        )
        say(console, text)


def _finish(session: Session, out: Path, *, crashed: bool) -> int:
    """Make one journal of the workers' parts, write its last line, and return the exit code."""
    journal = out / JOURNAL
    gather(journal)
    record = read(journal)
    code = exits.exit_code(
        evaluate(record),
        strict=session.options.strict,
        reachable=session.problem is None,
        interrupted=session.interrupted,
    )
    code = exits.SUITE_FAULT if crashed else code
    if record.footer:
        with Journal(journal, Redactor()) as last:
            last.footer(**{**session.ending(), **record.footer, "exit_code": code})
    return code
