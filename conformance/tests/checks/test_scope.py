"""What scopes are judged by where the target file names none."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.parameters import Parameters
from conformance.reference.problems import INVALID_SCOPE, RefusedError
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


class _WantsOne(Decisions):
    """A server that has no default scope, and refuses who asks for none (RFC 6749 section 3.3)."""

    def default_scope(self, call: Call) -> tuple[str, ...]:
        del call
        raise RefusedError(INVALID_SCOPE)


class _TakesBlanks(_WantsOne):
    """One that takes a blank scope for one that was sent, against section 3.2."""

    def scope_asked(self, call: Call, parameters: Parameters) -> tuple[str, ...] | None:
        sent = any(name == "scope" for name, _ in parameters.pairs)
        asked = super().scope_asked(call, parameters)
        return call.settings.scopes if sent and asked is None else asked


@pytest.mark.parametrize(
    ("decisions", "outcome"),
    [(_WantsOne, Outcome.PASS), (_TakesBlanks, Outcome.VIOLATION)],
)
def test_where_a_scope_is_needed_a_blank_one_is_refused_too(
    decisions: type[Decisions], outcome: Outcome
) -> None:
    """A blank scope is judged by what a request without one gets, which may be a refusal."""
    contract = load(find("oauth2"))
    cases = [one for one in catalogue.cases(contract) if one.id == "scope.blank"]
    found = survey(start_in_process(contract, decisions()), cases)
    assert found["scope.blank"].outcome is outcome
