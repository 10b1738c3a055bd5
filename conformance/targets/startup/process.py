"""A server that is started for the run and stopped after it."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from conformance.targets.clock import FaketimeClock
from conformance.targets.description import addresses
from conformance.targets.description.file import TargetFile
from conformance.targets.description.tables import Process
from conformance.targets.errors import ProcessError, TargetFileError
from conformance.targets.startup import faketime
from conformance.targets.startup.install import Installation
from conformance.targets.startup.programs import Programs, stop
from conformance.wire import Exchange, Limits, Wire

_SETUP_WITHIN = 300.0
_PAUSE = 0.05
_SERVER_ERROR = 500  # RFC 9110 section 15.6: a server that starts may answer so


class ManagedProcess:
    """Starts what `[process]` declares: a context manager.

    `file` is the target file with the port filled in, `clock` the server's clock where it can be
    moved. The server's output goes to a temporary file and ends with the process.
    """

    def __init__(self, file: TargetFile) -> None:
        self.file = file.located(_free_port)
        self._installation = Installation.of(file)
        self.clock: FaketimeClock | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Install the server, run the setup, start it, wait until it answers.

        Raises `TargetError`.
        """
        process = self._declared()
        if self._installation:
            self._installation.ensure()
        folder = self.file.folder / process.cwd
        if not folder.is_dir():
            problem = f"there is no folder {process.cwd!r} beside the target file"
            raise TargetFileError(self.file.source, "[process].cwd", problem)
        self._scratch = tempfile.TemporaryDirectory(prefix="conformance-")
        log = Path(self._scratch.name) / "output.log"
        # What the server keeps in files of its own goes with it.
        environ = {**os.environ, "TMPDIR": self._scratch.name, **process.env}
        programs = Programs(self.file, folder, log, environ)
        try:
            if process.setup:
                programs.finish("[process].setup", process.setup, _SETUP_WITHIN)
            self._start(process, programs)
            self._wait(process, programs)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self._stop()

    def _stop(self) -> None:
        if self._server is not None:
            stop(self._server)
            self._server = None
        if self._declared().faketime:
            faketime.sweep()
        self._scratch.cleanup()

    def _declared(self) -> Process:
        if self.file.process is None:
            raise TargetFileError(self.file.source, "[process]", "missing; nothing to start")
        return self.file.process

    def _start(self, process: Process, programs: Programs) -> None:
        environ = programs.environ
        if process.faketime:
            faketime.sweep()
            offset = Path(self._scratch.name) / "offset"
            self.clock = FaketimeClock(offset)
            environ = faketime.variables(offset, environ)
        self._server = programs.start("[process].command", process.command, environ)

    def _wait(self, process: Process, programs: Programs) -> None:
        """Ask until the server answers: a condition, not a delay."""
        http = self.file.http
        wire = Wire(
            tuple(addresses.hosts([process.ready])),
            Limits(timeout=2.0),
            headers=http.headers,
            verify=self.file.verify,
            trust_env=False,
        )
        deadline = time.monotonic() + process.ready_within
        server = self._server
        while server is not None:
            exchange = wire.send("GET", process.ready)
            if 0 < exchange.status < _SERVER_ERROR:
                self._see_that_time_moves(process, exchange)
                return
            seen = exchange.failure or f"status {exchange.status}"
            with suppress(subprocess.TimeoutExpired):
                status = server.wait(_PAUSE)
                why = f"ended with {status} before it was ready"
                raise programs.problem("[process].command", why)
            if time.monotonic() > deadline:
                why = (
                    f"was not ready within {process.ready_within:g} s: GET {process.ready}: {seen}"
                )
                raise programs.problem("[process].command", why)

    def _see_that_time_moves(self, process: Process, exchange: Exchange) -> None:
        """See that the server's clock is the one that we move; raises `ProcessError`."""
        if self.clock and not self.clock.follows(exchange.date, exchange.received_at):
            raise ProcessError(
                f"{self.file.source}: [process].faketime has no effect on {process.command[0]!r}:"
                " its answer is dated by real time. A program that asks the kernel itself, as those"
                " written in Go do, cannot be moved so: take faketime out, and give the server"
                " short lifetimes or wait with [clock] driver = 'real'"
            )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port
