"""The reference server in a process of its own, as `conformance serve` starts it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.contract import find, load
from conformance.reference import Server, create_app
from conformance.targets.startup.embedded import settings_for, target_file_for

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

COMMAND = (sys.executable, "-c", "from conformance.cli.main import main; main()")


@contextmanager
def served(folder: Path) -> Iterator[Path]:
    """Serve it and return its target file."""
    file = folder / "target.toml"
    with subprocess.Popen(  # noqa: S603 - our own command line
        (*COMMAND, "serve", "--target-file", str(file)), stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            if child.stdout is None or "serving" not in child.stdout.readline():
                raise RuntimeError("the server did not start")
            yield file
        finally:
            child.terminate()


@contextmanager
def distant(folder: Path, latency: float) -> Iterator[Path]:
    """Serve it so that every answer takes some seconds more, and return its target file."""
    contract = load(find("kitchenmonki"))
    settings = settings_for(contract, clock_control=True)
    application = create_app(settings)

    def delayed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        time.sleep(latency)
        return application(environ, start_response)

    file = folder / "target.toml"
    with Server(delayed) as server:
        file.write_text(target_file_for(settings, server.url, contract.name).as_toml())
        yield file


def called(*arguments: str, folder: Path) -> None:
    """Call the command line; raises `CalledProcessError` where it ends with a fault of ours."""
    done = subprocess.run(  # noqa: S603 - our own command line
        (*COMMAND, *arguments), cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 3):
        raise subprocess.CalledProcessError(done.returncode, arguments, done.stdout, done.stderr)
