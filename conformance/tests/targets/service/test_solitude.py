"""Whether one grant ends another, found out by behaviour."""

from __future__ import annotations

from conformance.contract import find, load
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.targets import Service
from conformance.targets.live import start_in_process


class NoRefreshTokens(Decisions):
    """No answer holds a refresh token."""

    def gives_refresh_token(self, call: Call, refresh: Issued) -> bool:
        """Return that none comes."""
        del call, refresh
        return False


def test_a_service_without_refresh_tokens_can_have_many_grants() -> None:
    """What cannot be refreshed is told apart by its access tokens alone."""
    contract = load(find("oauth2")).profiled(None)
    assert not Service(start_in_process(contract, NoRefreshTokens())).solitary
