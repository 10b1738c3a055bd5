"""What a run has shown: requirements and check cases with their verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.contract import Document, Level
from conformance.verdict.baseline import Assessment
from conformance.verdict.outcome import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check case; its verdict is that of the gravest requirement that names it.

    `step` is the number of the exchange that broke the rule. Where the verdict depends on time,
    `clock` is the clock that it was judged by, `due` is seconds since the epoch by that clock, and
    `late` how many seconds after that the case was observed, where it was late.
    """

    id: str
    verdict: Verdict
    outcome: Outcome
    level: Level
    requirements: tuple[str, ...]
    reason: str = ""
    expected: str = ""
    seen: str = ""
    step: int | None = None
    exchanges: tuple[int, ...] = ()
    duration: float = 0.0
    precondition: str | None = None
    clock: str | None = None
    due: float | None = None
    late: float | None = None

    @property
    def group(self) -> str:
        """Return the first part of the id: `code` of `code.single-use`."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement; its verdict is the worst of its check cases', at its own level.

    `requests` says how many its cases took, and `round_trips` how often one had to be waited for.
    What serves several requirements counts for each.
    """

    id: str
    level: Level
    document: str
    section: str
    source: str
    statement: str
    verdict: Verdict
    reason: str = ""
    origin: str = "explicit"
    severity: str = "interop"
    checks: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    excluded: str | None = None
    why: str | None = None
    readings: tuple[str, ...] = ()
    requests: int = 0
    round_trips: int = 0


@dataclass(frozen=True)
class Results:
    """Everything that a report says. `exit_code` is None as long as the run has not ended.

    `accept` holds the reasons of the target file: for a requirement id or a precondition, why a
    MUST may stay unjudged. `problem` is why a run came to nothing, where it did. `selection` is
    what was asked for, `baseline` what the baseline makes of it, where there is one.
    """

    contract: Mapping[str, Any]
    target: Mapping[str, Any]
    suite: str
    started: str
    ended: str | None
    clock: str
    consent: str
    seed: int | None
    effort: str
    profile: str | None
    exit_code: int | None
    problem: str | None
    documents: tuple[Document, ...]
    requirements: tuple[RequirementResult, ...]
    checks: tuple[CheckResult, ...]
    observations: Mapping[str, Any]
    requests: int
    phases: Mapping[str, float]
    accept: Mapping[str, str]
    complete: bool
    baseline: Assessment | None = None
    selection: Mapping[str, Any] = field(default_factory=dict)
    headline: str = ""

    @property
    def under_load(self) -> bool:
        """Tell whether virtual clients judged, in a soak."""
        return bool(self.selection.get("soak"))

    def requirement(self, requirement_id: str) -> RequirementResult:
        """Return one requirement; raises `KeyError`."""
        return {one.id: one for one in self.requirements}[requirement_id]

    def check(self, case_id: str) -> CheckResult:
        """Return one check case; raises `KeyError`."""
        return self._checks_by_id[case_id]

    def cases(self, requirement: RequirementResult) -> tuple[CheckResult, ...]:
        """Return the check cases of a requirement."""
        return tuple(self._checks_by_id[case_id] for case_id in requirement.checks)

    def title(self, document_id: str) -> str:
        """Return the title of a document, or its id where the journal names none."""
        titles = {found.id: found.title for found in self.documents}
        return titles.get(document_id, document_id)

    @property
    def counts(self) -> Mapping[str, Any]:
        """Return how many requirements and checks have each verdict, by level and document too."""
        requirements = self.requirements
        return {
            "requirements": _counted(requirements),
            "checks": _counted(self.checks),
            "by_level": {
                str(level): _counted(one for one in requirements if one.level is level)
                for level in Level
            },
            "by_document": {
                document.id: _counted(one for one in requirements if one.document == document.id)
                for document in self.documents
            },
        }

    @cached_property
    def _checks_by_id(self) -> Mapping[str, CheckResult]:
        return {check.id: check for check in self.checks}


def _counted(results: Iterable[CheckResult | RequirementResult]) -> dict[str, int]:
    found = Counter(one.verdict for one in results)
    return {str(verdict): found[verdict] for verdict in Verdict}
