"""A run inside a GitHub workflow: annotations on its page, and the summary of its step.

The variables are GitHub's; elsewhere nothing happens here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console

from conformance.evidence.visible import visible
from conformance.report.findings import findings
from conformance.verdict.exit import unjudged, violated
from conformance.verdict.judged import Results
from conformance.verdict.outcome import Verdict

_MOST = 10  # of each level; GitHub shows no more of a step


def announce(results: Results, out: Path, console: Console) -> None:
    """Tell GitHub what a run has found, where a workflow is running; raises `OSError`."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    for line in commands(results):
        console.print(line, markup=False, soft_wrap=True)
    step = os.environ.get("GITHUB_STEP_SUMMARY")
    if step:
        with Path(step).open("a", encoding="utf-8") as summary:
            summary.write((out / "summary.md").read_text(encoding="utf-8"))


def commands(results: Results) -> Iterator[str]:
    """Yield workflow commands: errors for what counts, warnings, and what the baseline says."""
    counted = {one.id for one in violated(results)}
    told: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for finding in findings(results):
        one, check = finding.requirement, finding.checks[0]
        level = "error" if one.id in counted or one.verdict is Verdict.ERROR else "warning"
        excused = one.verdict is Verdict.FAIL and one.id not in counted
        told["notice" if excused else level].append(
            _command("notice" if excused else level, one.id, f"{one.statement} {check.reason}")
        )
    for missing in unjudged(results):
        text = f"not judged: {missing.reasons[0]}"
        told["error"].append(_command("error", missing.requirement.id, text))
    for stale in results.baseline.stale if results.baseline else ():
        text = f"{stale.where}: {stale.what}: {stale.why}"
        told["error"].append(_command("error", "stale baseline", text))
    for lines in told.values():
        yield from lines[:_MOST]


_ESCAPES: Mapping[str, str] = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def _command(level: str, title: str, text: str) -> str:
    """Return a workflow command that whatever a target said cannot leave."""
    named = title.replace(":", "%3A").replace(",", "%2C")
    safe = "".join(_ESCAPES.get(character, character) for character in visible(text))
    return f"::{level} title={named}::{safe}"
