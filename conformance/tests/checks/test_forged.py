"""A consent that is sent with the password cannot be forged by who does not know it."""

from __future__ import annotations

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.targets import start_in_process
from conformance.targets.consent.driver import FormConsent
from conformance.targets.consent.halted import Halted
from conformance.targets.grants import User
from conformance.verdict import Outcome


class _AtOnce(FormConsent):
    """Meets a page that asks for the password and the decision together."""

    def halted(self, url: str, user: User, redirect_uri: str) -> Halted:
        walk = super().halted(url, user, redirect_uri)
        walk.held, walk.steps = None, ["login", "allow"]
        return walk


def test_nothing_is_forged_where_the_password_decides() -> None:
    """Whether a decision can be forged does not apply to a form that holds the password."""
    contract = load(find("oauth2"))
    live = start_in_process(contract)
    live.consent = _AtOnce(live.wire, live.file.consent)
    cases = [one for one in catalogue.cases(contract) if one.check.id == "consent.forged"]
    found = survey(live, cases)
    assert {one.outcome for one in found.values()} == {Outcome.NOT_APPLICABLE}
