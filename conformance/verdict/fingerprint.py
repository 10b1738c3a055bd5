"""A violation -> what it comes to in every run: equal for the same failure, different for another.

Names of secrets are numbered by their order and counts depend on chance, so their numbers do not
take part. A status does, and so does a number that is all there was to see.
"""

from __future__ import annotations

import hashlib
import re

from conformance.verdict.judged import CheckResult

SEEN = "; seen: "
_DIGITS = 12
_NAME = re.compile(r"#\d+")
_ALONE = re.compile(r"['\"]?-?\d{1,8}(?:\.\d+)?['\"]?")  # more digits than that are a moment
_NUMBER = re.compile(r"(?<!status )\b\d+(?:\.\d+)?")


def fingerprint(check: CheckResult) -> str:
    """Return a short digest of what a check expected and saw."""
    told = "\0".join((check.id, *map(steady, _parts(check))))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def observed(check: CheckResult) -> str:
    """Return the same in words, for the reader of a baseline."""
    return SEEN.join(map(steady, _parts(check)))


def steady(text: str) -> str:
    """Return the first line of a text without what differs from run to run.

    What follows the first line is the occasion: the steps or the drawn request of this run.
    """
    line = _NAME.sub("#", text.partition("\n")[0].strip())
    return line if _ALONE.fullmatch(line) else _NUMBER.sub("N", line)


def _parts(check: CheckResult) -> tuple[str, ...]:
    return (check.expected, check.seen) if check.expected else (check.reason,)
