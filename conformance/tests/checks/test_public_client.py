"""Where no client without a secret is declared, the others are judged all the same."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.targets import start_in_process
from conformance.verdict import Outcome


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ("public.code[used]", Outcome.NOT_APPLICABLE),
        ("introspection.authorized[public-client]", Outcome.NOT_APPLICABLE),
        ("code.client-binding", Outcome.PASS),
        ("refresh.client-binding[authorization_code]", Outcome.PASS),
    ],
)
def test_nothing_is_left_open_for_want_of_a_public_client(case: str, outcome: Outcome) -> None:
    """What is tried of a public client beside others stays unjudged of nobody else."""
    contract = load(find("oauth2"))
    live = start_in_process(contract)
    tables = live.file.model_dump(exclude_unset=True)
    tables.pop("public_client")
    live.file = type(live.file).model_validate(tables)
    found = survey(live, [one for one in catalogue.cases(contract) if one.id == case])
    assert found[case].outcome is outcome
