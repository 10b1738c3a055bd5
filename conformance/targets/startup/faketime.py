"""What libfaketime needs to move the clock of an unmodified server, and what it leaves behind."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from conformance.targets.errors import ProcessError

_LIBRARY = Path("vendor/libfaketime/src/libfaketime.so.1")
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where libfaketime puts its own
_LEFT_BEHIND = re.compile(r"(?:sem\.)?faketime_(?:shm|sem)_(\d+)")


def library() -> Path:
    """Return the library to preload; raises `ProcessError` that says how to get it."""
    found = _found()
    if found is None:
        raise ProcessError(f"[process].faketime needs libfaketime, which is not here: {missing()}")
    return found


def missing() -> str:
    """Return how to get the library, or nothing where it is here."""
    if not sys.platform.startswith("linux"):
        return "it works on Linux only; without faketime in the target file the clock is real"
    return "" if _found() else "pip install libfaketime"


def _found() -> Path | None:
    package = importlib.util.find_spec("libfaketime")
    found = Path(package.origin).parent / _LIBRARY if package and package.origin else None
    return found if found and found.is_file() and sys.platform.startswith("linux") else None


def variables(offset_file: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which a server reads its clock's offset from a file."""
    # A FAKETIME variable of the caller's own would win over the file.
    kept = {name: value for name, value in environ.items() if not name.startswith("FAKETIME")}
    preloaded = (str(library()), environ.get("LD_PRELOAD", ""))
    return {
        **kept,
        "LD_PRELOAD": ":".join(filter(None, preloaded)),
        "FAKETIME_TIMESTAMP_FILE": str(offset_file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def sweep() -> None:
    """Remove the shared memory that servers left which were killed."""
    for file in _SHARED_MEMORY.glob("*faketime_*"):
        match = _LEFT_BEHIND.fullmatch(file.name)
        with suppress(FileNotFoundError):  # another run may sweep too
            if match and file.stat().st_uid == os.getuid() and not _alive(match[1]):
                file.unlink()


def _alive(process: str) -> bool:
    return Path("/proc", process).exists()
