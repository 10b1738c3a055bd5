"""A campaign: generated requests to one operation, each answer judged by every invariant.

What is drawn depends on the seed and the operation alone, so that a run can be repeated. Codes and
tokens are made when a case is sent and never drawn, so that hypothesis can repeat and shrink it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import requests
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from schemathesis import Case

from conformance.checks.generated.drafts import Draft, drafts, filled, values
from conformance.checks.generated.invariants import Sent, broken
from conformance.checks.running.recorder import declared_secrets
from conformance.contract import Operation
from conformance.targets import Effort, Service
from conformance.targets.description.endpoints import base
from conformance.verdict import Inconclusive, Outcome, Violation, judge
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import BudgetSpent, Exchange, ForeignHost, session_through

_CASES: Mapping[Effort, int] = {Effort.SMOKE: 6, Effort.GATE: 16, Effort.DEEP: 300}
_ATTEMPTS = 100  # to shrink what was found
_SHARE = 40  # a campaign may draw one case for so many requests that are left in the budget
_ERRORS = 400
_ISSUED = ("access_token", "refresh_token")
_NOWHERE = "http://127.0.0.1:1"  # schemathesis wants a base; the target knows where it really is


class Campaign:
    """One run of the generator against one operation, by which every invariant is judged."""

    def __init__(self, service: Service, operation: Operation) -> None:
        self._service = service
        self._operation = operation
        self._session = session_through(service.wire)
        self._secrets = tuple(secret for secret, _ in declared_secrets(service.live))
        self._token: str | None = None
        self._broken: dict[str, Violation] = {}
        self._stopped: Inconclusive | None = None
        self._attempts = _ATTEMPTS
        self._sound: list[bool] = []

    def run(self) -> None:
        """Send the cases, and keep what came of them."""
        try:
            self._explore(self._grants())
        except Violation:
            return  # it was kept when it was seen, and smaller each time
        except Flaky:
            self._stopped = Inconclusive("the same request was not answered the same way twice")
        except Inconclusive as stop:
            self._stopped = stop

    def verdict(self, invariant: str) -> None:
        """Say what was found of an invariant; raises `Violation` and `Inconclusive`."""
        if invariant in self._broken:
            raise self._broken[invariant]
        if self._broken:
            first = f"generated.{next(iter(self._broken))}[{self._operation.id}]"
            raise Inconclusive(f"the generator stopped at {first}")
        if self._stopped:
            raise self._stopped
        accepted = sum(self._sound)
        if 2 * accepted <= len(self._sound):
            raise Inconclusive(
                f"of {len(self._sound)} sound requests {accepted} were accepted, so that what the"
                " others were answered proves nothing"
            )

    def _explore(self, grants: tuple[str, ...]) -> None:
        service, operation = self._service, self._operation

        @seed(f"{service.seed}:{operation.id}")
        @settings(
            max_examples=self._cases(),
            phases=(Phase.generate, Phase.shrink),
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @given(drafts(service.contract, operation, grants))
        def explore(draft: Draft) -> None:
            self._try(draft)

        explore()

    def _cases(self) -> int:
        budget = self._service.wire.budget
        cases = min(_CASES[self._service.effort], (budget.limits.requests - budget.spent) // _SHARE)
        if not cases:
            raise Inconclusive("too few requests are left for generated ones", "requests")
        return cases

    def _grants(self) -> tuple[str, ...]:
        """Return the grants that can be asked for; for a resource, get the token that opens it."""
        service, contract = self._service, self._service.contract
        if self._operation.id in contract.resources:
            self._token = service.bearer().access_token
        if self._operation.id != contract.token.id:
            return ()
        requested = {name: judge(partial(service.grant_request, name)) for name in contract.grants}
        found = tuple(name for name, one in requested.items() if one.outcome is Outcome.PASS)
        if not found:
            raise Inconclusive("no grant can be asked for", "grants")
        return found

    def _try(self, draft: Draft) -> None:
        """Send a case and judge the answer; raises `Violation` and `Inconclusive`."""
        self._attempts -= bool(self._broken)
        if not self._attempts:
            raise Inconclusive("what was found is small enough")
        real = values(self._service, draft, self._token)
        case = filled(draft, real)
        exchange, answer = self._send(draft, case)
        if draft.sound:
            self._sound.append(self._accepted(exchange))
        secrets = tuple(filter(None, (*self._secrets, *real.secrets)))
        every = broken(self._sent(draft.words, exchange, secrets), case, answer)
        found = {name: one for name, one in every.items() if self._asked_for(name)}
        self._broken |= found
        if found:
            raise next(iter(found.values()))

    def _asked_for(self, invariant: str) -> bool:
        """Tell whether the contract asks for an invariant: no other one stops the generator."""
        return bool(self._service.contract.naming(f"generated.{invariant}[{self._operation.id}]"))

    def _send(self, draft: Draft, case: Case[Any]) -> tuple[Exchange, requests.Response]:
        request = {**case.as_transport_kwargs(base_url=_NOWHERE), "url": self._url(case)}
        with self._service.watched() as seen:
            try:
                answer = self._session.request(**request, allow_redirects=False)
            except (BudgetSpent, ForeignHost) as stop:
                raise Inconclusive(str(stop), "requests") from None
            except requests.RequestException:
                problem = f"no answer to {draft.words}: {describe(seen[-1])}"
                raise Inconclusive(problem) from None
        return seen[-1], answer

    def _sent(self, words: str, exchange: Exchange, secrets: tuple[str, ...]) -> Sent:
        contract, operation = self._service.contract, self._operation
        return Sent(
            words,
            exchange,
            secrets,
            markers=operation.markers,
            issues=_ISSUED if operation.id == contract.token.id else (),
            page=operation.id == contract.authorize.id,
        )

    def _url(self, case: Case[Any]) -> str:
        live, operation = self._service.live, self._operation
        if operation.id not in self._service.contract.resources:
            return live.url_of(operation)
        return base(live.file, live.contract, operation) + case.formatted_path

    def _accepted(self, exchange: Exchange) -> bool:
        contract, operation = self._service.contract, self._operation
        if operation.id == contract.authorize.id:
            return 0 < exchange.status < _ERRORS
        if operation.id == contract.token.id:
            return of_grant(exchange) is Answer.YES
        return self._service.answer(operation, exchange) is Answer.YES


_campaigns: WeakKeyDictionary[Service, dict[str, Campaign]] = WeakKeyDictionary()


def verdict(service: Service, operation: str, invariant: str) -> None:
    """Say what a campaign found of an invariant, and run it first if nobody has.

    Raises `Violation` and `Inconclusive`.
    """
    known = _campaigns.setdefault(service, {})
    if operation not in known:
        campaign = Campaign(service, service.contract.operations[operation])
        campaign.run()
        known[operation] = campaign
    known[operation].verdict(invariant)
