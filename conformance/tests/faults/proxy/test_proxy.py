"""A proxy with a fault before a healthy server: the suite sees just that fault."""

from __future__ import annotations

import pytest
import requests

from conformance.checks.running.survey import survey
from conformance.contract import Selector
from conformance.faults.catalogue import UnknownFault
from conformance.faults.prove import Prover
from conformance.faults.proxy.app import Proxy
from conformance.faults.proxy.catalogue import WireFault, faults, find
from conformance.targets import LiveTarget
from conformance.targets.live import start_in_process
from conformance.targets.startup.inprocess import WSGIAdapter
from conformance.verdict import Outcome

_UPSTREAM = "http://127.0.0.1:2"
_HEALTHY = WireFault("wire.none", "Nothing is wrong.", ())


def _behind(prover: Prover, fault: WireFault) -> LiveTarget:
    """Return a target that is reached through a proxy, both without sockets."""
    live = start_in_process(prover.contract)
    assert live.application is not None
    session = requests.Session()
    session.mount(_UPSTREAM, WSGIAdapter(live.application))
    live.wire.mount("http://127.0.0.1:1", WSGIAdapter(Proxy(_UPSTREAM, fault, session)))
    return live


def _red(prover: Prover, fault: WireFault, *, only: bool) -> set[str]:
    named = [Selector.parse(text) for text in fault.breaks]
    cases = [case for case in prover.cases if any(one.matches(case.id) for one in named)]
    judged = survey(_behind(prover, fault), cases if only else prover.cases)
    return {case for case, one in judged.items() if one.outcome is Outcome.VIOLATION}


@pytest.mark.parametrize("fault", faults().values(), ids=lambda fault: fault.id)
def test_a_fault_on_the_wire_is_found(prover: Prover, fault: WireFault) -> None:
    """Each of the checks that it names turns red in one case at least."""
    red = _red(prover, fault, only=True)
    for text in fault.breaks:
        assert any(map(Selector.parse(text).matches, red)), text


def test_a_proxy_without_a_fault_changes_nothing(prover: Prover) -> None:
    """What a healthy server says comes through, so that nothing turns red."""
    assert _red(prover, _HEALTHY, only=False) == set()


def test_an_unreachable_server_is_told() -> None:
    """Where nobody answers, the proxy says whom it has asked, with a status of its own."""
    session = requests.Session()
    session.mount("http://", WSGIAdapter(Proxy("http://127.0.0.1:9", _HEALTHY)))
    answer = session.get("http://127.0.0.1:1/")
    assert answer.status_code == 502
    assert "127.0.0.1:9" in answer.json()["error_description"]


def test_an_unknown_id_names_the_nearest() -> None:
    """A typing mistake is answered with the id that was meant."""
    with pytest.raises(UnknownFault, match=r"'wire\.framd'.*'wire\.framed'"):
        find("wire.framd")
