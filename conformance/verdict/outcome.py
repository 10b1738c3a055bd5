"""What a check can say, and what follows from it once the level is known."""

from __future__ import annotations

import enum
import unittest

from conformance.wire import Exchange


class Outcome(enum.StrEnum):
    """What happened when a check ran; it knows no level."""

    PASS = "pass"  # noqa: S105 - no password
    VIOLATION = "violation"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    NOT_SELECTED = "not_selected"
    PENDING = "pending"
    ERROR = "error"


class Verdict(enum.StrEnum):
    """What an outcome means at the level of the requirement that asked for it."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    NOT_SELECTED = "not_selected"
    PENDING = "pending"
    ERROR = "error"


class Violation(AssertionError):  # noqa: N818 - a finding about the target, not an error of ours
    """The target broke a rule: what was expected, what was seen, and at which exchange.

    The first line of `seen` is what repeats in every run; what follows it is the occasion.
    """

    def __init__(self, expected: str, seen: str, at: Exchange | None = None) -> None:
        super().__init__(f"expected {expected}; seen: {seen}")
        self.expected = expected
        self.seen = seen
        self.at = at


class Inconclusive(unittest.SkipTest):
    """The evidence does not suffice; `precondition` names what is missing, where that has a name.

    It is a SkipTest so that hypothesis lets it pass unshrunk when a generated example raises it.
    """

    def __init__(self, reason: str, precondition: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.precondition = precondition


class NotApplicable(unittest.SkipTest):
    """The contract does not promise the feature that a check is about."""
