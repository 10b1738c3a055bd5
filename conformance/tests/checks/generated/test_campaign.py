"""Generated checks find what is broken, blame nothing else, and can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import requests
import schemathesis

from conformance.checks import catalogue
from conformance.checks.generated import invariants
from conformance.checks.running.recorder import declared_secrets
from conformance.contract import Contract, find, load
from conformance.evidence import Redactor
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.reference.problems import Problem
from conformance.reference.records import Issued
from conformance.reference.settings import Placement
from conformance.targets import Effort, Service, start_in_process
from conformance.verdict import Judgement, Outcome, judge
from conformance.wire import Budget, Exchange, Limits

_INVARIANTS = ("no-server-error", "schema", "content-type", "no-echo", "error-is-no-token")
_ISSUED = "Zk3vQm8tXw1cRb6yLp0nHd5sJg2fAe9u"


class StoresSmallNumbers(Decisions):
    """A number that does not fit is a defect."""

    def before(self, call: Call) -> None:
        """Take every path for a small number."""
        for value in call.path_values.values():
            int(value).to_bytes(4)


class FailsOnce(Decisions):
    """The fourth call fails."""

    def __init__(self) -> None:
        self.calls = count(1)

    def before(self, call: Call) -> None:
        """Fail at the fourth call."""
        del call
        if next(self.calls) == 4:
            raise RuntimeError


class FailsOnMistakes(Decisions):
    """Every mistake of a client is a defect."""

    def error_status(self, call: Call, problem: Problem) -> int:
        """Blame the server."""
        del call, problem
        return 500


class TellsSecondsAsText(Decisions):
    """The lifetime is no number."""

    def answer_expires_in(self, call: Call, access: Issued) -> object:
        """Return the lifetime as text."""
        return str(super().answer_expires_in(call, access))


class TellsNoUser(Decisions):
    """The list does not say whose it is."""

    def told_user_id(self, call: Call, user_id: str) -> object:
        """Return no id."""
        del call, user_id
        return None


class RepeatsTheSecret(Decisions):
    """A refusal repeats what the client sent, escaped as JSON may be."""

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        """Return the refusal, with the client's secret spelled in escapes."""
        secret = call.query.get("client_secret") or ""
        spelled = "".join(f"\\u{ord(one):04x}" for one in secret if ord(one) < 0xD800)
        return super().error_body(call, answer)[:-1] + f', "you_sent": "{spelled}"}}'


class RepeatsTheToken(Decisions):
    """A success repeats the token that came."""

    def resource_answer(
        self, call: Call, operation: str, message: str, data: Mapping[str, object]
    ) -> dict[str, object]:
        """Return the answer with the header in it."""
        told = f"{message} {call.headers.get('Authorization')}"
        return super().resource_answer(call, operation, told, data)


class AnswersPages(Decisions):
    """A success is a page."""

    def resource_headers(self, call: Call, operation: str) -> dict[str, str]:
        """Return the headers of a page."""
        return {**super().resource_headers(call, operation), "Content-Type": "text/html"}

    def resource_body(self, call: Call, operation: str, answer: Mapping[str, object]) -> str:
        """Return a page."""
        return f"<p>{super().resource_body(call, operation, answer)}</p>"


class IssuesInErrors(Decisions):
    """A refusal carries a token."""

    def token_error(self, call: Call, problem: Problem) -> dict[str, object]:
        """Return the refusal, and a token."""
        return {**super().token_error(call, problem), "access_token": _ISSUED}


class ShowsPagesOfAnotherType(Decisions):
    """A page for people is XHTML."""

    def page_headers(self, call: Call, script: str = "") -> dict[str, str]:
        """Return the headers of an XHTML page."""
        return {**super().page_headers(call, script), "Content-Type": "application/xhtml+xml"}


class KnowsNoToken(Decisions):
    """No token opens anything."""

    def find_access_token(self, call: Call, value: str, placement: Placement) -> Issued | None:
        """Find nothing."""
        del call, value, placement
        return None


class RefusesWithPages(Decisions):
    """A refusal is a page."""

    def error_body(self, call: Call, answer: Mapping[str, object]) -> str:
        """Return a page."""
        del call, answer
        return "<h1>No</h1>"

    def token_error_headers(self, call: Call, problem: Problem) -> dict[str, str]:
        """Return the headers of a page."""
        return {**super().token_error_headers(call, problem), "Content-Type": "text/html"}


