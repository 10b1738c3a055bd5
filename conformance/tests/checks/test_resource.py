"""Tests of what is read in the challenge of a resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.faults.catalogue import faults
from conformance.reference import Decisions, Placement
from conformance.reference.call import Call
from conformance.reference.problems import Problem
from conformance.reference.settings import User
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


class _RefusesWithTheData(Decisions):
    """A status that refuses, put upon an answer that was composed all the same."""

    body = ""

    def resource_body(self, call: Call, operation: str, answer: Mapping[str, object]) -> str:
        self.body = super().resource_body(call, operation, answer)
        return self.body

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        return self.body or super().error_body(call, answer)


class _ReadsNoForms(Decisions):
    """A token in a form is none, and what comes without one is told of no error."""

    def tokens_at(self, call: Call, placement: Placement) -> list[str]:
        return [] if placement.location == "form" else super().tokens_at(call, placement)


class _LocksUsersOut(Decisions):
    """Nobody can log in."""

    def password_matches(self, call: Call, user: User, password: str) -> bool:
        del call, user, password
        return False


class _CookieOfThePages(Decisions):
    """The cookie of a login is not sent to the API."""

    def cookie_attributes(self, call: Call) -> str:
        return f"; Path={call.settings.authorize.path}"


def _judged(decisions: Decisions, cases: Sequence[str] = _CASES) -> list[Outcome]:
    contract = load(find("kitchenmonki"))
    asked = [case for case in catalogue.cases(contract) if case.id in cases]
    found = survey(start_in_process(contract, decisions), asked)
    return [found[case].outcome for case in cases]


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


def test_where_no_token_is_read_none_is_refused_as_bad() -> None:
    """Who reads no token in a form owes no error for one: what it should read others judge."""
    assert _judged(_ReadsNoForms()) == [Outcome.PASS] * 3


@pytest.mark.parametrize(
    ("decisions", "outcome"),
    [
        (Decisions(), Outcome.PASS),
        (faults()["resource.open-to-session"].decisions(), Outcome.VIOLATION),
        (_CookieOfThePages(), Outcome.NOT_APPLICABLE),
        (_LocksUsersOut(), Outcome.NOT_APPLICABLE),
    ],
)
def test_a_login_is_tried_for_a_token_where_a_browser_would_send_it(
    decisions: Decisions, outcome: Outcome
) -> None:
    """A cookie that stays with the pages opens nothing; who gets one is for others to judge."""
    assert _judged(decisions, ["resource.cookie-refused"]) == [outcome]


@pytest.mark.parametrize("contract", ["kitchenmonki", "oauth2"])
def test_a_refusal_that_holds_the_data_is_none(contract: str) -> None:
    """Status 401 protects nothing where the body is what a token would have opened."""
    found = load(find(contract))
    cases = [one for one in catalogue.cases(found) if one.id.startswith("resource.protected")]
    healthy, leaky = (
        survey(start_in_process(found, decisions), cases)
        for decisions in (Decisions(), _RefusesWithTheData())
    )
    assert {one.outcome for one in healthy.values()} == {Outcome.PASS}
    assert Outcome.VIOLATION in {one.outcome for one in leaky.values()}
