"""No lawful server fails the contract of OAuth 2.0 itself."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.targets import Effort, start_in_process
from conformance.tests.variants import judging, open_points, standard
from conformance.tests.variants.crowd import application
from conformance.tests.variants.standard import VARIANTS
from conformance.verdict import Outcome

_INDIVISIBLE = ("generated", "lifecycle")  # hundreds of steps in one campaign
_ABOUT = (
    *("authorize", "authorize-error", "consent", "introspection", "issuer", "metadata", "pkce"),
    *("placement", "public", "request"),
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_lawful_servers_conform(variant: type[Decisions]) -> None:
    """What the RFCs leave open turns nothing red, whatever a server makes of it."""
    contract = load(find("oauth2")).profiled("rfc6749")
    cases = [one for one in catalogue.cases(contract) if one.id.partition(".")[0] in _ABOUT]
    found = survey(start_in_process(contract, variant()), cases)
    bad = (Outcome.VIOLATION, Outcome.ERROR)
    assert {case: one.reason for case, one in found.items() if one.outcome in bad} == {}


@pytest.mark.parametrize(
    ("variant", "judged"),
    [
        (standard.RemembersConsent, "consent.forged[without-token]"),
        (standard.OffersOfflineAccess, "scope.refresh-widening"),
    ],
)
def test_awkward_servers_are_judged(variant: type[Decisions], judged: str) -> None:
    """Who need not be asked twice, and for what a refresh token comes, leaves nothing unjudged."""
    contract = load(find("oauth2")).profiled("rfc6749")
    cases = [one for one in catalogue.cases(contract) if one.id.startswith(("consent.", judged))]
    live = start_in_process(contract, variant())
    found = survey(live, cases)
    assert found[judged].outcome is Outcome.PASS


def test_what_is_left_open_breaks_nothing() -> None:
    """All else that the RFCs leave open breaks nothing, though one server makes use of it all."""
    contract = load(find("oauth2")).profiled("rfc6749")
    live = start_in_process(contract, application=application(open_points.VARIANTS, contract))
    cases = [one for one in catalogue.cases(contract) if not one.id.startswith(_INDIVISIBLE)]
    results = judging.results(contract, survey(live, cases, effort=Effort.SMOKE))
    assert not judging.broken(results)


def test_the_draft_takes_no_token_in_the_query() -> None:
    """In the profile of OAuth 2.1 a server that reads the query is told from one that does not."""
    contract = load(find("oauth2"))
    draft = contract.profiled("oauth21")
    cases = [one for one in catalogue.cases(draft) if one.id == "query.ignored"]
    lax = start_in_process(contract)
    lax.contract = draft
    seen = [survey(live, cases)["query.ignored"].outcome for live in (start_in_process(draft), lax)]
    assert seen == [Outcome.PASS, Outcome.VIOLATION]
