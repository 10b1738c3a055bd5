"""Runs of several servers -> `matrix.json` and `matrix.html`: every server by every requirement.

`matrix.json` holds all that the page shows, so that servers that were judged on different days or
machines come together: a server that is judged again takes the place of its earlier self.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.contract import Document
from conformance.evidence import Record
from conformance.report.evidence import evidence
from conformance.report.findings import Finding, findings
from conformance.report.folder import write
from conformance.report.page import asset, environment
from conformance.verdict.judged import RequirementResult, Results
from conformance.verdict.outcome import Verdict

SCHEMA = "conformance-matrix/1"

_COUNTED = {
    "kept": ("pass",),
    "broken": ("fail", "error"),
    "against advice": ("warn",),
    "open": ("inconclusive", "pending"),
}

_NOTHING: Mapping[str, Any] = {"documents": (), "requirements": (), "servers": ()}

_TOLD = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.ERROR})

Column = Mapping[str, Any]


def column(record: Record, results: Results) -> Column:
    """Return what the matrix keeps of one run."""
    scripts = {one.check.id: one.script for one in evidence(record, results)}
    return {
        "target": dict(results.target),
        "suite": results.suite,
        "clock": results.clock,
        "effort": results.effort,
        "seed": results.seed,
        "started": results.started,
        "requests": results.requests,
        "exit_code": results.exit_code,
        "problem": results.problem,
        "verdicts": {one.id: str(one.verdict) for one in results.requirements},
        "reasons": {one.id: one.reason for one in results.requirements if one.reason},
        "findings": [_finding(results, one, scripts) for one in findings(results)],
    }


def gathered(runs: Sequence[tuple[Record, Results]], folder: Path) -> dict[str, Any]:
    """Return the matrix of these runs and of the servers that the folder knows already.

    All runs are by one contract, perhaps by several of its profiles: there is a row for what any of
    them demands. A server that was judged by another contract is left out.
    """
    columns = [column(record, results) for record, results in runs]
    contract = dict(runs[-1][1].contract)
    known = _read(folder)
    kept = known if known.get("contract") == contract else _NOTHING
    by_name = {one["target"]["name"]: one for one in (*kept["servers"], *columns)}
    documents = (*kept["documents"], *(_document(one) for _, run in runs for one in run.documents))
    rows = (*kept["requirements"], *(_row(one) for _, run in runs for one in run.requirements))
    return {
        "schema": SCHEMA,
        "contract": contract,
        "documents": list({one["id"]: one for one in documents}.values()),
        "requirements": list({one["id"]: one for one in rows}.values()),
        "servers": [by_name[name] for name in sorted(by_name)],
    }


def _document(found: Document) -> Mapping[str, Any]:
    return {"id": found.id, "title": found.title}


def _row(found: RequirementResult) -> Mapping[str, Any]:
    return {
        "id": found.id,
        "level": str(found.level),
        "document": found.document,
        "section": found.section,
        "statement": found.statement,
        "excluded": found.excluded,
    }


def write_matrix(matrix: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the data and the page; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(matrix, indent=1, ensure_ascii=False) + "\n"
    return [
        write(folder / "matrix.json", text.encode("utf-8", "backslashreplace")),
        write(folder / "matrix.html", render(matrix)),
    ]


def render(matrix: Mapping[str, Any]) -> bytes:
    """Return the page; it loads nothing and runs no script."""
    text = (
        environment()
        .get_template("matrix.html.j2")
        .render(
            matrix=matrix,
            tallies=[_tally(one) for one in matrix["servers"]],
            style=asset("report.css"),
            layout=asset("matrix.css"),
            verdicts={str(one): one for one in Verdict},
            told=_TOLD,
            statements={one["id"]: one["statement"] for one in matrix["requirements"]},
        )
    )
    return text.encode("utf-8", "backslashreplace")


def _read(folder: Path) -> Mapping[str, Any]:
    file = folder / "matrix.json"
    if not file.is_file():
        return _NOTHING
    found: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def _finding(results: Results, found: Finding, scripts: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a broken requirement, in the baseline's words too, and how to see it again."""
    known = results.baseline
    excused = {**known.flaky, **known.excused} if known else {}
    first = found.checks[0] if found.checks else None
    return {
        "requirement": found.requirement.id,
        "verdict": str(found.requirement.verdict),
        "words": list(dict.fromkeys(excused[one.id] for one in found.checks if one.id in excused)),
        "checks": [one.id for one in found.checks],
        "expected": first.expected if first else "",
        "seen": first.seen if first else found.requirement.reason,
        "repeat": found.repeat,
        "script": scripts[first.id] if first else "",
    }


def _tally(server: Column) -> Mapping[str, int]:
    """Return how many requirements a server keeps, breaks and leaves open."""
    counted = Counter(server["verdicts"].values())
    return {word: sum(counted[one] for one in meant) for word, meant in _COUNTED.items()}
