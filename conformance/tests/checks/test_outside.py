"""What is judged where the wire does not see the user's way through the pages."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.faults.catalogue import faults
from conformance.targets import LiveTarget, User, Visit, start_in_process
from conformance.targets.consent.command import CommandConsent
from conformance.targets.consent.driver import Consent, seen_from_outside
from conformance.targets.consent.person import Decision
from conformance.verdict import Outcome
from conformance.wire import Wire


class _Outside(CommandConsent):
    """Goes through the pages unseen, as a command does."""

    def __init__(self, pages: Consent, wire: Wire) -> None:
        super().__init__(wire, (), Path())
        self._pages = pages

    def visit(
        self,
        url: str,
        user: User | None,
        decision: Decision,
        redirect_uri: str,
        *,
        returning: bool = False,
    ) -> Visit:
        """Go, and tell nobody of the exchanges."""
        started, listeners = time.time(), self._wire.listeners[:]
        self._wire.listeners.clear()
        try:
            found = self._pages.visit(url, user, decision, redirect_uri, returning=returning)
        finally:
            self._wire.listeners[:] = listeners
        return replace(found, last=seen_from_outside(url, started))


def _judged(live: LiveTarget, case: str) -> Outcome:
    live.consent = _Outside(live.consent, live.wire)
    cases = [one for one in catalogue.cases(live.contract) if one.id == case]
    return survey(live, cases)[case].outcome


def test_a_code_that_a_command_fetched_is_redeemed() -> None:
    """A code counts, though no exchange shows how it came."""
    live = start_in_process(load(find("oauth2")))
    assert _judged(live, "pkce.round-trip") is Outcome.PASS


@pytest.mark.parametrize(
    ("fault", "case"),
    [
        ("pkce.downgrade", "pkce.downgrade"),
        ("pkce.malformed-challenge-opens", "pkce.malformed-challenge[short]"),
    ],
)
def test_a_code_that_opens_too_much_is_not_overlooked(fault: str, case: str) -> None:
    """Where a bent request yields a code, that code is tried: nothing passes because none was."""
    live = start_in_process(load(find("oauth2")), faults()[fault].decisions())
    assert _judged(live, case) is Outcome.VIOLATION


def test_pages_that_nobody_saw_are_not_judged() -> None:
    """That no secret stands on the pages is not said of pages that were not seen."""
    live = start_in_process(load(find("kitchenmonki")))
    assert _judged(live, "authorize.secret-not-shown") is Outcome.INCONCLUSIVE
