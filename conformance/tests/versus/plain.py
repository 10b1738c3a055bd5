"""A live target -> what plain `schemathesis run`, with all its checks, complains of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.targets import LiveTarget, Service
from conformance.verdict import Inconclusive

Complaint = tuple[str, str]
"""A kind of failure, and the operation that it was seen at."""

_FOUND = (0, 1)  # its exit codes for a run that came to its end


def _authorized(live: LiveTarget) -> tuple[str, ...]:
    """Return the option that gives it a token; a server that yields none is judged without."""
    try:
        token = Service(live).tokens("client_credentials").access_token
    except Inconclusive:
        return ()
    return "--header", f"Authorization: Bearer {token}"


def complaints(live: LiveTarget, seed: int) -> frozenset[Complaint]:
    """Return what schemathesis finds with its defaults and all checks on, given a token.

    Raises `RuntimeError` where it does not come to its end.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = subprocess.run(  # noqa: S603 - a command of our own
            [
                *(sys.executable, "-m", "schemathesis.cli", "run"),
                *(str(live.contract.folder / "openapi.yaml"), "--url", live.endpoints.api),
                *("--checks", "all", "--seed", str(seed)),
                *_authorized(live),
                *("--report", "json", "--report-json-path", str(report)),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode not in _FOUND or not report.is_file():
            raise RuntimeError(f"schemathesis ended with {ended.returncode}: {ended.stderr[-500:]}")
        told = json.loads(report.read_text(encoding="utf-8"))
    return frozenset(
        (failure["type"], operation)
        for failure in told["failures"]
        for operation in failure["operations"]
    )