class RefusesWith200(Decisions):
    """A refusal has status 200 and says in its body what it is."""

    def error_status(self, call: Call, problem: Problem) -> int:
        """Return 200."""
        del call, problem
        return 200


class NamesErrorsByCode(Decisions):
    """A refusal names its error in the members that elsewhere hold codes and tokens."""

    def token_error(self, call: Call, problem: Problem) -> dict[str, object]:
        """Return the members of the refusal."""
        told = {"code": "unsupported_response_type", "refresh_token": ["This field is required 1."]}
        return {**super().token_error(call, problem), **told}


class SaysMore(Decisions):
    """An answer has more members and another JSON type than it must."""

    def resource_answer(
        self, call: Call, operation: str, message: str, data: Mapping[str, object]
    ) -> dict[str, object]:
        """Return more members."""
        return {**super().resource_answer(call, operation, message, data), "served_in": 3.5}

    def resource_headers(self, call: Call, operation: str) -> dict[str, str]:
        """Return a JSON type of its own."""
        kind = "application/vnd.kitchen+json; charset=utf-8"
        return {**super().resource_headers(call, operation), "Content-Type": kind}


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract of the Authentication page."""
    return load(find("kitchenmonki"))


def serve(
    contract: Contract,
    decisions: Decisions | None = None,
    *,
    seed: int = 1,
    effort: Effort = Effort.GATE,
) -> Service:
    """Return a service that makes these decisions."""
    return Service(start_in_process(contract, decisions), seed=seed, effort=effort)


def verdicts(service: Service, operation: str) -> dict[str, Judgement]:
    """Run the generated checks of an operation."""
    return {
        case.check.id.removeprefix("generated."): judge(lambda case=case: case(service))  # type: ignore[misc]
        for case in catalogue.cases(service.contract)
        if case.check.id.startswith("generated.") and case.parameters == {"operation": operation}
    }


def outcomes(found: Mapping[str, Judgement]) -> set[Outcome]:
    """Return which outcomes there are."""
    return {judgement.outcome for judgement in found.values()}


def asked(service: Service, operation: str) -> list[str]:
    """Return the requests of a campaign, with the same names for what differs between servers."""
    redactor = Redactor()
    for secret, kind in declared_secrets(service.live):
        redactor.register(secret, kind, name=kind)
    service.wire.listeners.append(redactor.learn)
    with service.watched() as seen:
        verdicts(service, operation)
    client = service.client()
    return [redactor.redact(told(one)).replace(client.id, "client") for one in seen]


def told(exchange: Exchange) -> str:
    """Return a request as text."""
    request = exchange.request
    pairs = [f"{name}: {value}" for name, value in request.headers if name != "Cookie"]
    return "\n".join((request.method, request.url, *pairs, request.body.decode("latin-1")))


@pytest.mark.parametrize(
    "operation", ["grantToken", "getQueue", "addToQueue", "updateRecipe", "createList"]
)
def test_a_healthy_service_passes(contract: Contract, operation: str) -> None:
    """All five invariants hold for the reference server."""
    found = verdicts(serve(contract), operation)
    assert set(found) == set(_INVARIANTS)
    assert outcomes(found) == {Outcome.PASS}


def test_authorize_is_judged_by_two(contract: Contract) -> None:
    """The page for people is asked for no 5xx and no echo only."""
    found = verdicts(serve(contract), "authorize")
    assert set(found) == {"no-server-error", "no-echo"}
    assert outcomes(found) == {Outcome.PASS}


@pytest.mark.parametrize(
    ("decisions", "operation", "broken"),
    [
        (StoresSmallNumbers(), "addToQueue", "no-server-error"),
        (FailsOnce(), "getQueue", "no-server-error"),
        (TellsSecondsAsText(), "grantToken", "schema"),
        (TellsNoUser(), "createList", "schema"),
        (RepeatsTheSecret(), "grantToken", "no-echo"),
        (RepeatsTheToken(), "getQueue", "no-echo"),
        (AnswersPages(), "updateRecipe", "content-type"),
        (IssuesInErrors(), "grantToken", "error-is-no-token"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Decisions) else value,
)
def test_each_defect_is_found_by_its_check(
    contract: Contract, decisions: Decisions, operation: str, broken: str
) -> None:
    """A defect turns its own check red, and leaves the others without a verdict."""
    found = verdicts(serve(contract, decisions, effort=Effort.DEEP), operation)
    assert found.pop(broken).outcome is Outcome.VIOLATION
    assert outcomes(found) == {Outcome.INCONCLUSIVE}
    assert {judgement.reason for judgement in found.values()} == {
        f"the generator stopped at generated.{broken}[{operation}]"
    }


def test_what_nobody_asks_for_stops_nothing() -> None:
    """A 5xx leaves the generator at work where the contract asks only what an answer tells."""
    contract = load(find("oauth2"))
    found = verdicts(serve(contract, FailsOnMistakes()), contract.token.id)
    assert set(found) == {"no-echo", "error-is-no-token"}
    assert outcomes(found) == {Outcome.PASS}


@pytest.mark.parametrize(
    ("decisions", "operation"),
    [
        (RefusesWithPages(), "grantToken"),
        (RefusesWith200(), "grantToken"),
        (RefusesWith200(), "getRecipe"),
        (NamesErrorsByCode(), "grantToken"),
        (SaysMore(), "createList"),
        (ShowsPagesOfAnotherType(), "authorize"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Decisions) else value,
)
def test_a_lawful_service_passes(contract: Contract, decisions: Decisions, operation: str) -> None:
    """What no document forbids breaks no invariant."""
    assert outcomes(verdicts(serve(contract, decisions), operation)) == {Outcome.PASS}


def test_what_is_found_is_made_small(contract: Contract) -> None:
    """The violation names the one part that matters, and the exchange that shows it."""
    service = serve(contract, StoresSmallNumbers(), effort=Effort.DEEP)
    with service.watched() as seen:
        found = verdicts(service, "getRecipe")["no-server-error"]
    assert found.reason == (
        "expected a status below 500; seen: status 500\nto GET /v2/recipe/{recipe_id}"
        " with a good token in header with generated recipe_id"
    )
    assert next(one for one in seen if one.number == found.step).status == 500


@pytest.mark.parametrize("operation", ["grantToken", "updateRecipe"])
def test_the_same_seed_asks_the_same(contract: Contract, operation: str) -> None:
    """A run can be repeated by its seed, on another server too; another seed asks other things."""
    first = asked(serve(contract, seed=7), operation)
    assert first == asked(serve(contract, seed=7), operation)
    assert first != asked(serve(contract, seed=8), operation)


def test_one_campaign_serves_all_checks(contract: Contract) -> None:
    """Five checks cost as many requests as one."""
    service = serve(contract, effort=Effort.SMOKE)
    verdicts(service, "getQueue")
    assert service.wire.budget.spent <= 8


def test_a_service_that_refuses_all_is_not_judged(contract: Contract) -> None:
    """Where no sound request gets in, nothing is proved."""
    found = verdicts(serve(contract, KnowsNoToken()), "getQueue")
    assert outcomes(found) == {Outcome.INCONCLUSIVE}
    assert "were accepted" in found["schema"].reason


def test_a_spent_budget_is_said(contract: Contract) -> None:
    """Generated requests do not use up what other checks need."""
    service = serve(contract)
    service.wire.budget = Budget(Limits(requests=30))
    found = verdicts(service, "getQueue")["schema"]
    assert (found.outcome, found.precondition) == (Outcome.INCONCLUSIVE, "requests")
    assert service.wire.budget.spent < 3


def test_a_service_that_hangs_up_is_not_judged(contract: Contract) -> None:
    """A request without an answer proves nothing, and is told in words."""
    service = serve(contract)
    service.wire.budget.limits = replace(service.wire.budget.limits, response_size=100)
    found = verdicts(service, "authorize")
    assert outcomes(found) == {Outcome.INCONCLUSIVE}
    assert "no answer to GET /authorize" in found["no-echo"].reason


def test_nothing_is_left_behind(
    contract: Contract,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A campaign leaves no folder of schemathesis and prints nothing, whatever it finds."""
    monkeypatch.chdir(tmp_path)
    found = verdicts(serve(contract, AnswersPages()), "updateRecipe")
    assert Outcome.VIOLATION in outcomes(found)
    assert not (tmp_path / ".schemathesis").exists()
    assert capsys.readouterr() == ("", "")


def test_foreign_schemas_are_left_alone(contract: Contract) -> None:
    """Our checks, once registered, say nothing about the requests of somebody else's schema."""
    case = schemathesis.openapi.from_dict(dict(contract.openapi))["/v2/queue"]["GET"].Case()
    request = requests.Request("GET", "http://127.0.0.1/v2/queue").prepare()
    answer = schemathesis.Response(500, {}, b"", request, elapsed=0.0, verify=True)
    case.validate_response(answer, checks=invariants._checks)
    with pytest.raises(schemathesis.errors.FailureGroup):
        case.validate_response(answer)
