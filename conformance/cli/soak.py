"""`conformance soak`: many virtual clients at once, and the lifecycle model that watches them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from conformance.cli.folders import JOURNAL, clear, record_of
from conformance.cli.following import SoakProgress
from conformance.cli.judging import baseline_option, conclude, install
from conformance.cli.mistakes import Mistake, explained
from conformance.cli.saying import say
from conformance.cli.stopping import stoppable
from conformance.load import engine
from conformance.load.book import FAULT, PROBLEM, REQUESTS
from conformance.load.engine import Address, Crowd, Shared
from conformance.load.ground import explored
from conformance.load.plan import Plan
from conformance.load.promises import amended, cases
from conformance.plugin.session import Options, Session
from conformance.targets import Service, start
from conformance.targets.errors import TargetError
from conformance.verdict import Inconclusive
from conformance.verdict import exit as exits

_LOG = "locust.txt"
_WORKERS_LOG = "locust-workers.txt"
_USUAL = 60  # seconds
_SLOW = ("browser", "manual")


def _address(_context: click.Context, _option: click.Parameter, text: str | None) -> Address | None:
    """Return the address that an option gives; what is none is told as a mistake."""
    try:
        return Address.parse(text) if text else None
    except ValueError:
        raise click.BadParameter(f"{text!r} is no HOST[:PORT]") from None


@click.command()
@click.option(
    "--target", metavar="FILE-or-NAME", help="The target file; default: the embedded server."
)
@click.option(
    "--contract", metavar="NAME", help="A shipped contract, or a path to a contract folder."
)
@click.option("--out", default="reports/soak", type=click.Path(path_type=Path), show_default=True)
@baseline_option
@click.option("--users", default=20, type=click.IntRange(min=1), metavar="N", show_default=True)
@click.option("--duration", type=click.IntRange(min=1), metavar="S", help="Seconds.")
@click.option("--operations", type=click.IntRange(min=1), metavar="N", help="Then it is enough.")
@click.option("--workers", default=2, type=click.IntRange(min=1), metavar="N", show_default=True)
@click.option("--seed", type=int, metavar="N", help="Repeat the dice of a soak.")
@click.option("--strict", is_flag=True, help="A warning counts as a failure.")
@click.option("--page", type=int, metavar="PORT", help="Show Locust's page there meanwhile.")
@click.option(
    "--master",
    callback=_address,
    metavar="HOST[:PORT]",
    help="Listen there for workers of other machines.",
)
@click.option(
    "--worker",
    callback=_address,
    metavar="HOST[:PORT]",
    help="Work for the master that listens there.",
)
def soak(  # noqa: PLR0913 - one parameter an option
    *,
    target: str | None,
    contract: str | None,
    out: Path,
    baseline: str | None,
    users: int,
    duration: int | None,
    operations: int | None,
    workers: int,
    seed: int | None,
    strict: bool,
    page: int | None,
    master: Address | None,
    worker: Address | None,
) -> None:
    """Judge a service under load: virtual clients use it at once, and a report is written.

    Without --duration and --operations it takes a minute.
    """
    console = Console(highlight=False)
    if duration is None and operations is None:
        duration = _USUAL
    crowd = Crowd(users, duration, page)
    asked = {"users": users, "duration": duration, "operations": operations, "workers": workers}
    with explained(console):
        session = Session(
            Options(
                target=target,
                contract=contract,
                effort="smoke",
                seed=seed,
                soak=asked,
                journal=str(out / JOURNAL),
                strict=strict,
                baseline=baseline,
            ),
            amended,
        )
        _see_that_it_can(session, apart=bool(master or worker))
        if worker:
            sys.exit(_work(session, worker, workers, out, console))
        clear(out)
        install(session, console)
    say(console, _announced(asked, out))
    sys.exit(_judged(session, crowd, out, console, master))


def _see_that_it_can(session: Session, *, apart: bool) -> None:
    """Raise `Mistake` where a soak cannot be had of what was asked for."""
    file = session.file
    if not engine.installed():
        raise Mistake("a soak needs Locust: pip install 'oauth2-conformance[soak]'")
    if file and file.consent.driver in _SLOW:
        raise Mistake(
            f"{file.source}: [consent] driver = {file.consent.driver!r} is too slow for a soak;"
            " form and command are not"
        )
    if apart and (file is None or file.process):
        raise Mistake(
            "several machines need a server that all of them reach: start it, and name it in a"
            " target file without [process]"
        )


def _work(session: Session, master: Address, workers: int, out: Path, console: Console) -> int:
    """Be workers of a master elsewhere until it ends; return Locust's exit code."""
    out.mkdir(parents=True, exist_ok=True)
    log = out / _WORKERS_LOG
    say(console, f"{workers} workers for {master}; what Locust says is in {log}")
    try:
        with start(session.file, session.contract) as live, stoppable():
            service, sent = Service(live, seed=session.seed), live.wire.budget
            plan = Plan(live.file, session.contract, explored(service), sent.spent)
            return engine.run(plan, engine.workers(master, workers), log)
    except (TargetError, Inconclusive) as problem:
        _complain(console, session.safe(str(problem)))
        return exits.NO_TARGET
    except KeyboardInterrupt:
        return exits.INTERRUPTED


def _judged(
    session: Session, crowd: Crowd, out: Path, console: Console, master: Address | None
) -> int:
    """Soak the target, write the report, print the summary; return the exit code."""
    ended = exits.CONFORMS
    with session.timed("run"), stoppable():
        try:
            ended = _soaked(session, crowd, out, console, master)
        except (TargetError, Inconclusive) as problem:
            session.problem = TargetError(str(problem))
        except KeyboardInterrupt:
            session.interrupted = True
    seen = record_of(out).observations
    session.sent_elsewhere = seen.get(REQUESTS, 0)
    if PROBLEM in seen:
        session.problem = TargetError(seen[PROBLEM])
    if ended or FAULT in seen:
        _complain(console, f"Locust ended with {ended}: {seen.get(FAULT, f'see {out / _LOG}')}")
    return conclude(session, out, console, crashed=bool(ended) or FAULT in seen)


def _soaked(
    session: Session, crowd: Crowd, out: Path, console: Console, master: Address | None
) -> int:
    """Start the target and then Locust, and follow it; return Locust's exit code."""
    session.unhindered()
    session.start()
    asked, service = session.options.soak, session.runner.service
    if asked is None:
        raise ValueError("this is no session of a soak")
    live, ground = service.live, explored(service)
    spent = live.wire.budget.spent
    shared = Shared(
        seed=session.seed,
        workers=asked["workers"],
        operations=asked["operations"],
        requests=max(1, live.file.limits.requests - spent),
        first=spent + 1,
    )
    alone = live.file.model_copy(update={"process": None, "install": None})
    stays = live.kind == "remote"
    named = cases(session.contract)
    plan = Plan(alone, session.contract, ground, 0, named, out / JOURNAL, stays=stays)
    words = engine.master(crowd, shared, master) if master else engine.alone(crowd, shared)
    progress = SoakProgress(console, session, asked)
    with progress.shown():
        return engine.run(plan, words, out / _LOG, progress.follow)


def _announced(asked: Mapping[str, Any], out: Path) -> str:
    ends = (
        f"{asked['operations']} operations" if asked["operations"] else "",
        f"{asked['duration']} seconds" if asked["duration"] else "",
    )
    until = " or ".join(filter(None, ends))
    return (
        f"{asked['users']} virtual clients in {asked['workers']} workers for {until};"
        f" what Locust says is in {out / _LOG}"
    )


def _complain(console: Console, text: str) -> None:
    say(console, f"conformance: {text}", "red")
