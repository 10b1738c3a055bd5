"""Results -> `summary.md`, short enough for the comment of a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from conformance.contract import Level
from conformance.evidence import Record
from conformance.report.excuses import Remark, remarks
from conformance.report.findings import Finding, findings
from conformance.report.tally import row
from conformance.verdict.exit import Unjudged, accepted, unjudged
from conformance.verdict.judged import RequirementResult, Results

_SPECIAL = re.compile(r"([\\`*_{}\[\]|~])")
_MOST = 20


def render(_record: Record, results: Results) -> bytes:
    """Return the file."""
    lines = (
        *_head(results),
        *_table(results),
        *_section("Findings", _findings(findings(results))),
        *_section("Baseline", _remarks(remarks(results))),
        *_section("MUSTs that nobody judged", _unjudged(unjudged(results))),
        *_section("MUSTs left unjudged, accepted", _unjudged(accepted(results))),
        *_folded("MUSTs that no black box can judge", _excluded(results)),
    )
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _head(results: Results) -> Iterator[str]:
    target, contract = results.target.get("name", "a target"), results.contract
    yield f"## {plain(str(target))}: {plain(results.headline)}"
    yield ""
    facts = {
        "contract": f"{contract.get('name', '')} {contract.get('version', '')}".strip(),
        "started": results.started,
        "clock": results.clock,
        "effort": results.effort,
        "seed": results.seed,
        "requests": results.requests,
        "exit code": results.exit_code,
    }
    yield " · ".join(
        f"{name} {plain(str(value))}" for name, value in facts.items() if value not in (None, "")
    )
    yield ""


def _table(results: Results) -> Iterator[str]:
    yield f"| document | {' | '.join(Level)} |"
    yield f"| --- |{' --- |' * len(Level)}"
    for document in results.documents:
        cells = row(results, document.id)
        yield f"| {plain(document.title)} | {' | '.join(cell or '-' for cell in cells)} |"
    yield ""


def _findings(found: Iterable[Finding]) -> Iterator[str]:
    for finding in found:
        requirement = finding.requirement
        yield (
            f"- **{plain(requirement.id)}** ({requirement.level}, {requirement.verdict}; "
            f"{plain(requirement.source)}): {plain(requirement.statement)}"
        )
        for check in finding.checks[:_MOST]:
            yield f"  - {code(check.id)}"
            if check.expected:
                yield f"    - expected: {plain(check.expected)}"
            yield f"    - seen: {code(check.seen or check.reason)}"
        more = len(finding.checks) - _MOST
        if more > 0:
            yield f"  - and {more} more case{'s' if more > 1 else ''}"
        yield f"  - to repeat: {code(finding.repeat)}"


def _remarks(found: Iterable[Remark]) -> Iterator[str]:
    for one in found:
        yield f"- {one.word}: {code(one.about)} {plain(one.why)}"


def _unjudged(found: Iterable[Unjudged]) -> Iterator[str]:
    for one in found:
        why = plain(one.accepted) if one.accepted else code("; ".join(one.reasons[:3]))
        yield f"- **{plain(one.requirement.id)}** {plain(one.requirement.statement)} — {why}"


def _excluded(results: Results) -> Iterator[str]:
    for requirement in _excluded_musts(results):
        yield (
            f"- **{plain(requirement.id)}** {plain(requirement.statement)} "
            f"— {plain(requirement.excluded or '')}"
        )


def _excluded_musts(results: Results) -> list[RequirementResult]:
    return [one for one in results.requirements if one.excluded and one.level is Level.MUST]


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from (f"### {title}", "", *found, "")


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        summary = f"<summary>{title} ({len(found)})</summary>"
        yield from ("<details>", summary, "", *found, "", "</details>", "")


def plain(text: str) -> str:
    """Return text in which nothing is markup: no link, no tag, nobody mentioned."""
    escaped = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", escaped).replace("@", "@<!-- -->").replace("://", ":<!-- -->//")


def code(text: str) -> str:
    """Return text as a code span, with a fence that it cannot close."""
    line = " ".join(text.split()) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if "`" in line else ""
    return f"{fence}{space}{line}{space}{fence}"
