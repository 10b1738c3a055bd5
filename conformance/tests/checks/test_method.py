"""Other ways to the tokens: judged where there are any, and only for what is theirs alone."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import Contract, find, load
from conformance.reference import Application, Client, Clock, Decisions, Settings
from conformance.reference.call import Call
from conformance.reference.decisions.client import read_basic
from conformance.reference.parameters import Parameters
from conformance.reference.records import Issued
from conformance.targets import Effort, start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.tests.variants.lifetimes import OneLiveCode
from conformance.verdict import Judgement, Outcome


class _Open(Decisions):
    """POST is served beside GET, and HTTP Basic beside the parameters."""

    def token_methods(self, settings: Settings) -> tuple[str, ...]:
        del settings
        return ("GET", "POST")

    def token_parameters(self, call: Call) -> Parameters:
        return call.query if call.method == "GET" else call.form

    def basic_credentials(self, call: Call) -> tuple[str, str] | None:
        return read_basic(call.headers.get("Authorization", ""))


class _NeverSpent(_Open):
    """A code works again, however it comes."""

    def spend_code(self, call: Call, code: Issued) -> bool:
        del call, code
        return True


class _AnyBody(Decisions):
    """Who does not say which client it is counts as the first; HTTP Basic is not known."""

    def presented_client_id(self, call: Call) -> str | None:
        return super().presented_client_id(call) or call.settings.clients[0].id

    def secret_required(self, call: Call, client: Client) -> bool:
        del call, client
        return False


class _Hesitant(_Open):
    """By POST every second request is answered as if there were no POST."""

    def __init__(self) -> None:
        self.asked = 0

    def grant_served(self, call: Call, grant_type: str) -> bool:
        del grant_type
        self.asked += call.method == "POST"
        return self.asked % 2 == 1 or call.method == "GET"


class _Undying(OneLiveCode, _Open):
    """A user's next code ends the one before; by POST the last one lives for ever."""

    def code_alive(self, call: Call, code: Issued) -> bool:
        return call.method == "POST" or super().code_alive(call, code)


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract of the Authentication page, which documents GET."""
    return load(find("kitchenmonki"))


def _judged(contract: Contract, decisions: Decisions, *ids: str) -> dict[str, Judgement]:
    """Return what is said of a server by the cases of these checks, or of all of other methods."""
    live = start_in_process(
        contract, application=Application(settings_for(contract), decisions, Clock())
    )
    cases = [one for one in catalogue.cases(contract) if one.id.startswith(ids or ("method.",))]
    return survey(live, cases, effort=Effort.SMOKE)


def test_a_sound_service_passes_by_every_method(contract: Contract) -> None:
    """Where other methods are served, every case is judged, and none is red."""
    found = _judged(contract, _Open())
    assert {judgement.outcome for judgement in found.values()} == {Outcome.PASS}


def test_what_is_not_served_does_not_apply(contract: Contract) -> None:
    """A service of the documented requests alone has nothing to be judged here."""
    found = _judged(contract, Decisions())
    assert {judgement.outcome for judgement in found.values()} == {Outcome.NOT_APPLICABLE}
    reason = found["method.single-use[refresh_token,http]"].reason
    assert reason.startswith("refresh_token by POST is not served: status 405")


def test_what_is_wrong_as_documented_is_told_once(contract: Contract) -> None:
    """A code that works again in any case is no fault of another method, and no pass either."""
    found = _judged(contract, _NeverSpent(), "method.single-use", "code.single-use")
    assert found.pop("code.single-use").outcome is Outcome.VIOLATION
    codes = {id_: one for id_, one in found.items() if "authorization_code" in id_}
    assert {one.outcome for one in codes.values()} == {Outcome.INCONCLUSIVE}
    assert all("as documented too" in one.reason for one in codes.values())


def test_credentials_that_nobody_reads_are_not_judged(contract: Contract) -> None:
    """Where none are needed, that a wrong password gets a token says nothing of HTTP Basic."""
    found = _judged(contract, _AnyBody(), "method.client-refused[wrong")
    basic = {id_: one for id_, one in found.items() if id_.endswith("authentication]")}
    assert {one.outcome for one in basic.values()} == {Outcome.INCONCLUSIVE}
    assert all("without any secret too" in one.reason for one in basic.values())


def test_a_way_that_comes_and_goes_breaks_nothing(contract: Contract) -> None:
    """A service that answers POST now and then is neither red nor left unjudged for it."""
    found = _judged(contract, _Hesitant())
    lawful = {Outcome.PASS, Outcome.NOT_APPLICABLE}
    assert {judgement.outcome for judgement in found.values()} <= lawful


def test_a_code_is_held_that_no_other_ends(contract: Contract) -> None:
    """Where one code lives at a time, it is the last one that is tried after its end."""
    case = "method.expired[authorization_code,http]"
    assert _judged(contract, _Undying(), case)[case].outcome is Outcome.VIOLATION


@pytest.mark.parametrize("way", ["http", "authentication", "both"])
def test_the_messages_name_the_method(contract: Contract, way: str) -> None:
    """Who reads that something was accepted reads by which methods it came."""

    class _Forgetful(_Open):
        def mark_spent(self, call: Call, record: Issued) -> None:
            if call.method != "GET" or self.basic_credentials(call):
                return
            super().mark_spent(call, record)

    case = f"method.single-use[refresh_token,{way}]"
    judgement = _judged(contract, _Forgetful(), case)[case]
    words = {
        "http": "by POST",
        "authentication": "by HTTP Basic",
        "both": "by POST and by HTTP Basic",
    }
    assert judgement.outcome is Outcome.VIOLATION
    assert judgement.expected == (
        f"a refresh token that was used {words[way]} and then as documented to be refused"
    )
