"""What is said of values where a service gives one token of client_credentials at a time."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.targets import start_in_process
from conformance.tests.variants.endings import OneClientToken
from conformance.tests.variants.lifetimes import SameTokenAgain
from conformance.verdict import Outcome


@pytest.mark.parametrize("variant", [OneClientToken, SameTokenAgain])
def test_values_are_judged_one_at_a_time(variant: type[Decisions]) -> None:
    """A service that ends or renews what it gave before leaves no value unjudged (KMA-28)."""
    contract = load(find("kitchenmonki"))
    cases = [one for one in catalogue.cases(contract) if one.id.startswith("value.fresh")]
    found = survey(start_in_process(contract, variant()), cases)
    assert {one.outcome for one in found.values()} == {Outcome.PASS}
