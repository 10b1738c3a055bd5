"""What a user got wrong -> one clear message and exit code 2, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from conformance.checks.running.selection import BadShard, UnknownId
from conformance.cli.saying import say
from conformance.contract import ContractError
from conformance.faults.catalogue import UnknownFault
from conformance.targets.errors import TargetError
from conformance.verdict import exit as exits
from conformance.verdict.baseline import BaselineError


class Mistake(ValueError):  # noqa: N818 - the user's, not an error of ours
    """An option or argument that asks for what is not there."""


_MISTAKES = (
    *(BadShard, BaselineError, ContractError, Mistake, OSError),
    *(TargetError, UnknownFault, UnknownId),
)


@contextmanager
def explained(console: Console) -> Iterator[None]:
    """Turn a mistake of the user's into a message; raises `SystemExit`."""
    try:
        yield
    except _MISTAKES as problem:
        say(console, f"conformance: {_told(problem)}", "red")
        sys.exit(exits.USAGE)


def _told(problem: Exception) -> str:
    """Return what went wrong, for a reader who knows no numbers of the system's errors."""
    if isinstance(problem, OSError) and problem.strerror:
        return ": ".join(
            filter(None, (problem.filename and str(problem.filename), problem.strerror))
        )
    return str(problem)
