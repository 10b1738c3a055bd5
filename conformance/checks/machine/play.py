"""Plays steps against a service and judges every answer by the lifecycle table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from conformance.checks.machine.invariant import RACES, USER_KEPT, expectation, invariant_of
from conformance.checks.machine.stage import CREDENTIALS, GRANT_OF, Place, Stage
from conformance.checks.machine.step import Act, Step
from conformance.checks.machine.tally import Broken, Tally
from conformance.checks.machine.value import Value, life_of, mortality, words
from conformance.checks.overlap import most_at_once
from conformance.lifecycle import (
    TRANSITIONS,
    USED_ONCE,
    Event,
    Expected,
    Kind,
    State,
    Transition,
    after,
)
from conformance.targets import Code, GrantRequest, Service, Span, Tokens
from conformance.targets.errors import ClockError
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import BudgetSpent, Exchange

_SAID = {Answer.YES: "accepted", Answer.NO: "refused"}
_WANTED = {Expected.YES: Answer.YES, Expected.NO: Answer.NO}
_ROWS = frozenset(TRANSITIONS)
_RACE = 2  # requests under way at once: fewer are no race


class Play:
    """One sequence of steps: what was issued in it, what is known of that, and the script."""

    def __init__(self, service: Service, stage: Stage, tally: Tally) -> None:
        self.service = service
        self.stage = stage
        self.tally = tally
        self.values: Mapping[Kind, list[Value]] = {kind: [] for kind in Kind}
        self.steps: list[Step] = []
        self.script: list[str] = []
        self.over = False
        self.begun = 0

    def do(self, step: Step) -> None:
        """Carry out a step; raises `Broken`, or `Inconclusive` where the play cannot go on.

        A step that needs what is not there does nothing.
        """
        self.steps.append(step)
        self.over = True  # unless the step ends well
        try:
            self._let_time_pass()
            _ACTS[step.act](self, step)
        except BudgetSpent as spent:
            raise Inconclusive(str(spent), "requests") from None
        self.over = False

    def do_all(self, steps: Iterable[Step]) -> None:
        """Carry out steps in their order; raises as `do`."""
        for step in steps:
            self.do(step)

    def end(self) -> None:
        """Present all that there is, now and when it has expired, so that nothing stays unseen."""
        for token in self.held(State.EXPIRED, Kind.ACCESS_TOKEN):
            for place in range(self.stage.placements):
                self.act(Act.PRESENT, token, place)
        for state in (State.LIVE, State.LIVE, State.SPENT):
            for number, token in enumerate(self.held(State.LIVE, Kind.ACCESS_TOKEN)):
                self.act(Act.ASK, token, number)
            for value in self.held(state, *USED_ONCE):
                self.act(Act.PRESENT, value)
        self.do(Step(Act.WAIT, Kind.REFRESH_TOKEN, mark=len(self.steps)))
        for number, value in enumerate(self.held(State.EXPIRED, *Kind)):
            self.act(Act.PRESENT, value, number)

    def act(self, act: Act, value: Value, choice: int = 0) -> None:
        """Do something with a value."""
        self.do(Step(act, value.kind, value.mark, choice, len(self.steps)))

    def held(self, state: State | None, *kinds: Kind) -> list[Value]:
        """Return the values of some kinds, in one state or (None) in any, the oldest first."""
        pools = (self.values[kind] for kind in kinds)
        return [one for pool in pools for one in pool if state in (None, one.life.state)]

    # Acts

    def _obtain(self, step: Step) -> None:
        starters = self.stage.starters.get(step.kind)
        if not starters:
            return
        starter = starters[step.of % len(starters)]
        client, user = starter.client, starter.user
        self.begun += 1
        if user is None:
            tokens = self.service.tokens(CREDENTIALS, client=client)
            names = self._take_tokens(tokens, self.begun, tokens.issued)
            self.script.append(f"{client.role} obtains {names} by {CREDENTIALS}")
        else:
            name = self._take_code(self.service.code(client, user))
            self.script.append(f"{client.role} obtains {name} for {user.role}")

    def _present(self, step: Step) -> None:
        value = self._value(step)
        if value is None:
            return
        places = self.stage.places if value.kind is Kind.ACCESS_TOKEN else ()
        if places:
            self._call(value, places[step.choice % len(places)], Event.PRESENT)
        elif GRANT_OF.get(value.kind) in value.client.grants:
            verb = "redeems" if value.kind is Kind.CODE else "refreshes with"
            again = " again" if value.life.state is State.SPENT else ""
            line = f"{value.client.role} {verb} {value.name}{again}"
            self._send(value, Event.PRESENT, self._request(value), line)

    def _race(self, step: Step) -> None:
        value = self._value(step)
        if value is None or GRANT_OF.get(value.kind) not in value.client.grants:
            return
        request, racers = self._request(value), 2 + step.choice
        exchanges = self.service.send_together(request, racers)
        granted = [one for one in exchanges if of_grant(one) is Answer.YES]
        self.script.append(
            f"{value.client.role} presents {value.name} {racers} times at once:"
            f" {len(granted)} accepted"
        )
        if value.kind in self.stage.single_use:
            self._judge_race(value, exchanges, granted)
        value.life.state = (
            State.SPENT if granted and value.kind in self.stage.single_use else State.OPEN
        )
        for one in granted:
            self._take_issued(value, request, one)
        self._happen(Event.DISTURB, [one for one in self._others(value) if value.related(one)])

    def _ask(self, step: Step) -> None:
        value, probes = self._value(step), self.stage.probes
        if value is None or not probes:
            return
        exchange = self._call(value, probes[step.choice % len(probes)], Event.PRESENT)
        if exchange is not None and value.subject is not None:
            self._judge_user(value, value.subject, exchange)

    def _present_by_stranger(self, step: Step) -> None:
        value = self._value(step)
        stranger = self.stage.stranger_to(value.client, value.kind) if value else None
        if value is None or stranger is None:
            return
        request = self._request(value).by(stranger)
        self._send(value, Event.STRANGER, request, f"{stranger.role} presents {value.name}")

    def _misuse(self, step: Step) -> None:
        value = self._value(step)
        disguises = self.stage.disguises(value.kind, value.client) if value else ()
        if value is None or not disguises:
            return
        disguise = disguises[step.choice % len(disguises)]
        if disguise is Kind.ACCESS_TOKEN:
            self._call(value, self.stage.places[0], Event.MISUSE)
            return
        line = f"{value.client.role} presents {value.name} as a {words(disguise)}"
        self._send(value, Event.MISUSE, self._disguised(value, disguise), line)

    def _wait(self, step: Step) -> None:
        if not self.stage.movable:
            return
        seconds = mortality(self.service, step.kind) + 1
        try:
            self.service.clock.advance(seconds)
        except ClockError as problem:
            raise Inconclusive(str(problem), "clock_control") from None
        self.script.append(f"{seconds:.0f} seconds pass, and every {words(step.kind)} expires")
        self._let_time_pass()

    # Requests

    def _value(self, step: Step) -> Value | None:
        return next((one for one in self.values[step.kind] if one.mark == step.of), None)

    def _request(self, value: Value) -> GrantRequest:
        source = value.source
        if isinstance(source, Code):
            return self.service.grant_request(GRANT_OF[Kind.CODE], code=source)
        return self.service.grant_request(GRANT_OF[Kind.REFRESH_TOKEN], tokens=source)

    def _disguised(self, value: Value, disguise: Kind) -> GrantRequest:
        grant = GRANT_OF[disguise]
        request = self.service.grant_request(CREDENTIALS, client=value.client)
        pairs = [(str(disguise), value.secret)]
        if disguise is Kind.CODE:
            pairs.append(("redirect_uri", value.client.redirect_uri))
        return replace(request, grant=grant).replacing(grant_type=grant).adding(*pairs)

    def _send(self, value: Value, event: Event, request: GrantRequest, line: str) -> None:
        exchange = self.service.send(request)
        self._judge(value, event, exchange, of_grant(exchange), line)
        if event is Event.PRESENT:
            self._take_issued(value, request, exchange)

    def _take_issued(self, value: Value, request: GrantRequest, exchange: Exchange) -> None:
        """Remember what was given for a value."""
        tokens = self.service.issued(request, exchange)
        if tokens:
            began = tokens.issued if value.kind is Kind.CODE else value.began
            self.script[-1] += f", for {self._take_tokens(tokens, value.family, began)}"

    def _call(self, value: Value, place: Place, event: Event) -> Exchange | None:
        """Call a resource; return the exchange if it was opened."""
        operation = place.operation
        exchange = self.service.call(operation, value.secret, place.placement)
        answer = self.service.answer(operation, exchange)
        line = f"{operation.id} is called with {value.name} in {place.placement}"
        self._judge(value, event, exchange, answer, line)
        return exchange if answer is Answer.YES else None

    # Judgement

    def _judge(
        self, value: Value, event: Event, exchange: Exchange, answer: Answer, line: str
    ) -> None:
        state = value.life.during(exchange.received_at + self.service.clock.ahead)
        row = after(value.kind, state, event)
        self.script.append(f"{line}: {_SAID.get(answer) or describe(exchange)}")
        if row.expected in _WANTED:
            self._compare(value, row, exchange, answer)
        value.life.state = self._becomes(row, answer)
        self._stir(value, row, answer)

    def _compare(self, value: Value, row: Transition, exchange: Exchange, answer: Answer) -> None:
        invariant, wanted = invariant_of(row), _WANTED[row.expected]
        if answer is Answer.UNCLEAR:
            self.tally.unclear.setdefault(invariant, describe(exchange))
            return
        self.tally.judged[invariant] += 1
        self.tally.exercised.add(row)
        if answer is not wanted:
            expected = f"{value.name}, {expectation(row)}, to be {_SAID[wanted]}"
            self._break(invariant, expected, exchange)

    def _judge_user(self, value: Value, subject: str, exchange: Exchange) -> None:
        try:
            told = self.service.told_user(exchange)
        except Inconclusive as silence:
            self.tally.unclear.setdefault(USER_KEPT, silence.reason)
            return
        self.script[-1] += f", for {told}"
        self.tally.judged[USER_KEPT] += 1
        if told != subject:
            self._break(USER_KEPT, f"{value.name} to stand for {subject}", exchange)

    def _judge_race(self, value: Value, exchanges: list[Exchange], granted: list[Exchange]) -> None:
        invariant = RACES[value.kind]
        if len(granted) > 1:
            self._break(invariant, f"{value.name} to be accepted once at most", granted[-1])
        elif granted and most_at_once(exchanges) >= _RACE:
            self.tally.judged[invariant] += 1
        else:
            self.tally.unclear.setdefault(invariant, "no race: no two overlapped, or none won")

    def _break(self, invariant: str, expected: str, exchange: Exchange) -> None:
        if invariant in self.tally.suspended:
            return
        self.tally.last = Broken(invariant, expected, self.script, self.steps, exchange)
        raise self.tally.last

    # What follows

    def _becomes(self, row: Transition, answer: Answer) -> State:
        """Return the state of a value after an answer, which need not be the expected one."""
        once = row.kind in self.stage.single_use
        if row.expected is Expected.ANY:  # whatever is accepted was alive, and is used now
            return State.SPENT if answer is Answer.YES and once else row.becomes
        surprise = answer is Answer.YES if row.expected is Expected.NO else answer is not Answer.YES
        reusable = row.becomes is State.SPENT and not once
        return State.OPEN if surprise or reusable else row.becomes

    def _stir(self, value: Value, row: Transition, answer: Answer) -> None:
        """Let values feel what a request does to them that was not made with them."""
        others = self._others(value)
        if row.disturbs or answer is Answer.UNCLEAR:
            self._happen(Event.DISTURB, [one for one in others if value.related(one)])
        elif row.event is Event.PRESENT and value.kind is Kind.REFRESH_TOKEN:
            self._happen(Event.REFRESH, [one for one in others if one.family == value.family])

    def _others(self, value: Value) -> list[Value]:
        return [one for pool in self.values.values() for one in pool if one is not value]

    def _happen(self, event: Event, values: list[Value]) -> None:
        rows = {one.life.meet(event) for one in values}
        self.tally.exercised |= rows & _ROWS

    def _let_time_pass(self) -> None:
        now = self.service.clock.now()
        ends = (one.life.reach(now) for pool in self.values.values() for one in pool)
        self.tally.exercised |= {row for row in ends if row}

    def _take_code(self, code: Code) -> str:
        found = (code.value, code, code.user.id, self.begun, code.issued)
        return self._take(Kind.CODE, *found)

    def _take_tokens(self, tokens: Tokens, family: int, began: Span) -> str:
        """Remember what a grant gave, and return its names."""
        found = {Kind.ACCESS_TOKEN: tokens.access_token, Kind.REFRESH_TOKEN: tokens.refresh_token}
        names = [
            self._take(kind, secret, tokens, tokens.subject, family, began)
            for kind, secret in found.items()
            if secret and kind in self.stage.kinds
        ]
        return " and ".join(names)

    def _take(
        self,
        kind: Kind,
        secret: str,
        source: Code | Tokens,
        subject: str | None,
        family: int,
        began: Span,
    ) -> str:
        pool = self.values[kind]
        for known in pool:
            if known.secret == secret:
                known.life.renew()
        if self.stage.solitary:
            self._end_others(source.client.id, family)
        life = life_of(self.service, kind, source, began)
        mark = self.steps[-1].mark
        pool.append(Value(len(pool) + 1, mark, secret, source, subject, family, began, life))
        return pool[-1].name

    def _end_others(self, client_id: str, family: int) -> None:
        """Note that a client's earlier grants may have ended, where there can be only one."""
        everything = (one for pool in self.values.values() for one in pool)
        others = [one for one in everything if one.client.id == client_id and one.family != family]
        self._happen(Event.DISTURB, others)


_ACTS: Mapping[Act, Callable[[Play, Step], None]] = {
    Act.OBTAIN: Play._obtain,  # noqa: SLF001 - its own acts
    Act.PRESENT: Play._present,  # noqa: SLF001
    Act.RACE: Play._race,  # noqa: SLF001
    Act.ASK: Play._ask,  # noqa: SLF001
    Act.STRANGER: Play._present_by_stranger,  # noqa: SLF001
    Act.MISUSE: Play._misuse,  # noqa: SLF001
    Act.WAIT: Play._wait,  # noqa: SLF001
}
