"""Tests that what is written is what the schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import conformance.report
from conformance.verdict.results import Results, to_json

_SCHEMAS = Path(conformance.report.__file__).parent / "schema"


def validator(name: str) -> Draft202012Validator:
    """Return what judges by one of our schemas."""
    schema = json.loads((_SCHEMAS / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_results_keep_to_their_schema(results: Results) -> None:
    """`results.json` is what scripts were promised."""
    validator("results").validate(json.loads(json.dumps(to_json(results))))


def test_every_line_of_a_journal_keeps_to_its_schema(journal_path: Path) -> None:
    """Header, exchanges, verdicts, observations and footer are each what they should be."""
    judge = validator("journal")
    lines = [json.loads(line) for line in journal_path.read_text().splitlines()]
    for line in lines:
        judge.validate(line)
    assert {line["type"] for line in lines} == {
        *("header", "exchange", "verdict", "observation", "footer")
    }


@pytest.mark.parametrize(
    "line",
    [
        {"type": "rumour"},
        {"type": "verdict", "check": "a.b", "outcome": "fine"},
        {"type": "exchange", "number": 1},
        {"type": "header", "schema": "conformance-journal/0"},
    ],
)
def test_the_schema_of_a_line_refuses_what_is_none(line: dict[str, Any]) -> None:
    """The schema is one that can fail."""
    assert not validator("journal").is_valid(line)
