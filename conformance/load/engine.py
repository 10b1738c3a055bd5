"""Starts Locust, in processes of its own: it patches the standard library."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from conformance.load.plan import Plan
from conformance.load.standing import Standing

_LOCUSTFILE = Path(__file__).with_name("locustfile.py")
_ALWAYS = ("--exit-code-on-error=0",)  # what goes wrong at the target is told in the report
_LAST_WORDS = 20.0  # seconds
_GLANCE = 1.0  # seconds
_PORT = 5557  # Locust's own default


@dataclass(frozen=True)
class Shared:
    """What the master tells all workers: it is the same on every machine."""

    seed: int
    workers: int
    operations: int | None
    requests: int
    first: int

    def words(self) -> Iterator[str]:
        """Yield the words of the command line that say it."""
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not None:
                yield f"--soak-{one.name}={value}"


@dataclass(frozen=True)
class Crowd:
    """How many virtual clients there are, and for how many seconds; None for no end.

    `page` is the port of Locust's page, where it is wanted.
    """

    users: int
    duration: int | None
    page: int | None = None

    def words(self) -> Iterator[str]:
        """Yield the words of the command line that say it."""
        yield from (f"--users={self.users}", f"--spawn-rate={self.users}")
        if self.duration is not None:
            yield f"--run-time={self.duration}s"
        if self.page is None:
            yield from ("--headless", "--only-summary")
        else:
            yield from ("--autostart", "--autoquit=3", "--web-host=127.0.0.1")
            yield f"--web-port={self.page}"


@dataclass(frozen=True)
class Address:
    """Where a master listens for the workers of other machines."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return what is written `HOST` or `HOST:PORT`; raises `ValueError`."""
        parts = urlsplit(f"//{text}")
        if not parts.hostname or parts.path or parts.query:
            raise ValueError(text)
        return cls(parts.hostname, parts.port or _PORT)


def installed() -> bool:
    """Tell whether Locust is there."""
    return importlib.util.find_spec("locust") is not None


def alone(crowd: Crowd, shared: Shared) -> list[str]:
    """Return the words for a master and all its workers on this machine."""
    port = _free_port()
    own = (f"--processes={shared.workers}", f"--master-bind-port={port}", f"--master-port={port}")
    return [*own, "--master-bind-host=127.0.0.1", *crowd.words(), *shared.words()]


def master(crowd: Crowd, shared: Shared, at: Address) -> list[str]:
    """Return the words for a master whose workers are elsewhere."""
    own = ("--master", f"--expect-workers={shared.workers}")
    bound = (f"--master-bind-host={at.host}", f"--master-bind-port={at.port}")
    return [*own, *bound, *crowd.words(), *shared.words()]


def workers(of: Address, number: int) -> list[str]:
    """Return the words for so many workers of a master elsewhere."""
    own = ("--worker", f"--processes={number}")
    return [*own, f"--master-host={of.host}", f"--master-port={of.port}"]


def run(
    plan: Plan,
    words: Sequence[str],
    log: Path,
    follow: Callable[[Standing], None] = lambda _now: None,
) -> int:
    """Run Locust to its end, and return its exit code; what it prints goes to `log`.

    Meanwhile `follow` is told now and then how far it is. An interruption ends it as Locust ends
    itself, and is raised again.
    """
    with TemporaryDirectory(prefix="conformance-") as folder, log.open("wb") as output:
        environ = {**os.environ, **plan.hand_over(Path(folder))}
        command = [sys.executable, "-m", "locust", "-f", str(_LOCUSTFILE), *_ALWAYS, *words]
        with subprocess.Popen(  # noqa: S603 - our own
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        ) as locust:
            try:
                return _followed(locust, Path(folder), follow)
            except KeyboardInterrupt:
                _end(locust)
                raise


def _followed(
    locust: subprocess.Popen[bytes], folder: Path, follow: Callable[[Standing], None]
) -> int:
    while locust.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            locust.wait(_GLANCE)
        follow(Standing.found(folder))
    return locust.returncode


def _end(locust: subprocess.Popen[bytes]) -> None:
    """Let it write down what it knows; whatever does not come to an end is ended."""
    locust.terminate()
    try:
        locust.wait(_LAST_WORDS)
    except subprocess.TimeoutExpired:
        os.killpg(locust.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
