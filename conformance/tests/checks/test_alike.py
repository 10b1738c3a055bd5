"""Checks that compare two things of a target file judge nothing where they are one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Client, Decisions, create_app
from conformance.reference.call import Call
from conformance.reference.problems import Problem
from conformance.targets import start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.verdict import Judgement, Outcome

_COMPARING = (
    "client.refused[other-clients-secret,authorization_code]",
    "client.refused[other-clients-secret,refresh_token]",
    "redirect.other-clients",
)


class _SpeaksOfSecrets(Decisions):
    """A server that says what clients authenticate by."""

    def error_description(self, call: Call, problem: Problem) -> str:
        del call, problem
        return "invalid client_id / client_secret"


def _judged(
    cases: tuple[str, ...], *clients: Client, decisions: Decisions | None = None
) -> list[Judgement]:
    """Return what some checks say of a server with other clients."""
    contract = load(find("oauth2"))
    settings = replace(settings_for(contract), clients=clients)
    live = start_in_process(contract, application=create_app(settings, decisions=decisions))
    asked = [case for case in catalogue.cases(contract) if case.id in cases]
    found = survey(live, asked)
    return [found[case] for case in cases]


def _outcomes(
    cases: tuple[str, ...], *clients: Client, decisions: Decisions | None = None
) -> list[Outcome]:
    return [one.outcome for one in _judged(cases, *clients, decisions=decisions)]


@pytest.fixture
def clients() -> list[Client]:
    """Return the clients of the embedded server."""
    return list(settings_for(load(find("oauth2"))).clients)


def test_clients_that_share_secret_and_redirect_uri_are_not_told_apart(
    clients: list[Client],
) -> None:
    """Two clients with one secret and one redirect_uri show nothing of whose they are."""
    one, other, *rest = clients
    assert _outcomes(_COMPARING, one, other, *rest) == [Outcome.PASS] * 3
    like = replace(other, secret=one.secret, redirect_uri=one.redirect_uri)
    assert _outcomes(_COMPARING, one, like, *rest) == [Outcome.INCONCLUSIVE] * 3


def test_the_port_of_a_loopback_address_tells_no_clients_apart(clients: list[Client]) -> None:
    """Any port may stand there (RFC 8252 section 7.3), so that one of another's shows nothing."""
    one, other, *rest = clients
    mine, yours = (f"http://127.0.0.1:{port}/callback" for port in (8765, 8766))
    local = (replace(one, redirect_uri=mine), replace(other, redirect_uri=yours), *rest)
    (found,) = _judged(("redirect.other-clients",), *local)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "a port of loopback makes none" in found.reason


def test_a_short_secret_is_a_word_of_many_texts(clients: list[Client]) -> None:
    """A refusal that speaks of secrets does not tell the secret of a client if it is that word."""
    weak = replace(clients[0], secret="secret")
    kinds = ("error.no-secrets[missing-secret]", "error.no-secrets[wrong-secret]")
    found = _outcomes(kinds, weak, *clients[1:], decisions=_SpeaksOfSecrets())
    assert found == [Outcome.PASS] * 2


def test_a_public_client_without_users_has_no_redirect_to_judge(clients: list[Client]) -> None:
    """What a public client does for users does not apply to one that asks none."""
    public = replace(clients[-1], grants=("refresh_token",))
    cases = ("public.redirect-uri[web]", "public.names-itself[unnamed]", "public.asked-again")
    assert _outcomes(cases, *clients[:-1], public) == [Outcome.NOT_APPLICABLE] * 3
