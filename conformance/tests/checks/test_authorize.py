"""How a code is encoded on its way back to the client."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Lineage
from conformance.targets import start_in_process
from conformance.verdict import Outcome


class _OddCodes(Decisions):
    """Codes end with characters that are left as they are."""

    def __init__(self, odd: str) -> None:
        self.odd = odd

    def new_code(self, call: Call, lineage: Lineage) -> str:
        return super().new_code(call, lineage) + self.odd

    def escape(self, call: Call, value: str) -> str:
        head, odd, _ = value.partition(self.odd)
        return super().escape(call, head) + odd


@pytest.mark.parametrize(
    ("odd", "outcome"),
    [("-._~!*'(),$", Outcome.PASS), ("+", Outcome.VIOLATION), ("/", Outcome.VIOLATION)],
)
def test_what_a_query_holds_need_not_be_escaped(odd: str, outcome: Outcome) -> None:
    """Characters that stand for themselves in a query may be left; a plus stands for a space."""
    contract = load(find("kitchenmonki"))
    cases = [one for one in catalogue.cases(contract) if one.id == "authorize.code-escaped"]
    found = survey(start_in_process(contract, _OddCodes(odd)), cases)
    assert found["authorize.code-escaped"].outcome is outcome
