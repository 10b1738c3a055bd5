"""Records of made-up runs, small enough to see at once what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.evidence import Record
from conformance.evidence.record import Line
from conformance.verdict.results import Results, evaluate


def requirement(name: str, level: str, *checks: str, **members: Any) -> Line:  # noqa: ANN401
    """Return a requirement as the header of a journal holds it."""
    return {
        "id": name,
        "level": level,
        "document": "D",
        "section": "1",
        "source": "Document, 1",
        "statement": f"What {name} says.",
        "origin": "explicit",
        "severity": "security",
        "checks": list(checks),
        **members,
    }


def record(
    requirements: list[Line],
    outcomes: Mapping[str, str | Line],
    *,
    cases: tuple[str, ...] = (),
    ended: bool = True,
    **members: Any,  # noqa: ANN401 - members of a JSON object
) -> Record:
    """Return a record; an outcome may be a whole verdict line."""
    header = {
        "type": "header",
        "suite": "x",
        "contract": {"name": "c"},
        "target": {"name": "t"},
        "cases": [*outcomes, *cases],
        "documents": [{"id": "D", "title": "Document", "cap": "MUST"}],
        "requirements": requirements,
        **members,
    }
    verdicts = [
        {"type": "verdict", "check": check, "reason": f"why {check}"}
        | ({"outcome": outcome} if isinstance(outcome, str) else outcome)
        for check, outcome in outcomes.items()
    ]
    footer = {"type": "footer", "exit_code": None, "requests": 3, "phases": {"checks": 1.0}}
    return Record(header=header, verdicts=verdicts, footer=footer if ended else None)


def run(
    requirements: list[Line],
    outcomes: Mapping[str, str | Line],
    **how: Any,  # noqa: ANN401 - those of `record`
) -> Results:
    """Return what such a record comes to."""
    return evaluate(record(requirements, outcomes, **how))
