"""The programs of a target file: started in a folder, their output kept, ended with their children.

A program is named by the key that declares it (`[process].command`), so that what goes wrong is
told where it has to be mended.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from conformance.targets.description.file import TargetFile
from conformance.targets.errors import ProcessError, TargetFileError

_TAIL = 20
_STOPPED_WITHIN = 5.0


@dataclass(frozen=True)
class Programs:
    """Runs programs of one target file; all that they write is appended to `log`."""

    file: TargetFile
    folder: Path
    log: Path
    environ: Mapping[str, str] = field(repr=False)

    def start(
        self, key: str, command: tuple[str, ...], environ: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program; raises `TargetFileError` where there is no such program."""
        try:
            with self.log.open("ab") as log:
                return subprocess.Popen(  # noqa: S603 - running the user's own command is the task
                    command,
                    cwd=self.folder,
                    env=environ or self.environ,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as problem:
            why = f"{command[0]!r} cannot be run: {problem.strerror}"
            raise TargetFileError(self.file.source, key, why) from None

    def finish(self, key: str, command: tuple[str, ...], within: float) -> None:
        """Run a program to its end; raises `ProcessError` where that is late or bad."""
        child = self.start(key, command)
        try:
            status = child.wait(within)
        except subprocess.TimeoutExpired:
            raise self.problem(key, f"did not end within {within:g} s") from None
        finally:
            signal_group(child.pid, signal.SIGKILL)
            child.wait()
        if status:
            raise self.problem(key, f"ended with {status}")

    def problem(self, key: str, what: str) -> ProcessError:
        """Return what is said of a program that did not do what it should."""
        return ProcessError(f"{self.file.source}: {key} {what}; {self.tail()}")

    def tail(self) -> str:
        """Return the last lines that were written, declared secrets masked."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        text = "\n".join(f"  | {line}" for line in lines[-_TAIL:])
        for secret in self.file.secrets:
            text = text.replace(secret, "[secret]")
        return f"its last lines:\n{text}" if text else "it wrote nothing"


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started, politely at first."""
    signal_group(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(_STOPPED_WITHIN)
    signal_group(child.pid, signal.SIGKILL)
    child.wait()


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal a process and all that it started; they may be gone."""
    with suppress(ProcessLookupError):
        os.killpg(group, number)
