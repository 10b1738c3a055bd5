"""A degenerate target -> what a whole run of the suite made of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conformance.contract import Contract
from conformance.faults.degenerate.catalogue import DEGENERATE, Degenerate

LIMIT = 180.0
"""How many seconds a run may take at the longest."""

_SEED = "1"
_RUN = "from conformance.cli.main import main; main()"

# Checks that are satisfied by a refusal, or by nothing at all.
_NEGATIVE = (
    *("client.", "code.", "kind.", "race."),
    *("grant.code-parameter", "grant.blank-parameter", "grant.repeated-parameter"),
    *("grant.missing-type", "grant.unsupported-type", "grant.case-sensitive"),
    *("lifetime.code-after", "lifetime.access-token-after", "lifetime.refresh-token-after"),
    *("lifetime.old-refresh-token", "lifetime.used-code", "lifetime.not-extended"),
    *("placement.refused", "placement.two-at-once", "resource.protected"),
    *("refresh.old-dead", "refresh.predecessors-dead", "refresh.ancestors-dead"),
    *("refresh.client-binding", "refresh.unknown", "refresh.altered", "refresh.missing"),
    *("authorize.login-required", "authorize.consent-required", "authorize.denied"),
    *("authorize.unknown-client", "authorize.foreign-redirect-uri"),
    *("authorize.secret-not-shown", "authorize.secret-not-forwarded"),
)


@dataclass(frozen=True)
class Ordeal:
    """What came of a run: its exit code, what was green and must not be, and if it was reported."""

    target: str
    sentence: str
    exit_code: int | None
    expected: frozenset[int]
    green: tuple[str, ...]
    reported: bool
    seconds: float

    @property
    def holds(self) -> bool:
        """Tell whether the run ended in time, as it should, with a report and no false green."""
        return self.exit_code in self.expected and self.reported and not self.green


def undergo(contract: Contract, target: Degenerate) -> Ordeal:
    """Run the suite against a degenerate target."""
    with TemporaryDirectory() as folder, target.serve(contract) as file:
        path, out = Path(folder) / "target.toml", Path(folder) / "report"
        path.write_text(file.as_toml(), encoding="utf-8")
        started = time.monotonic()
        code = _run(path, out)
        seconds = time.monotonic() - started
        found = _results(out / "results.json")
    return Ordeal(
        target=target.id,
        sentence=target.sentence,
        exit_code=code,
        expected=target.exit_codes,
        green=tuple(_green(found, target)),
        reported=bool(found),
        seconds=seconds,
    )


def _run(target: Path, out: Path) -> int | None:
    """Run the command line as a process of its own; None where it did not end in time."""
    asked = ("run", "--target", str(target), "--out", str(out), "--seed", _SEED)
    command = [sys.executable, "-c", _RUN, *asked]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def _results(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _green(found: Mapping[str, Any], target: Degenerate) -> Iterator[str]:
    """Yield the requirements that passed and must not have.

    On a dead target none may; on the others none that is satisfied by a refusal. What is only
    recorded is never green in this sense.
    """
    for one in found.get("requirements", ()):
        lies = [case for case in one["checks"] if not case.startswith(target.honest)]
        negative = one["level"] != "INFO" and any(case.startswith(_NEGATIVE) for case in lies)
        if one["verdict"] == "pass" and (target.dead or negative):
            yield one["id"]


def ordeals(contract: Contract, workers: int = 1) -> Iterator[Ordeal]:
    """Run the suite against all of them, some at the same time: each run is a process."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda target: undergo(contract, target), DEGENERATE)
