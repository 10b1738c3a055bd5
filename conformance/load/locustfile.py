"""The soak as a locustfile: Locust spawns virtual clients, and each plays until it is told to stop.

What Locust offers beside stays as it is: its master and workers, its page, its headless mode.
`conformance soak` starts it; the plan of this machine is where the environment says.
"""

from __future__ import annotations

import logging
import traceback
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import gevent
import psutil
from locust import User, constant, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust.rpc import Message
from locust.runners import MasterRunner, WorkerRunner

from conformance.evidence import Journal
from conformance.load.book import LOST, Book
from conformance.load.crew import Crew, Share
from conformance.load.measured import measured
from conformance.load.plan import Plan
from conformance.load.visitor import Visitor
from conformance.load.watch import Enough
from conformance.targets.errors import TargetError
from conformance.verdict.exit import SUITE_FAULT
from conformance.wire import Exchange

_log = logging.getLogger(__name__)

_COUNTS = "conformance"
_FINDING = "conformance-finding"
_MIB = 2**20
_SERVER_ERROR = 500


class Master:
    """Keeps the journal, and ends the soak when nothing is left to do."""

    def __init__(self, environment: Environment, runner: MasterRunner) -> None:
        plan, options = Plan.given(), environment.parsed_options
        if plan.journal is None or options is None:
            raise ValueError("a master keeps the journal, and the plan names none")
        self._environment = environment
        self._runner = runner
        self._lost: set[str] = set()
        self._ending = False
        self._folder = Plan.folder()
        self._journal = Journal(plan.journal, plan.redactor)
        self._book = Book(self._journal, plan.cases, options.soak_first)
        runner.register_message(_FINDING, self._find)
        environment.events.worker_report.add_listener(self._take)
        environment.events.quit.add_listener(self._close)

    def _find(self, environment: Environment, msg: Message) -> None:
        try:
            self._book.finding(msg.data)
        except Exception:  # Locust would write it into its log, and go on
            environment.process_exit_code = SUITE_FAULT
            raise

    def _take(self, client_id: str, data: dict[str, Any]) -> None:
        if _COUNTS in data:
            self._book.tell(client_id, data.pop(_COUNTS))
            standing = self._book.standing
            standing.leave(self._folder)
            _log.info("%s", standing)
        there = self._runner.clients
        self._lost |= {one.id for one in there.missing}
        known = {one.id for one in (*there.ready, *there.spawning, *there.running)}
        if self._book.done(known) and not self._ending:
            self._ending = True
            gevent.spawn(self._end)

    def _end(self) -> None:
        self._runner.quit()
        if self._environment.web_ui:
            self._environment.web_ui.stop()

    def _close(self, exit_code: int) -> None:
        del exit_code
        self._book.close({**measured(self._environment), LOST: len(self._lost)})
        self._journal.close()


class Worker:
    """Makes the virtual clients of one process, and tells the master what they see."""

    def __init__(self, environment: Environment, runner: WorkerRunner) -> None:
        self._environment = environment
        self._runner = runner
        self._crew: Crew | None = None
        self._problem: str | None = None
        self._fault: str | None = None
        self._memory = psutil.Process()
        environment.events.test_start.add_listener(self._begin)
        environment.events.report_to_master.add_listener(self._report)

    def err(self, fault: Exception) -> None:
        """Note a fault of the suite: what it says is left out, for nobody has redacted it."""
        where = traceback.extract_tb(fault.__traceback__)[-1]
        self._fault = f"{type(fault).__name__} at {Path(where.filename).name}:{where.lineno}"

    def visitor(self) -> Visitor:
        """Return one more virtual client; raises `StopUser` where none can do anything."""
        if self._crew is None:
            raise StopUser
        return self._crew.visitor()

    def _begin(self, environment: Environment) -> None:
        if self._crew is not None or environment.parsed_options is None:
            return
        plan, options = Plan.given(), environment.parsed_options
        if self._runner.worker_index >= options.soak_workers:
            _log.warning("more workers than the master expects: this one stays idle")
            return
        share = Share(
            number=self._runner.worker_index,
            workers=options.soak_workers,
            seed=options.soak_seed,
            operations=options.soak_operations,
            requests=options.soak_requests,
        )
        try:
            self._crew = Crew(plan, share, self._send, self._hear)
        except TargetError as problem:
            self._problem = plan.redactor.redact(str(problem))
        except Exception as fault:  # noqa: BLE001 - as in `play`
            self.err(fault)

    def _report(self, client_id: str, data: dict[str, Any]) -> None:
        del client_id
        ended = {"problem": self._problem, "fault": self._fault}
        if self._crew or any(ended.values()):
            counts = self._crew.told() if self._crew else {}
            memory = round(self._memory.memory_info().rss / _MIB, 1)
            done = any(ended.values()) or counts["done"]
            data[_COUNTS] = {**ended, **counts, "done": done, "memory": memory}

    def _send(self, found: Mapping[str, Any]) -> None:
        self._runner.send_message(_FINDING, dict(found))

    def _hear(self, name: str, exchange: Exchange) -> None:
        self._environment.events.request.fire(
            request_type=exchange.request.method,
            name=name,
            response_time=exchange.duration * 1000,
            response_length=len(exchange.response.body) if exchange.response else 0,
            exception=_trouble(exchange),
            context={},
        )


class VirtualClient(User):
    """One user of Locust's: one virtual client of ours."""

    wait_time = constant(0)
    worker: ClassVar[Worker]

    def on_start(self) -> None:
        """Come in."""
        self.visitor = self.worker.visitor()

    @task
    def play(self) -> None:
        """Play once; raises `StopUser` where nothing is left to do."""
        try:
            self.visitor.play()
        except Enough:
            raise StopUser from None
        except Exception as fault:  # noqa: BLE001 - whatever we throw is our fault, and told so
            self.worker.err(fault)
            raise StopUser from None


class _Trouble(Exception):  # noqa: N818 - what Locust lists under failures
    """An answer that is none: what the list shows of it is its text."""

    def __repr__(self) -> str:
        """Return the text alone."""
        return str(self)


def _trouble(exchange: Exchange) -> Exception | None:
    if exchange.failure:
        return _Trouble(str(exchange.failure))
    return _Trouble(f"status {exchange.status}") if exchange.status >= _SERVER_ERROR else None


@events.init_command_line_parser.add_listener
def _options(parser: ArgumentParser) -> None:
    """Take what the master shares with all workers; Locust hands it to them."""
    for name in ("seed", "workers", "operations", "requests", "first"):
        parser.add_argument(f"--soak-{name}", type=int, include_in_web_ui=False)


@events.init.add_listener
def _init(environment: Environment, runner: MasterRunner | WorkerRunner, **_kwargs: Any) -> None:  # noqa: ANN401
    if isinstance(runner, MasterRunner):
        Master(environment, runner)
    elif isinstance(runner, WorkerRunner):
        VirtualClient.worker = Worker(environment, runner)
