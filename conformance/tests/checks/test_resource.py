"""Tests of what is read in the challenge of a resource."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import Problem
from conformance.targets import start_in_process
from conformance.verdict import Outcome

_CASES = ("resource.challenge", "resource.no-error-without-token", "resource.invalid-token")


class _OffersBasicFirst(Decisions):
    """A gateway's Basic stands before Bearer, with words in it that look like an error."""

    def bearer_challenge(self, call: Call, problem: Problem) -> str:
        said = super().bearer_challenge(call, problem)
        return said and f'Basic realm="\\"Bearer\\", error=\\"x\\"", {said}'


class _OffersBasicOnly(_OffersBasicFirst):
    """What looks like Bearer is said of Basic."""

    def bearer_challenge(self, call: Call, problem: Problem) -> str:
        return super().bearer_challenge(call, problem).partition(", Bearer ")[0]


def _judged(decisions: Decisions) -> list[Outcome]:
    contract = load(find("kitchenmonki"))
    cases = [case for case in catalogue.cases(contract) if case.id in _CASES]
    found = survey(start_in_process(contract, decisions), cases)
    return [found[case].outcome for case in _CASES]


@pytest.mark.parametrize(
    ("decisions", "outcomes"),
    [
        (_OffersBasicFirst(), [Outcome.PASS] * 3),
        (_OffersBasicOnly(), [Outcome.VIOLATION, Outcome.INCONCLUSIVE, Outcome.VIOLATION]),
    ],
)
def test_only_what_is_said_of_bearer_counts(decisions: Decisions, outcomes: list[Outcome]) -> None:
    """A resource may offer other schemes beside Bearer, in one header (RFC 9110 section 11.6.1)."""
    assert _judged(decisions) == outcomes
