"""What virtual clients do, and how often: each plot is a short play on grants of its own."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.checks.machine.play import Play
from conformance.checks.machine.step import Act, Step
from conformance.checks.machine.value import Value
from conformance.lifecycle import USED_ONCE, Kind, State

_USES = 3
_GENERATIONS = 3
_RACERS = 3  # at most, beside the first two
_HALF = 0.5
_AWHILE = 60.0  # seconds
_BEYOND = 2.0  # seconds after a grace period


@dataclass(frozen=True)
class Actor:
    """A play, and the virtual client who plays it: its dice, and how it counts operations.

    What it does `later`, after a moment by the target's clock, stands there when the plot is over.
    """

    play: Play
    dice: random.Random
    count: Callable[[], None]
    later: list[Later] = field(default_factory=list)

    def begin(self, kind: Kind | None = None) -> None:
        """Begin a grant: let a user allow a code, or have a client ask for itself."""
        starters = self.play.stage.starters
        kinds = [one for one, found in starters.items() if found and kind in (None, one)]
        if kinds:
            kind = self.dice.choice(kinds)
            number = self.dice.randrange(len(starters[kind]))
            self.count()
            self.play.do(Step(Act.OBTAIN, kind, number, mark=len(self.play.steps)))

    def redeem(self) -> None:
        """Use the code, if there is one that was not used."""
        self.do(Act.PRESENT, self.newest(Kind.CODE, State.LIVE))

    def use(self, times: int) -> None:
        """Call resources with the newest access token, and ask whose it is."""
        for _ in range(times):
            self.do(Act.PRESENT, self.newest(Kind.ACCESS_TOKEN), self.dice.randrange(99))
        self.do(Act.ASK, self.newest(Kind.ACCESS_TOKEN))

    def refresh(self) -> None:
        """Use the newest refresh token."""
        self.do(Act.PRESENT, self.newest(Kind.REFRESH_TOKEN))

    def newest(self, kind: Kind, *states: State) -> Value | None:
        """Return the last value of a kind, in one of some states; None where there is none."""
        held = [one for one in self.play.values[kind] if not states or one.life.state in states]
        return held[-1] if held else None

    def do(self, act: Act, value: Value | None, choice: int = 0) -> None:
        """Do something with a value, where it is there."""
        if value is not None:
            self.count()
            self.play.act(act, value, choice)


Plot = Callable[[Actor], None]


@dataclass(frozen=True)
class Later:
    """What is to be done with a play from a moment on; `kind` is what it waits for."""

    due: float
    kind: str
    act: Plot = field(repr=False)


def work(actor: Actor) -> None:
    """Do what a client is made for: obtain, use, refresh, use."""
    actor.begin()
    actor.redeem()
    actor.use(actor.dice.randint(1, _USES))
    for _ in range(actor.dice.randrange(_GENERATIONS)):
        actor.refresh()
        actor.use(1)


def replay(actor: Actor) -> None:
    """Obtain, refresh, and use again what was used."""
    actor.begin()
    actor.redeem()
    if actor.dice.random() < _HALF:
        actor.refresh()
    for _ in range(2):
        used = actor.play.held(State.SPENT, *USED_ONCE)
        actor.do(Act.PRESENT, actor.dice.choice(used) if used else None)


def use_again(actor: Actor) -> None:
    """Use a refresh token again when it is dead, as the target file promises.

    Where rotation is a choice the contract says nothing of it; `[refresh] replay` does.
    """
    actor.begin()
    actor.redeem()
    actor.refresh()
    promise = actor.play.service.live.file.refresh
    values = actor.play.values[Kind.REFRESH_TOKEN]
    if promise.replay in (None, "none") or len({one.secret for one in values}) < 2:
        return
    used = values[-2]
    if promise.replay == "grace":
        due = actor.play.service.clock.now() + promise.grace + _BEYOND
        actor.later.append(Later(due, "grace", lambda later: _try_again(later, used)))
        return
    if promise.replay == "retry-tolerant":
        actor.use(1)
        actor.refresh()
    _try_again(actor, used)


def race_code(actor: Actor) -> None:
    """Redeem a code several times at once."""
    actor.begin(Kind.CODE)
    _race(actor, actor.newest(Kind.CODE))


def race_refresh(actor: Actor) -> None:
    """Use a refresh token several times at once."""
    actor.begin()
    actor.redeem()
    if Kind.REFRESH_TOKEN in actor.play.stage.single_use:
        _race(actor, actor.newest(Kind.REFRESH_TOKEN))


def come_back(actor: Actor) -> None:
    """Obtain tokens, and use them after a while in which others have obtained theirs."""
    actor.begin()
    actor.redeem()
    due = actor.play.service.clock.now() + actor.dice.uniform(1, _AWHILE)
    actor.later.append(Later(due, "while", _go_on))


def _go_on(actor: Actor) -> None:
    actor.use(1)
    actor.refresh()
    actor.use(1)


def outlive(actor: Actor) -> None:
    """Obtain something, and leave it alone until its time is over."""
    actor.begin()
    if actor.dice.random() < _HALF:
        actor.redeem()
    alive = [
        one for one in actor.play.held(None, *Kind) if one.life.state in (State.LIVE, State.OPEN)
    ]
    first = min(alive, key=lambda one: one.life.dead_from, default=None)
    if first and first.life.dead_from < math.inf:
        actor.later.append(Later(first.life.dead_from, first.kind, _try_the_dead))


def _try_the_dead(actor: Actor) -> None:
    now = actor.play.service.clock.now()
    for value in actor.play.held(None, *Kind):
        if value.life.dead_from <= now:
            actor.do(Act.PRESENT, value)


def _race(actor: Actor, value: Value | None) -> None:
    actor.do(Act.RACE, value, actor.dice.randrange(_RACERS + 1))
    actor.use(1)


def _try_again(actor: Actor, used: Value) -> None:
    used.life.state = State.SPENT
    actor.do(Act.PRESENT, used)


PLOTS: tuple[tuple[int, Plot], ...] = (
    (3, work),
    (1, come_back),
    (2, replay),
    (1, use_again),
    (4, race_code),
    (2, race_refresh),
    (1, outlive),
)
"""How often each plot is played, beside the others."""


def drawn(dice: random.Random) -> Plot:
    """Return the next plot."""
    weights = [weight for weight, _ in PLOTS]
    return dice.choices([plot for _, plot in PLOTS], weights)[0]
