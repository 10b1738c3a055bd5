"""The machine: hypothesis draws the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from conformance.checks.machine.play import Play
from conformance.checks.machine.step import Act, Step
from conformance.checks.machine.value import Value
from conformance.lifecycle import USED_ONCE, Kind, State
from conformance.targets import Effort

# How many plays, and of how many steps.
SIZES: Mapping[Effort, tuple[int, int]] = {
    Effort.SMOKE: (3, 15),
    Effort.GATE: (10, 25),
    Effort.DEEP: (150, 40),
}
_LONGEST_CHAIN = 4
_STEPS_TO_A_GRANT = 4  # so that most steps are about what there is already
# Indices are drawn, never values: the service makes those, and others when steps are repeated.
_ANY = st.integers(0, 11)
_CHAIN = st.integers(1, _LONGEST_CHAIN)
_KINDS = st.sampled_from(tuple(Kind))
_DOUBTFUL = (State.EXPIRED, State.OPEN)


class Lifecycle(RuleBasedStateMachine):
    """Several clients and users, what they hold, and all that can be done with it."""

    def __init__(self, play: Play) -> None:
        super().__init__()
        self.play = play

    def teardown(self) -> None:
        """Present all that is left, unless the play was broken off."""
        if not self.play.over:
            self.play.end()

    @precondition(lambda self: self.play.begun <= len(self.play.steps) // _STEPS_TO_A_GRANT)
    @rule(who=_ANY)
    def begin(self, who: int) -> None:
        """Let a user grant a client a code, or a client obtain tokens for its owner."""
        starters = self.play.stage.starters
        every = [(kind, number) for kind, found in starters.items() for number in range(len(found))]
        kind, number = every[who % len(every)]
        self.play.do(Step(Act.OBTAIN, kind, number, mark=len(self.play.steps)))

    @precondition(lambda self: self.play.held(State.LIVE, Kind.CODE))
    @rule(which=_ANY)
    def redeem(self, which: int) -> None:
        """Redeem a fresh code."""
        self._act(Act.PRESENT, self.play.held(State.LIVE, Kind.CODE), which)

    @precondition(lambda self: self.play.held(State.LIVE, Kind.REFRESH_TOKEN))
    @rule(which=_ANY, times=_CHAIN)
    def refresh(self, which: int, times: int) -> None:
        """Use a fresh refresh token, and perhaps its successors."""
        for turn in range(times):
            fresh = self.play.held(State.LIVE, Kind.REFRESH_TOKEN)
            self._act(Act.PRESENT, fresh, 0 if turn else which)

    @precondition(lambda self: self.play.held(State.SPENT, *USED_ONCE))
    @rule(which=_ANY)
    def replay(self, which: int) -> None:
        """Present a used code or refresh token again."""
        self._act(Act.PRESENT, self.play.held(State.SPENT, *USED_ONCE), which)

    @precondition(lambda self: self._doubtful())
    @rule(which=_ANY)
    def try_again(self, which: int) -> None:
        """Present a code or refresh token that has expired, or of which nothing is known."""
        self._act(Act.PRESENT, self._doubtful(), which)

    @precondition(lambda self: self.play.values[Kind.ACCESS_TOKEN])
    @rule(which=_ANY, where=_ANY)
    def call(self, which: int, where: int) -> None:
        """Use an access token of any age somewhere."""
        self._act(Act.PRESENT, self.play.values[Kind.ACCESS_TOKEN], which, where)

    @precondition(lambda self: self.play.values[Kind.ACCESS_TOKEN] and self.play.stage.probes)
    @rule(which=_ANY, where=_ANY)
    def ask(self, which: int, where: int) -> None:
        """Ask whose an access token is."""
        self._act(Act.ASK, self.play.values[Kind.ACCESS_TOKEN], which, where)

    @precondition(lambda self: self.play.held(None, *USED_ONCE))
    @rule(which=_ANY, times=_CHAIN)
    def hand_to_stranger(self, which: int, times: int) -> None:
        """Let another client present a code or refresh token, and insist."""
        for _ in range(times):
            self._act(Act.STRANGER, self.play.held(None, *USED_ONCE), which)

    @precondition(lambda self: self.play.held(None, *Kind))
    @rule(which=_ANY, disguise=_ANY)
    def pass_off(self, which: int, disguise: int) -> None:
        """Present a value as one of another kind."""
        self._act(Act.MISUSE, self.play.held(None, *Kind), which, disguise)

    @precondition(lambda self: self.play.stage.movable and self.play.held(None, *Kind))
    @rule(kind=_KINDS)
    def wait(self, kind: Kind) -> None:
        """Let time pass until all that there is of a kind has expired."""
        self.play.do(Step(Act.WAIT, kind, mark=len(self.play.steps)))

    def _act(self, act: Act, pool: list[Value], which: int, choice: int = 0) -> None:
        """Do something with a value of a pool, counted from its end."""
        if pool:
            self.play.act(act, pool[-1 - which % len(pool)], choice)

    def _doubtful(self) -> list[Value]:
        return [one for state in _DOUBTFUL for one in self.play.held(state, *USED_ONCE)]


def draw(plays: Callable[[], Play], *, seed: int, effort: Effort) -> None:
    """Draw and play steps by a seed; raises `Broken`, or hypothesis' `Flaky`."""
    examples, steps = SIZES[effort]
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        report_multiple_bugs=False,
        deadline=None,
        database=None,
        print_blob=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate,),
        suppress_health_check=tuple(HealthCheck),
    )
    factory: Any = hypothesis.seed(seed)(lambda: Lifecycle(plays()))  # a factory may be a function
    run_state_machine_as_test(factory, settings=chosen)
