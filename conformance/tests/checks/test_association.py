"""Whose data a token opens, where the owner of a client logs in as well."""

from __future__ import annotations

import time

import pytest
from werkzeug import Request, Response

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import find, load
from conformance.faults import catalogue as bank
from conformance.reference import Application, Clock, Decisions, create_app
from conformance.reference.call import Call
from conformance.targets import LiveTarget, start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.verdict import Outcome

_CASES = (
    "association.user",
    "association.data[client_credentials]",
    "association.data[authorization_code]",
)
_MOMENT = 0.5  # seconds
_PASS, _INCONCLUSIVE = Outcome.PASS, Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("visitors", "outcomes"),
    [
        (("owner1", "user1"), (_PASS, _PASS, _PASS)),
        (("user1", "owner1"), (_PASS, _PASS, _PASS)),
        (("user1",), (_PASS, _PASS, _PASS)),
        (("owner1",), (_INCONCLUSIVE, _INCONCLUSIVE, _INCONCLUSIVE)),
    ],
)
def test_the_owner_of_a_client_may_be_its_user(
    visitors: tuple[str, ...], outcomes: tuple[Outcome, ...]
) -> None:
    """Another user is whom the target file says to be one, and nobody where it says so of none."""
    live = _visited_by(visitors)
    cases = [one for one in catalogue.cases(live.contract) if one.id in _CASES]
    found = survey(live, cases)
    assert tuple(found[one].outcome for one in _CASES) == outcomes


@pytest.mark.parametrize(
    ("fault", "case"),
    [
        ("association.refresh-for-owner", "association.refreshed[authorization_code]"),
        ("association.code-for-owner", "association.placement[post]"),
    ],
)
def test_an_owner_who_logs_in_hides_no_mix_up(fault: str, case: str) -> None:
    """Where the first user owns the client, the other one shows that tokens go to the owner."""
    live = _visited_by(("owner1", "user1"), bank.find(fault).decisions())
    cases = [one for one in catalogue.cases(live.contract) if one.id == case]
    assert survey(live, cases)[case].outcome is Outcome.VIOLATION


class _NoOwners(Decisions):
    """A token of client_credentials stands for the client, and for no user."""

    def told_user_id(self, call: Call, user_id: str) -> object:
        return None if user_id.startswith("owner") else super().told_user_id(call, user_id)


class _Nobody(Decisions):
    """The probe names nobody, whoever asks."""

    def told_user_id(self, call: Call, user_id: str) -> object:
        del call, user_id
        return None


@pytest.mark.parametrize(
    ("decisions", "outcome"), [(_NoOwners(), Outcome.VIOLATION), (_Nobody(), _INCONCLUSIVE)]
)
def test_who_stands_for_nobody_is_told_by_who_does(decisions: Decisions, outcome: Outcome) -> None:
    """A token that names no user breaks the promise where those of another grant name one."""
    live = start_in_process(load(find("kitchenmonki")), decisions)
    cases = [one for one in catalogue.cases(live.contract) if one.id == "association.owner"]
    assert survey(live, cases)["association.owner"].outcome is outcome


def _visited_by(visitors: tuple[str, ...], decisions: Decisions | None = None) -> LiveTarget:
    """Return an embedded target with these users, the first of whom logs in where one is enough."""
    contract = load(find("kitchenmonki"))
    settings = settings_for(contract)
    live = start_in_process(contract, application=create_app(settings, decisions=decisions))
    tables = live.file.model_dump(exclude_unset=True, exclude={"user", "other_user"})
    known = {one.id: {"name": one.name, "password": one.password} for one in settings.users}
    people = [{**known[one], "id": one} for one in visitors]
    tables |= zip(("user", "other_user"), people, strict=False)
    live.file = type(live.file).model_validate(tables)
    return live


class _Lags(Application):
    """A server of several machines, which know a change when a moment has passed."""

    _changed = -_MOMENT

    def _respond(self, request: Request) -> Response:
        answer = super()._respond(request)
        if request.method != "GET":
            self._changed = time.monotonic()
        elif request.path == "/v2/queue" and time.monotonic() - self._changed < _MOMENT:
            answer.set_data(b'{"success": true, "success_message": "Soon."}')
        return answer


class _Mixes(Application):
    """A server that tells everybody what it told somebody a moment ago."""

    _told, _since = b"", -_MOMENT

    def _respond(self, request: Request) -> Response:
        answer = super()._respond(request)
        if request.path != "/v2/queue":
            return answer
        if time.monotonic() - self._since < _MOMENT:
            answer.set_data(self._told)
        else:
            self._told, self._since = answer.get_data(), time.monotonic()
        return answer


@pytest.mark.parametrize(("kind", "outcome"), [(_Lags, _PASS), (_Mixes, Outcome.VIOLATION)])
def test_what_was_written_may_be_there_a_moment_later(
    kind: type[Application], outcome: Outcome
) -> None:
    """A service may be several machines; one that tells of somebody else's queue is another."""
    contract = load(find("kitchenmonki"))
    app = kind(settings_for(contract), Decisions(), Clock())
    live = start_in_process(contract, application=app)
    live.kind = "process"
    for asked in ("resource.works[getQueue]", "association.data[authorization_code]"):
        found = survey(live, [one for one in catalogue.cases(contract) if one.id == asked])[asked]
    assert found.outcome is outcome


def test_the_wrong_user_is_named() -> None:
    """Whose token it is, and for whom it stands instead, is told beside what was seen."""
    contract = load(find("kitchenmonki"))
    faulty = bank.find("association.last-visitor").decisions()
    cases = [one for one in catalogue.cases(contract) if one.id == "association.owner-stable"]
    found = survey(start_in_process(contract, faulty), cases)["association.owner-stable"]
    assert found.seen.splitlines()[1] == "user1, not owner1, by a token of client"


def test_what_the_target_file_does_not_say_is_told() -> None:
    """Without an owner and an id nobody is said to be somebody else: what is missing is named."""
    contract = load(find("kitchenmonki"))
    live = start_in_process(contract)
    tables = live.file.model_dump(exclude_unset=True)
    for role in ("client", "other_client", "user", "other_user"):
        tables[role].pop("owner" if "client" in role else "id")
    live.file = type(live.file).model_validate(tables)
    asked = {"association.owner", "association.clients-apart", "association.user"}
    found = survey(live, [one for one in catalogue.cases(contract) if one.id in asked])
    assert {one.outcome for one in found.values()} == {_INCONCLUSIVE}
    assert all("[client] wants an owner" in one.reason for one in found.values())


def test_where_nothing_tells_whose_a_token_is_no_must_is_left_open() -> None:
    """The standard has no service tell it, so that a target without [identity] owes nothing."""
    contract = load(find("oauth2"))
    live = start_in_process(contract)
    live.file = live.file.model_copy(update={"identity": None, "other_user": None})
    cases = [one for one in catalogue.cases(contract) if one.id.startswith("association.")]
    found = survey(live, cases)
    assert {one.outcome for one in found.values()} == {Outcome.NOT_APPLICABLE}
    assert "association.user" in found
