"""What Allure files a check case under: documents and requirements, and how grave it is."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.catalogue import CheckCase
from conformance.contract import Contract, Level

_SEVERITIES = {Level.MUST: "critical", Level.SHOULD: "normal", Level.INFO: "minor"}


def labels(contract: Contract, case: CheckCase) -> Iterator[tuple[str, str]]:
    """Yield label names and values; one feature a case, since two would list it twice."""
    named = [found for found in contract.requirements if found.names(case.id)]
    if named:
        gravest = max(named, key=lambda found: found.level.gravity)
        yield "epic", contract.name
        yield "feature", gravest.document.title
        yield "story", f"{gravest.id}: {gravest.statement}"
    for found in named:
        yield "tag", found.id
    yield "severity", _SEVERITIES[contract.level_of(case.id)]
