"""The reference server in a process of its own, as `conformance serve` starts it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def called(*arguments: str, folder: Path) -> None:
    """Call the command line; raises `CalledProcessError` where it ends with a fault of ours."""
    done = subprocess.run(  # noqa: S603 - our own command line
        (*COMMAND, *arguments), cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 3):
        raise subprocess.CalledProcessError(done.returncode, arguments, done.stdout, done.stderr)
