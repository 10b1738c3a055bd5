"""One virtual client: it plays, one short play after the other, and forgets."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.checks.machine.invariant import LIVE
from conformance.checks.machine.play import Play
from conformance.checks.machine.stage import Stage
from conformance.checks.machine.tally import Broken, Tally
from conformance.load.guest import Guest
from conformance.load.plots import Actor, Later, Plot, drawn
from conformance.load.watch import Watch
from conformance.verdict import Inconclusive
from conformance.wire import Exchange

_KEPT = 100  # exchanges of a play
_PAUSE = 0.5  # seconds, after a play that could not go on


@dataclass(frozen=True)
class _Kept:
    """A play that goes on later, and the exchanges that led there."""

    play: Play
    later: Later
    exchanges: Sequence[Exchange]


class Visitor:
    """A client that obtains, uses, refreshes, replays and races, as its dice say.

    Nothing that it holds grows: a play is forgotten when it is over, but for one of each kind that
    waits for its time.
    """

    def __init__(self, service: Guest, stage: Stage, watch: Watch, seed: str) -> None:
        self._service = service
        self._stage = stage
        self._watch = watch
        self._dice = random.Random(seed)  # noqa: S311 - it must repeat, not surprise
        self._seen: deque[Exchange] = deque(maxlen=_KEPT)
        self._shelf: dict[str, _Kept] = {}
        service.wire.listeners.append(self._seen.append)

    def play(self) -> None:
        """Go on with what is due, else play something new; raises `Enough`."""
        now = self._service.clock.now()
        due = next((one for one in self._shelf.values() if one.later.due <= now), None)
        self._seen.clear()
        if due is None:
            self._act(Play(self._service, self._stage, self._watch.tally), drawn(self._dice))
        else:
            del self._shelf[due.later.kind]
            self._seen.extend(due.exchanges)
            self._act(due.play, due.later.act)

    def _act(self, play: Play, plot: Plot) -> None:
        actor = Actor(play, self._dice, self._watch.operate)
        try:
            plot(actor)
        except Broken as broken:
            self._judge(play, broken)
        except Inconclusive as reason:
            self._watch.cut_short(reason, tuple(self._seen))
            time.sleep(_PAUSE)
        else:
            self._watch.over(self._seen)
            for later in actor.later:
                self._shelf.setdefault(later.kind, _Kept(play, later, tuple(self._seen)))

    def _judge(self, play: Play, broken: Broken) -> None:
        """Take a break for what it is, unless a fresh value is refused as well.

        A service that takes nothing from a client any more has not lost a token of it: it may have
        had enough of all the replays.
        """
        exchanges = tuple(self._seen)
        if broken.invariant in LIVE and not self._begins_as(play):
            why = Inconclusive("a fresh grant of this client is refused as well", "refused")
            self._watch.cut_short(why, exchanges)
        else:
            self._watch.found(broken, exchanges)

    def _begins_as(self, play: Play) -> bool:
        """Tell whether a grant like that of a play gives a token that works."""
        again = Actor(Play(self._service, self._stage, Tally()), self._dice, lambda: None)
        try:
            again.play.do(play.steps[0])
            again.redeem()
            again.use(1)
        except (Broken, Inconclusive):
            return False
        return True
