"""Tokens that are not good wherever they come from."""

from __future__ import annotations

from typing import Any

from werkzeug import Request, Response

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.faults import catalogue as bank
from conformance.reference import Application, Clock, Decisions
from conformance.targets import start, start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.verdict import Outcome

_CASE = "placement.accepted[header,client_credentials]"


class _TiesToConnections(Application):
    """A token opens nothing but by the connection on which it was used first."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as Application has it
        super().__init__(*given)
        self.ports: dict[str, str] = {}

    def _respond(self, request: Request) -> Response:
        token, port = request.headers.get("Authorization", ""), request.environ["REMOTE_PORT"]
        if token and self.ports.setdefault(token, port) != port:
            return Response("not by this connection", 401)
        return super()._respond(request)


def test_a_token_is_good_on_every_connection() -> None:
    """Who holds a token may come by another connection."""
    contract = load(find("kitchenmonki"))
    server = _TiesToConnections(settings_for(contract), Decisions(), Clock())
    cases = [one for one in catalogue.cases(contract) if one.id == _CASE]
    with start(None, contract, application=server) as live:
        found = survey(live, cases)[_CASE]
    assert found.outcome is Outcome.VIOLATION
    assert "status 401" in found.seen


def test_what_was_sent_for_a_token_is_said() -> None:
    """Whoever reads a finding need not know how the suite calls what it bends."""
    contract, case = load(find("kitchenmonki")), "placement.refused[header,client-id]"
    live = start_in_process(contract, bank.find("placement.client-id-opens").decisions())
    found = survey(live, [one for one in catalogue.cases(contract) if one.id == case])[case]
    assert found.expected == "getQueue to refuse the client_id for a token in header"
