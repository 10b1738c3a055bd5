"""Who shows how a client is refused that may not use a grant."""

from __future__ import annotations

from dataclasses import replace

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import create_app
from conformance.targets import start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.verdict import Outcome

_CASE = "error.unauthorized-client"


def test_the_other_client_shows_it_where_the_first_may_use_every_grant() -> None:
    """A client beside [client] that may not use client_credentials is judged by."""
    contract = load(find("oauth2"))
    settings = settings_for(contract)
    first, second, *_ = settings.clients
    limited = replace(second, grants=first.grants)
    settings = replace(settings, clients=(replace(first, grants=tuple(contract.grants)), limited))
    live = start_in_process(contract, application=create_app(settings))
    found = survey(live, [one for one in catalogue.cases(contract) if one.id == _CASE])
    assert found[_CASE].outcome is Outcome.PASS
