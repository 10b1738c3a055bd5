"""Times and verdicts -> the words and marks that every report uses for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conformance.verdict.outcome import Verdict

MARKS: Mapping[Verdict, str] = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.WARN: "!",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_APPLICABLE: "○",
    Verdict.NOT_SELECTED: "○",
    Verdict.PENDING: "…",
    Verdict.ERROR: "✗",
}
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def span(seconds: float) -> str:
    """Return a stretch of time in its two greatest units: `14 d`, `1 h 2 min`, `31 s`."""
    left = round(seconds)
    parts = []
    for size, unit in _UNITS:
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2]) or "0 s"


def when(moment: str) -> str:
    """Return the time of an ISO 8601 text for a reader; what is none is returned as it is."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{found.day} {found:%B %Y, %H:%M %Z}".rstrip()


def lasted(started: str, ended: str | None) -> str:
    """Return how long something took, or nothing where that is not known."""
    try:
        passed = datetime.fromisoformat(ended or "") - datetime.fromisoformat(started)
    except ValueError:
        return ""
    return span(passed.total_seconds())
