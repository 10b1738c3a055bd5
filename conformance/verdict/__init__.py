"""Requirement and evidence -> verdict."""

from conformance.verdict.judge import Judgement, judge
from conformance.verdict.outcome import Inconclusive, NotApplicable, Outcome, Verdict, Violation

__all__ = ["Inconclusive", "Judgement", "NotApplicable", "Outcome", "Verdict", "Violation", "judge"]
