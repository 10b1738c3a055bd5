"""What comes back to the client beside a code, and how the code is encoded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug import Request, Response

from conformance.checks import catalogue
from conformance.checks.check_authorize_error import HOWS
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.reference import Application, Decisions, User
from conformance.reference.call import Call
from conformance.reference.problems import DENIED, METHOD, RefusedError
from conformance.reference.records import Issued, Lineage
from conformance.reference.sessions import AuthorizationRequest
from conformance.targets import start_in_process
from conformance.targets.consent.command import CommandConsent
from conformance.tests.variants.crowd import application
from conformance.verdict import Judgement, Outcome
from conformance.verdict.exit import TYPING


class _OddCodes(Decisions):
    """Codes end with characters that are left as they are."""

    def __init__(self, odd: str) -> None:
        self.odd = odd

    def new_code(self, call: Call, lineage: Lineage) -> str:
        return super().new_code(call, lineage) + self.odd

    def escape(self, call: Call, value: str) -> str:
        head, odd, _ = value.partition(self.odd)
        return super().escape(call, head) + odd


class _BentStates(Decisions):
    """A state comes back changed."""

    def __init__(self, bend: Callable[[str], str]) -> None:
        self.bend = bend

    def state_members(self, call: Call, asked: AuthorizationRequest) -> dict[str, str]:
        members = super().state_members(call, asked)
        return {name: self.bend(value) for name, value in members.items()}


class _HearsEverySecondRefusal(Decisions):
    """Every second refusal passes for consent."""

    refusals = 0

    def consent_given(self, call: Call, asked: AuthorizationRequest) -> bool:
        given = super().consent_given(call, asked)
        self.refusals += not given
        return given or self.refusals % 2 == 0


class _RemembersRefusals(Decisions):
    """Who has refused is not asked again, and the client is told so at once."""

    def __init__(self) -> None:
        self.refused: set[str] = set()

    def consent_required(self, call: Call, asked: AuthorizationRequest, user: User) -> bool:
        known = asked.client.id in self.refused
        return not known and super().consent_required(call, asked, user)

    def consent_given(self, call: Call, asked: AuthorizationRequest) -> bool:
        given = super().consent_given(call, asked)
        if not given:
            self.refused.add(asked.client.id)
        return given

    def granted_members(
        self, call: Call, asked: AuthorizationRequest, code: Issued
    ) -> dict[str, str]:
        if asked.client.id in self.refused:
            return self.denied_members(call, asked, DENIED)
        return super().granted_members(call, asked, code)


class _TakesBlank(Decisions):
    """Whoever leaves the password blank is let in, as at a directory that binds them unnamed."""

    def password_matches(self, call: Call, user: User, password: str) -> bool:
        return not password or super().password_matches(call, user, password)


class _AsksNobody(Decisions):
    """Whoever has logged in has allowed it."""

    def consent_required(self, call: Call, asked: AuthorizationRequest, user: User) -> bool:
        del call, asked, user
        return False


class _LogsInElsewhere(Application):
    """Users log in on a host of its own, and come from there with what says who they are."""

    def _respond(self, request: Request) -> Response:
        if request.path != self.settings.authorize.path:
            return super()._respond(request)
        return Response("", 302, {"Location": "https://login.example/in?flow=1"})


def _judged(case: str, decisions: Decisions, contract: str = "kitchenmonki") -> Judgement:
    promised = load(find(contract))
    cases = [one for one in catalogue.cases(promised) if one.id == case]
    return survey(start_in_process(promised, decisions), cases)[case]


@pytest.mark.parametrize(
    "case",
    ["authorize.page", "authorize.without-secret", "authorize.returns", "popup.page"],
)
def test_a_login_on_another_host_is_missing_in_the_target_file(case: str) -> None:
    """Where users are sent to a host that nobody named, that is said, and nothing is judged."""
    contract = load(find("kitchenmonki"))
    live = start_in_process(contract, application=application((_LogsInElsewhere,), contract))
    found = survey(live, [one for one in catalogue.cases(contract) if one.id == case])[case]
    assert found.outcome is Outcome.INCONCLUSIVE
    assert 'say login = "https://login.example" in [endpoints]' in found.reason


@pytest.mark.parametrize(
    ("odd", "outcome"),
    [("-._~!*'(),$", Outcome.PASS), ("+", Outcome.VIOLATION), ("/", Outcome.VIOLATION)],
)
def test_what_a_query_holds_need_not_be_escaped(odd: str, outcome: Outcome) -> None:
    """Characters that stand for themselves in a query may be left; a plus stands for a space."""
    assert _judged("authorize.code-escaped", _OddCodes(odd)).outcome is outcome


@pytest.mark.parametrize(
    ("bend", "seen"),
    [
        (lambda state: state[:255], "the first 255 of 380 characters"),
        (str.strip, "the same without the blanks at its ends"),
        (str.lower, "abc"),
        (lambda state: state.replace("<", "&lt;"), "&lt;"),
    ],
)
def test_a_state_is_kept_whole(bend: Callable[[str], str], seen: str) -> None:
    """Of a long state no character is lost or changed, whichever it is."""
    found = _judged("authorize.state", _BentStates(bend))
    assert found.outcome is Outcome.VIOLATION
    assert seen in found.seen


def _refuse_length(state: str) -> str:
    if len(state) > 100:
        raise RefusedError(METHOD)
    return state


def test_a_long_state_may_be_refused() -> None:
    """A limit that is told is no change of what was sent."""
    assert _judged("authorize.state", _BentStates(_refuse_length)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("decisions", "outcome"), [(Decisions(), Outcome.PASS), (_TakesBlank(), Outcome.VIOLATION)]
)
def test_a_blank_password_is_tried(decisions: Decisions, outcome: Outcome) -> None:
    """A password that is not there is wrong like any other."""
    assert _judged("authorize.wrong-password", decisions).outcome is outcome


def test_a_command_types_no_wrong_password() -> None:
    """Where a program logs in by itself the reason is one that no target file has to accept."""
    promised = load(find("kitchenmonki"))
    live = start_in_process(promised)
    live.consent = CommandConsent(live.wire, ("true",), Path())
    cases = [one for one in catalogue.cases(promised) if one.id == "authorize.wrong-password"]
    found = survey(live, cases)["authorize.wrong-password"]
    assert (found.outcome, found.precondition) == (Outcome.INCONCLUSIVE, TYPING)


def test_a_user_refuses_more_than_once() -> None:
    """That one refusal was heard says nothing of the next."""
    assert _judged("authorize.denied", _HearsEverySecondRefusal()).outcome is Outcome.VIOLATION


def test_a_refusal_may_be_remembered() -> None:
    """Nobody has to be asked again after a refusal that was heard."""
    assert _judged("authorize.denied", _RemembersRefusals()).outcome is Outcome.PASS


def test_nobody_denies_who_is_not_asked() -> None:
    """One check says that a denial was not seen; how errors are told is judged by the others."""
    assert _judged("authorize.denied", _AsksNobody(), "oauth2").outcome is Outcome.INCONCLUSIVE
    told = (_judged(f"authorize-error.state[{how}]", _AsksNobody(), "oauth2") for how in HOWS)
    outcomes = [one.outcome for one in told]
    assert outcomes == [Outcome.PASS] * (len(HOWS) - 1) + [Outcome.NOT_APPLICABLE]
