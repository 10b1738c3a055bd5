"""A server that is started for the run and stopped after it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from conformance.targets import addresses, faketime
from conformance.targets.clock import FaketimeClock
from conformance.targets.errors import ProcessError, TargetFileError
from conformance.targets.file import TargetFile
from conformance.targets.tables import Process
from conformance.wire import Limits, Wire

_READY_WITHIN = 60.0
_SETUP_WITHIN = 300.0
_STOPPED_WITHIN = 5.0
_PAUSE = 0.05
_TAIL = 20
_SERVER_ERROR = 500  # RFC 9110 section 15.6: a server that starts may answer so


class ManagedProcess:
    """Starts what `[process]` declares: a context manager.

    `file` is the target file with the port filled in, `clock` the server's clock where it can be
    moved. The server's output goes to a temporary file and ends with the process.
    """

    def __init__(self, file: TargetFile, ready_within: float = _READY_WITHIN) -> None:
        self.file = file.located(_free_port())
        self.clock: FaketimeClock | None = None
        self._ready_within = ready_within
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Run the setup, start the server, wait until it answers; raises `ProcessError`."""
        process = self._declared()
        folder = self.file.folder / process.cwd
        if not folder.is_dir():
            problem = f"there is no folder {process.cwd!r} beside the target file"
            raise TargetFileError(self.file.source, "[process].cwd", problem)
        self._scratch = tempfile.TemporaryDirectory(prefix="conformance-")
        self._log = Path(self._scratch.name) / "output.log"
        try:
            environ = {**os.environ, **process.env}
            self._set_up(process, folder, environ)
            self._start(process, folder, environ)
            self._wait(process)
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

    def tail(self) -> str:
        """Return the last lines that the server or its setup wrote, declared secrets masked."""
        lines = self._log.read_text("utf-8", "replace").splitlines() if self._log.exists() else []
        text = "\n".join(f"  | {line}" for line in lines[-_TAIL:])
        for secret in self.file.secrets:
            text = text.replace(secret, "[secret]")
        return f"its last lines:\n{text}" if text else "it wrote nothing"

    def _stop(self) -> None:
        """End the server and all that it started, politely at first."""
        if self._server is not None:
            _signal(self._server.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(_STOPPED_WITHIN)
            _signal(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._server = None
        if self._declared().faketime:
            faketime.sweep()
        self._scratch.cleanup()

    def _declared(self) -> Process:
        if self.file.process is None:
            raise TargetFileError(self.file.source, "[process]", "missing; nothing to start")
        return self.file.process

    def _set_up(self, process: Process, folder: Path, environ: Mapping[str, str]) -> None:
        if process.setup is None:
            return
        setup = self._spawned("setup", process.setup, folder, environ)
        try:
            status = setup.wait(_SETUP_WITHIN)
        except subprocess.TimeoutExpired:
            raise self._problem("setup", f"did not end within {_SETUP_WITHIN:g} s") from None
        finally:
            _signal(setup.pid, signal.SIGKILL)
            setup.wait()
        if status:
            raise self._problem("setup", f"ended with {status}")

    def _start(self, process: Process, folder: Path, environ: Mapping[str, str]) -> None:
        if process.faketime:
            faketime.sweep()
            offset = Path(self._scratch.name) / "offset"
            self.clock = FaketimeClock(offset)
            environ = faketime.variables(offset, environ)
        self._server = self._spawned("command", process.command, folder, environ)

    def _wait(self, process: Process) -> None:
        """Ask until the server answers: a condition, not a delay."""
        http = self.file.http
        wire = Wire(
            tuple(addresses.hosts([process.ready])),
            Limits(timeout=2.0),
            headers=http.headers,
            verify=self.file.verify,
            trust_env=False,
        )
        deadline = time.monotonic() + self._ready_within
        server = self._server
        while server is not None:
            exchange = wire.send("GET", process.ready)
            if 0 < exchange.status < _SERVER_ERROR:
                return
            seen = exchange.failure or f"status {exchange.status}"
            with suppress(subprocess.TimeoutExpired):
                status = server.wait(_PAUSE)
                raise self._problem("command", f"ended with {status} before it was ready")
            if time.monotonic() > deadline:
                why = f"was not ready within {self._ready_within:g} s: GET {process.ready}: {seen}"
                raise self._problem("command", why)

    def _spawned(
        self, key: str, command: tuple[str, ...], folder: Path, environ: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        try:
            with self._log.open("ab") as log:
                return subprocess.Popen(  # noqa: S603 - running the user's own command is the task
                    command,
                    cwd=folder,
                    env=environ,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as problem:
            why = f"{command[0]!r} cannot be run: {problem.strerror}"
            raise TargetFileError(self.file.source, f"[process].{key}", why) from None

    def _problem(self, key: str, what: str) -> ProcessError:
        return ProcessError(f"{self.file.source}: [process].{key} {what}; {self.tail()}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def _signal(group: int, number: signal.Signals) -> None:
    """Signal a process and all that it started; they may be gone."""
    with suppress(ProcessLookupError):
        os.killpg(group, number)
