"""When a token is told to end, in seconds."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.targets import start_in_process
from conformance.verdict import Outcome

_CASE = "introspection.times"


class _Ends(Decisions):
    def __init__(self, end: int) -> None:
        self._end = end

    def introspection(self, call: Call, token: Issued) -> dict[str, object]:
        return {**super().introspection(call, token), "exp": self._end}


@pytest.mark.parametrize(
    "end", [253_402_300_799, 2**53 - 1, 2**63 - 1, pytest.param(10**400, id="beyond-floats")]
)
def test_never_may_be_told_by_a_far_day(end: int) -> None:
    """The end of the year 9999, or of the numbers, is no time in milliseconds."""
    contract = load(find("oauth2"))
    cases = [one for one in catalogue.cases(contract) if one.id == _CASE]
    found = survey(start_in_process(contract, _Ends(end)), cases)
    assert found[_CASE].outcome is Outcome.PASS
