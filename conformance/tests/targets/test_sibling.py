"""An embedded target starts another server like itself."""

from __future__ import annotations

import pytest

from conformance.contract import Contract
from conformance.reference import Application, Decisions, create_app
from conformance.targets import Service, start, start_in_process
from conformance.targets.description.file import read
from conformance.targets.startup.embedded import settings_for
from conformance.tests.targets.conftest import Write
from conformance.tests.targets.description.test_file import GOOD
from conformance.wire import Exchange

_HERE = '[endpoints]\nauthorize = "http://127.0.0.1:1/authorize"\n'


class Deaf(Application):
    """A server that is told apart by its class."""


def test_a_sibling_has_a_clock_and_a_memory_of_its_own(contract: Contract) -> None:
    """Moving its clock moves no other, and tokens of the one are unknown to the other."""
    live = start_in_process(contract)
    token = Service(live).tokens("client_credentials").access_token
    with live.sibling() as other:
        other.clock.advance(100)
        call = Service(other).call(contract.example, token)
    assert live.clock.ahead == 0
    assert call.status == 401


def test_a_sibling_knows_the_same_clients_and_decides_the_same(contract: Contract) -> None:
    """Its clients, secrets and decisions are those of the first."""
    decisions = Decisions()
    live = start_in_process(contract, decisions)
    with live.sibling() as other:
        assert other.client("client") == live.client("client")
        assert other.user("user") == live.user("user")
        assert other.application is not None
        assert other.application.decisions is decisions


def test_a_sibling_belongs_to_the_same_run(contract: Contract) -> None:
    """Its exchanges are handed to the same listeners, in one numbering and from one budget."""
    live = start_in_process(contract)
    seen: list[Exchange] = []
    live.wire.listeners.append(seen.append)
    with live.sibling() as other:
        for one in (live, other, live):
            Service(one).tokens("client_credentials")
    assert [exchange.number for exchange in seen] == [1, 2, 3]
    assert live.wire.budget.spent == 3


def test_a_sibling_is_reached_as_the_first_is(contract: Contract) -> None:
    """A server on a socket has a sibling on another socket, one without has one without.

    One that is called in this process, though it has a socket, has a sibling that is called too.
    """
    for called in (False, True):
        with start(None, contract, called=called) as live, live.sibling() as other:
            assert other.wire.has_sockets
            assert other.endpoints.token != live.endpoints.token
            assert other.called is called
    with start_in_process(contract).sibling() as other:
        assert not other.wire.has_sockets


def test_a_sibling_is_of_the_same_class(contract: Contract) -> None:
    """A server that is broken in a way of its own has no sound sibling."""
    settings = settings_for(contract)
    app = Deaf(settings, Decisions(), create_app(settings).clock)
    with start_in_process(contract, application=app).sibling() as other:
        assert isinstance(other.application, Deaf)


def test_a_server_that_is_not_ours_has_no_sibling(contract: Contract, write: Write) -> None:
    """Asking for one is an error of the suite, and says so."""
    with (
        start(read(write(GOOD + _HERE), {}), contract) as live,
        pytest.raises(ValueError, match="not embedded"),
        live.sibling(),
    ):
        pass
