"""What checks share: observations, tokens to read with, and the twins between two cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl

import pytest

from conformance.checks import catalogue
from conformance.checks.management import revoked
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.runner import Runner
from conformance.checks.twins import grant_twins
from conformance.contract import find, load
from conformance.evidence import Redactor
from conformance.reference import Decisions
from conformance.reference.call import Call
from conformance.targets import Effort, Service, start_in_process
from conformance.tests.variants.endings import BurnedCodes
from conformance.verdict import Judgement, Outcome
from conformance.wire import Exchange

_CONTRACT = load(find("oauth2"))
_CASES = {one.id: one for one in catalogue.cases(_CONTRACT)}
_OF_ONE_REFUSAL = ("challenge.present[bad-token]", "challenge.bearer[bad-token]")
_OF_ONE_ANSWER = ("answer.json[authorization_code]", "answer.status[authorization_code]")


class _Bench:
    """A runner, and how many requests each case took."""

    def __init__(self, server: Decisions | None = None, effort: Effort = Effort.GATE) -> None:
        live = start_in_process(_CONTRACT, server or Decisions())
        self.recorder = Recorder(live, Redactor(), None)
        self.service = Service(live, effort=effort, cite=self.recorder.cite)
        self.service.bearer()
        self._runner = Runner(self.service, self.recorder)
        self.exchanges: list[Exchange] = []
        live.wire.listeners.append(self.exchanges.append)

    def run(self, case: str) -> tuple[Judgement, Sequence[Exchange]]:
        """Return what came of a case, and the exchanges that it took."""
        before = len(self.exchanges)
        return self._runner.run(_CASES[case]), self.exchanges[before:]


def _numbers(bench: _Bench, case: str) -> Iterator[Sequence[int]]:
    """Yield the numbers of the exchanges that count for a case."""
    recorder, begin = bench.recorder, bench.recorder.begin
    seen: list[Sequence[int]] = []

    def begins(case_id: str | None) -> None:
        seen.append(recorder.exchanges)
        begin(case_id)

    recorder.begin = begins  # type: ignore[method-assign]
    bench.run(case)
    recorder.begin = begin  # type: ignore[method-assign]
    yield seen[-1]


@pytest.mark.parametrize("cases", [_OF_ONE_ANSWER, _OF_ONE_REFUSAL])
def test_one_answer_serves_the_checks_of_its_parts(cases: Sequence[str]) -> None:
    """The second check asks for nothing, and the exchanges of the first are its evidence."""
    bench = _Bench()
    bench.service.loan.tokens()
    first, second = (next(_numbers(bench, case)) for case in cases)
    assert first
    assert first == second
    assert bench.exchanges[-1].number == first[-1]


def test_a_deep_run_asks_for_each() -> None:
    """Where effort does not count, each check has an observation of its own."""
    bench = _Bench(effort=Effort.DEEP)
    taken = [len(bench.run(case)[1]) for case in _OF_ONE_ANSWER]
    assert taken[0] == taken[1] > 0


def test_what_came_to_nothing_is_asked_for_again() -> None:
    """An answer that was no answer is not remembered."""

    class Recovers(Decisions):
        """The first grant breaks down."""

        broken = True

        def token_status(self, call: Call) -> int:
            return 503 if self.broken else super().token_status(call)

    server = Recovers()
    server.broken = False
    bench = _Bench(server)
    server.broken = True
    assert bench.run(_OF_ONE_ANSWER[0])[0].outcome is Outcome.INCONCLUSIVE
    server.broken = False
    assert bench.run(_OF_ONE_ANSWER[0])[0].outcome is Outcome.PASS


@pytest.mark.parametrize(
    "case", ["placement.scheme-case", "placement.refused[header,garbage]", "resource.example"]
)
def test_tokens_that_others_ended_prove_nothing(case: str) -> None:
    """A case that leaned on tokens which are dead by now is judged with fresh ones."""
    bench = _Bench()
    held = bench.service.loan.tokens()
    revoked(bench.service, held, held.access_token)
    assert bench.run(case)[0].outcome is Outcome.PASS
    assert bench.service.loan.tokens() != held


def test_tokens_that_others_end_again_and_again_are_not_shared() -> None:
    """After some losses each case has tokens of its own."""
    bench = _Bench()
    for _ in range(3):
        held = bench.service.loan.tokens()
        revoked(bench.service, held, held.access_token)
        bench.run("placement.scheme-case")
    assert bench.service.loan.tokens() != bench.service.loan.tokens()


def _code(exchange: Exchange) -> str:
    return dict(parse_qsl(exchange.request.body.decode()))["code"]


def test_the_request_that_was_bent_is_its_own_twin() -> None:
    """A code that was refused with a wrong secret is accepted with the right one."""
    judgement, exchanges = _Bench().run("client.refused[wrong-secret,authorization_code]")
    assert judgement.outcome is Outcome.PASS
    bent, twin = exchanges[-2:]
    assert (bent.status, twin.status) == (401, 200)
    assert _code(bent) == _code(twin)


def test_a_service_may_end_a_code_for_a_mistake() -> None:
    """Where the bent request has used up its code, a fresh one shows that such are accepted."""
    judgement, exchanges = _Bench(BurnedCodes()).run("code.redirect-uri-binding")
    assert judgement.outcome is Outcome.PASS
    *_, refused, _, _, twin = exchanges
    assert (refused.status, twin.status) == (400, 200)
    assert _code(refused) != _code(twin)


def test_a_twin_is_not_taken_for_the_request_that_was_bent() -> None:
    """Where a case prepares nothing, the twin after it is fresh: no used code is presented."""
    bench = _Bench()
    with grant_twins(bench.service, "authorization_code"):
        pass
    sent = [one for one in bench.exchanges if b"grant_type=authorization_code" in one.request.body]
    assert len(sent) > 1
    assert {one.status for one in sent} == {200}


def test_the_twin_after_a_case_stands_before_the_next() -> None:
    """The second case of a check takes fewer requests, and that of another check does not."""
    bench = _Bench(effort=Effort.SMOKE)
    cases = [f"client.refused[{how},client_credentials]" for how in ("wrong-secret", "missing-id")]
    taken = [len(bench.run(case)[1]) for case in (*cases, *cases)]
    assert taken[0] == 3
    assert min(taken[1:]) == 2
