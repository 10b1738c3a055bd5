"""Metadata that is published for another application than that of RFC 8414."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.faults import catalogue as bank
from conformance.reference import create_app
from conformance.targets import start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.verdict import Outcome

_CASE = "metadata.signing-algorithms"


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        ("/.well-known/oauth-authorization-server", Outcome.VIOLATION),
        ("/.well-known/openid-configuration", Outcome.NOT_APPLICABLE),
    ],
)
def test_openid_discovery_need_not_list_algorithms(place: str, outcome: Outcome) -> None:
    """What RFC 8414 demands, and OpenID Connect Discovery leaves open, only the first is asked."""
    contract = load(find("oauth2"))
    settings = settings_for(contract)
    route = replace(settings.companions["metadata"], path=place)
    settings = replace(settings, companions={**settings.companions, "metadata": route})
    decisions = bank.find("metadata.algorithms-missing").decisions()
    live = start_in_process(contract, application=create_app(settings, decisions=decisions))
    cases = [case for case in catalogue.cases(contract) if case.id == _CASE]
    assert survey(live, cases)[_CASE].outcome is outcome
