"""Results -> `conformance.sarif` (SARIF 2.1.0), for code scanning: a rule for each requirement.

A service has no source here, so a result stands at the target file that describes it, or at the
contract. What a baseline excuses is a suppressed result, and a result keeps its fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.evidence import Record
from conformance.report.findings import Finding, findings, repeat
from conformance.verdict.exit import unjudged
from conformance.verdict.fingerprint import fingerprint
from conformance.verdict.judged import CheckResult, RequirementResult, Results
from conformance.verdict.outcome import Verdict

_VERSION = "2.1.0"
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Verdict.FAIL: "error", Verdict.WARN: "warning", Verdict.ERROR: "error"}


def render(_record: Record, results: Results) -> bytes:
    """Return the file."""
    rules = [_rule(one) for one in results.requirements]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "oauth2-conformance", "rules": rules, **_suite(results)}},
        "invocations": [_invocation(results)],
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "automationDetails": {"id": f"conformance/{results.target.get('name', 'target')}/"},
        "results": [*_violations(results), *_unjudged(results)],
        "columnKind": "unicodeCodePoints",
    }
    log = {"$schema": _SCHEMA, "version": _VERSION, "runs": [run]}
    return (json.dumps(log, indent=2) + "\n").encode()


def _suite(results: Results) -> dict[str, str]:
    return {"version": results.suite} if results.suite else {}


def _rule(one: RequirementResult) -> dict[str, Any]:
    return {
        "id": one.id,
        "shortDescription": {"text": one.statement},
        "fullDescription": {"text": f"{one.statement} ({one.level}; {one.source})"},
        "help": {"text": f"conformance explain {one.id}"},
        "properties": {"tags": [one.severity, str(one.level), one.document]},
    }


def _invocation(results: Results) -> dict[str, Any]:
    known = {"exitCode": results.exit_code, "startTimeUtc": _utc(results.started)}
    ended = results.complete and not results.problem
    return {"executionSuccessful": ended} | {key: one for key, one in known.items() if one}


def _utc(moment: str) -> str:
    return moment.replace("+00:00", "Z")


def _violations(results: Results) -> Iterator[dict[str, Any]]:
    for finding in findings(results):
        for check in finding.checks:
            yield _result(results, finding, check)


def _result(results: Results, finding: Finding, check: CheckResult) -> dict[str, Any]:
    requirement = finding.requirement
    text = f"{requirement.statement} {check.reason} To repeat: {repeat(results, check.id)}"
    return {
        **_place(results, requirement, check.id),
        "level": _LEVELS[requirement.verdict],
        "message": {"text": text},
        "partialFingerprints": {"conformance/v1": f"{requirement.id}:{fingerprint(check)}"},
        **_suppressed(results, check),
    }


def _suppressed(results: Results, check: CheckResult) -> dict[str, Any]:
    known = results.baseline
    if known is None or not known.forgives(check.id):
        return {}
    why = known.excused.get(check.id) or known.flaky.get(check.id) or "newer than the baseline"
    return {"suppressions": [{"kind": "external", "justification": why}]}


def _unjudged(results: Results) -> Iterator[dict[str, Any]]:
    """Yield the MUSTs that nobody judged: not broken, and not to be overlooked."""
    for one in unjudged(results):
        yield {
            **_place(results, one.requirement, one.requirement.id),
            "kind": "open",
            "message": {"text": f"not judged: {'; '.join(one.reasons)}"},
        }


def _place(results: Results, requirement: RequirementResult, name: str) -> dict[str, Any]:
    return {
        "ruleId": requirement.id,
        "ruleIndex": results.requirements.index(requirement),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _file(results), "uriBaseId": "SRCROOT"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}],
            }
        ],
    }


def _file(results: Results) -> str:
    """Return the target file as the repository has it, or the description of the contract."""
    named = results.selection.get("target") or ""
    if named.endswith(".toml"):
        return Path(named).name if Path(named).is_absolute() else Path(named).as_posix()
    return f"specs/{results.contract.get('name', 'contract')}/openapi.yaml"
