"""What is generated and what is found in a second, beside plain schemathesis on the same server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conformance.contract import find, load
from conformance.evidence import read
from conformance.faults.prove import HEALTHY, Prover
from conformance.targets.description.file import read as read_target
from conformance.tests.benchmarks.figure import Figure
from conformance.tests.benchmarks.server import called, served
from conformance.tests.versus.__main__ import bout, sample

_CONTRACT = "kitchenmonki"
_GENERATED = "generated."
_GENERATED_LIMIT = 1.5
_FAULTS = 8
_FAULTS_LIMIT = 0.25  # four times the faults in the same time


def measure_generated(folder: Path) -> Figure:
    """Have both send what they generate, with all that each does about a case."""
    with served(folder) as file:
        theirs = _plain_case(str(read_target(str(file)).endpoints.api), folder / "plain.json")
        checks = ("--only", "generated.no-server-error", "--only", "generated.no-echo")
        judge = ("run", "--target", str(file), "--effort", "deep", "--out", "deep")
        called(*judge, *checks, folder=folder)
    ours = _case(folder / "deep" / "journal.jsonl")
    sentence = "the time of a generated case over that of plain `schemathesis run`"
    details = {"cases a second": 1 / ours, "of schemathesis": 1 / theirs}
    return Figure("generated", sentence, ours / theirs, 0.0, _GENERATED_LIMIT, details)


def measure_faults(_folder: Path) -> Figure:
    """Have both judge some faulty servers, all checks on."""
    prover = Prover(load(find(_CONTRACT)))
    alarms = bout(prover, HEALTHY).complaints
    bouts = [bout(prover, fault) for fault in sample(prover, _FAULTS)]
    ours = sum(bool(one.red) for one in bouts) / sum(one.ours for one in bouts)
    theirs = sum(bool(one.complaints - alarms) for one in bouts) / sum(one.theirs for one in bouts)
    sentence = "faults that plain schemathesis finds in a second over those of the suite"
    details = {"found in a minute": 60 * ours, "by schemathesis": 60 * theirs}
    return Figure("faults", sentence, theirs / ours, 0.0, _FAULTS_LIMIT, details)


def _case(journal: Path) -> float:
    """Return the seconds that a generated case of ours takes."""
    record = read(journal)
    cases = sum(str(line["check"]).startswith(_GENERATED) for line in record.exchanges)
    return sum(line.get("duration") or 0.0 for line in record.verdicts) / cases


def _plain_case(url: str, report: Path) -> float:
    """Return the seconds that a generated case of schemathesis takes."""
    description = load(find(_CONTRACT)).folder / "openapi.yaml"
    told = ("--report", "json", "--report-json-path", str(report))
    plain = (sys.executable, "-m", "schemathesis.cli", "run", str(description), "--url", url)
    subprocess.run((*plain, *told), capture_output=True, check=False)  # noqa: S603 - our own
    found = json.loads(report.read_text())
    return float(found["running_time"]) / int(found["test_cases"]["generated"])
