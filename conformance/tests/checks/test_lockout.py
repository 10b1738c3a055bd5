"""A server that lets nobody in after too many mistakes breaks no rule by that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks import catalogue
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.runner import Runner
from conformance.contract import find, load
from conformance.evidence import Redactor
from conformance.reference import Client, Decisions, User
from conformance.reference.call import Call
from conformance.targets import Service, start_in_process
from conformance.targets.preflight import yields_a_token
from conformance.verdict import Outcome

_UNGUARDED = (
    "basic.accepted",
    "error.invalid-grant[bad-code]",
    "error.status[bad-code]",
    "grant.issues[authorization_code]",
    "pkce.round-trip",
    "scope.reported[authorization_code]",
)


class _LocksClients(Decisions):
    """After some mistakes the right secret is refused like a wrong one."""

    locked = False

    def secret_matches(self, call: Call, client: Client, secret: str) -> bool:
        return not self.locked and super().secret_matches(call, client, secret)


class _LocksUsers(_LocksClients):
    """After some mistakes the right password is refused like a wrong one."""

    def secret_matches(self, call: Call, client: Client, secret: str) -> bool:
        return Decisions.secret_matches(self, call, client, secret)

    def password_matches(self, call: Call, user: User, password: str) -> bool:
        return not self.locked and super().password_matches(call, user, password)


def _judged(server: _LocksClients, *cases: str) -> set[Outcome]:
    """Return what is said by checks that follow upon a lockout, though not upon a first look."""
    contract = load(find("oauth2"))
    live = start_in_process(contract, server)
    service = Service(live)
    yields_a_token(service)
    runner = Runner(service, Recorder(live, Redactor(), None))
    server.locked = True
    return {runner.run(one).outcome for one in catalogue.cases(contract) if one.id in cases}


@pytest.mark.parametrize("server", [_LocksClients(), _LocksUsers()])
def test_a_lockout_proves_nothing(server: _LocksClients) -> None:
    """Whoever is locked out is refused whatever is asked, so that no answer breaks a rule."""
    assert _judged(server, *_UNGUARDED) <= {Outcome.INCONCLUSIVE, Outcome.PASS}


class _BreaksDown(_LocksClients):
    """A server that answers every mistake of a client with 500, and then everything."""

    def error_status(self, call: Call, problem: object) -> int:
        del call, problem
        return 500


def test_a_breakdown_is_no_lockout() -> None:
    """A server that answers a mistake by a 5xx has broken a rule, also if it dies of it."""
    assert _judged(_BreaksDown(), "error.robust[quotes]") == {Outcome.VIOLATION}


def test_a_violation_by_the_last_request_stays_one() -> None:
    """Where the cap leaves no request to ask for a lockout, what was seen is what is told."""
    contract = load(find("oauth2"))
    live = start_in_process(contract, _BreaksDown())
    service = Service(live)
    yields_a_token(service)
    runner = Runner(service, Recorder(live, Redactor(), None))
    case = next(one for one in catalogue.cases(contract) if one.id == "error.robust[quotes]")
    live.wire.listeners.append(lambda exchange: _spend(service) if exchange.status == 500 else None)
    assert runner.run(case).outcome is Outcome.VIOLATION


def _spend(service: Service) -> None:
    """Leave no request to the run."""
    budget = service.wire.budget
    budget.limits = replace(budget.limits, requests=budget.spent)
