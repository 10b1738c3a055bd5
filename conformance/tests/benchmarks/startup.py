"""How long a user waits before anything happens: over what has to be loaded in any case."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from conformance.tests.benchmarks.figure import Figure, ratio_of, side_by_side
from conformance.tests.benchmarks.server import COMMAND

_ROUNDS = 5
_HELP_LIMIT = 3.0
_COLLECT_LIMIT = 6.0


def measure_help(folder: Path) -> Figure:
    """Call `conformance --help`, and load click alone."""
    ours = _calls(folder, *COMMAND, "--help")
    theirs = _calls(folder, sys.executable, "-c", "import click")
    return _figure("help", "`conformance --help` over loading click", ours, theirs, _HELP_LIMIT)


def measure_collection(folder: Path) -> Figure:
    """Collect every check case, and a folder without any test."""
    pytest = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
    (folder / "empty").mkdir()
    ours = _calls(folder, *pytest, "--pyargs", "conformance.checks")
    theirs = _calls(folder, *pytest, "empty")
    sentence = "collecting every check case over collecting nothing"
    return _figure("collection", sentence, ours, theirs, _COLLECT_LIMIT)


def _calls(folder: Path, *command: str) -> Callable[[], object]:
    return lambda: subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - our own


def _figure(
    name: str,
    sentence: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    limit: float,
) -> Figure:
    ours()  # writes the byte code
    times = side_by_side(ours, theirs, _ROUNDS)
    ratio, spread = ratio_of(*times)
    return Figure(name, sentence, ratio, spread, limit, {"seconds": min(times[0])})
