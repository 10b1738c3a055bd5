"""What a service says of a hint is no word on which tokens it revokes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Decisions, create_app
from conformance.reference.call import Call
from conformance.reference.problems import Problem, RefusedError
from conformance.reference.records import Issued
from conformance.targets import start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.verdict import Outcome

_UNSUPPORTED = Problem(
    "token-type", 400, "unsupported_token_type", "No such token is revoked here."
)
_KINDS = ("access_token", "refresh_token")


class _RefusesUnknownHints(Decisions):
    """A server that takes a hint that it does not know for a type that it does not revoke."""

    def find_token(self, call: Call, value: str) -> Issued | None:
        if self.token_parameter(call, "token_type_hint") not in (None, *_KINDS):
            raise RefusedError(_UNSUPPORTED)
        return super().find_token(call, value)


class _RevokesNoAccessTokens(Decisions):
    """A server that revokes refresh tokens alone, as section 2 of RFC 7009 lets it."""

    def revoke(self, call: Call, token: Issued) -> None:
        if token.kind == "access_token":
            raise RefusedError(_UNSUPPORTED)
        super().revoke(call, token)


@pytest.mark.parametrize(
    ("decisions", "outcomes"),
    [
        (_RefusesUnknownHints, [Outcome.VIOLATION, Outcome.VIOLATION]),
        (_RevokesNoAccessTokens, [Outcome.NOT_APPLICABLE, Outcome.PASS]),
    ],
)
def test_only_what_is_refused_without_a_hint_too_is_not_supported(
    decisions: type[Decisions], outcomes: list[Outcome]
) -> None:
    """A token that is refused for an unknown hint alone is one whose hint was not ignored."""
    asked = [f"revocation.unknown-hint[{kind}]" for kind in _KINDS]
    assert _outcomes(decisions, asked) == outcomes


def test_who_revokes_no_access_tokens_is_judged_by_the_others() -> None:
    """A token that need not be revoked leaves nothing open of what is told of those that are."""
    asked = [f"introspection.inactive[revoked-{kind}-token]" for kind in ("access", "refresh")]
    outcomes = _outcomes(_RevokesNoAccessTokens, asked)
    assert outcomes == [Outcome.NOT_APPLICABLE, Outcome.PASS]


def _outcomes(decisions: type[Decisions], asked: Sequence[str]) -> list[Outcome]:
    contract = load(find("oauth2"))
    app = create_app(settings_for(contract), decisions=decisions())
    cases = [case for case in catalogue.cases(contract) if case.id in asked]
    found = survey(start_in_process(contract, application=app), cases)
    return [found[case].outcome for case in asked]
