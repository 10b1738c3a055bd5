"""A code that is used again, and what must not pass for its redirect_uri."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.targets import start_in_process
from conformance.verdict import Outcome

_CASE = "code.redirect-uri-binding"


class _Normalises(Decisions):
    """The redirect_uri of a redemption is normalised before it is compared."""

    def __init__(self, normal: Callable[[str], str]) -> None:
        self.normal = normal

    def redirect_uri_matches(self, call: Call, code: Issued, redirect_uri: str | None) -> bool:
        asked = code.lineage.redirect_uri
        alike = asked and redirect_uri and self.normal(asked) == self.normal(redirect_uri)
        return bool(alike) or super().redirect_uri_matches(call, code, redirect_uri)


class _ForgetsChallenges(Decisions):
    """With its first use a code loses its challenge, and nothing else."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def code_verifier_matches(self, call: Call, code: Issued, verifier: str | None) -> bool:
        if code.value in self.used:
            return verifier is None
        return super().code_verifier_matches(call, code, verifier)

    def spend_code(self, call: Call, code: Issued) -> bool:
        super().spend_code(call, code)
        self.used.add(code.value)
        return True


@pytest.mark.parametrize(
    ("normal", "outcome"),
    [
        (str, Outcome.PASS),
        (str.lower, Outcome.VIOLATION),
        (lambda uri: uri.rstrip("/"), Outcome.VIOLATION),
    ],
)
def test_identical_means_identical(normal: Callable[[str], str], outcome: Outcome) -> None:
    """Neither a slash at the end nor the case of the path may be overlooked (section 4.1.3)."""
    contract = load(find("kitchenmonki"))
    cases = [one for one in catalogue.cases(contract) if one.id == _CASE]
    found = survey(start_in_process(contract, _Normalises(normal)), cases)
    assert found[_CASE].outcome is outcome


def test_a_code_without_its_verifier_is_a_used_code() -> None:
    """A used code is tried without its verifier too: its challenge may go with its use."""
    contract = load(find("oauth2"))
    cases = [one for one in catalogue.cases(contract) if one.id == "code.single-use"]
    found = survey(start_in_process(contract, _ForgetsChallenges()), cases)
    assert found["code.single-use"].outcome is Outcome.VIOLATION
