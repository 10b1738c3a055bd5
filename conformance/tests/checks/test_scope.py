"""What scopes are judged by where the target file names none."""

from __future__ import annotations

from conformance.checks import catalogue
from conformance.checks.survey import survey
from conformance.contract import find, load
from conformance.targets import start_in_process
from conformance.verdict import Outcome

_CASES = ("scope.unordered", "scope.refresh-widening", "scope.rotation-keeps")


def test_a_scope_that_is_granted_unasked_is_judged() -> None:
    """A client of which no scope is said asks for the one that its tokens have."""
    contract = load(find("oauth2"))
    live = start_in_process(contract)
    tables = live.file.model_dump(exclude_unset=True)
    for role in ("client", "other_client", "service_client", "public_client"):
        tables[role].pop("scope")
    live.file = type(live.file).model_validate(tables)
    found = survey(live, [one for one in catalogue.cases(contract) if one.id in _CASES])
    assert {case: one.outcome for case, one in found.items()} == dict.fromkeys(_CASES, Outcome.PASS)
