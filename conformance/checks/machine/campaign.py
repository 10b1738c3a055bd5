"""One campaign a service: a script for every row of the table, then what hypothesis draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

from hypothesis.errors import Flaky

from conformance.checks.machine import scenarios
from conformance.checks.machine.invariant import ALL, JUDGED_ROWS, USER_KEPT, invariant_of
from conformance.checks.machine.play import Play
from conformance.checks.machine.rules import draw
from conformance.checks.machine.shortening import shortened
from conformance.checks.machine.stage import Stage, set_stage, theatre
from conformance.checks.machine.step import Step
from conformance.checks.machine.tally import Broken, Tally
from conformance.lifecycle import TRANSITIONS, Transition
from conformance.targets import Service
from conformance.verdict import Inconclusive, Violation

# Each break costs a search for its shortest script; a target with so many is known well enough.
MOST_BREAKS = 6
# What a missing precondition comes to here, where its name alone would mislead.
_NEEDED = {"clock_control": "a clock of its own to move, as an embedded server has"}


@dataclass
class Campaign:
    """What the machine found; `stopped` says why it did not get to the end."""

    tally: Tally = field(default_factory=Tally)
    stage: Stage | None = None
    stopped: Inconclusive | None = None

    def run(self, target: Service) -> None:
        """Play until all is judged, or so much is broken that it does not pay to go on.

        A broken invariant is suspended and the others are judged anew, because a service may break
        one lawfully (reading KMA-04) and still has to keep the rest.
        """
        try:
            with theatre(target) as service:
                self.stage = set_stage(service, movable=service is not target)
                while self._broke(service, self.stage):
                    self._demand_patience()
        except Inconclusive as reason:
            self.stopped = reason.with_traceback(None)

    def judge(self, target: Service, invariant: str) -> None:
        """Say whether an invariant held; raises `Violation` or `Inconclusive`."""
        if invariant in self.tally.broken:
            self._repeat(target, self.tally.broken[invariant])
        self._ended()
        if invariant in self.tally.unclear:
            raise Inconclusive(f"an answer decides nothing: {self.tally.unclear[invariant]}")
        if not self.tally.judged[invariant]:
            missing = self._needs(invariant)
            needed = _NEEDED.get(missing or "", missing)
            why = f"no step can judge it without {needed}" if missing else "no step judged it"
            raise Inconclusive(why, missing)

    def judge_coverage(self) -> None:
        """Say whether every row of the table was exercised; raises `Inconclusive`."""
        stage = self._ended()
        asked = [row for row in TRANSITIONS if stage.asks_for(row)]
        left = [row for row in asked if row not in self.tally.exercised]
        if left:
            names = "; ".join(row.name for row in left)
            raise Inconclusive(f"no step exercised {names}", self._lacks(left))

    def _demand_patience(self) -> None:
        if len(self.tally.broken) == MOST_BREAKS:
            raise Inconclusive(f"the machine stopped at {', '.join(self.tally.broken)}")

    def _broke(self, service: Service, stage: Stage) -> bool:
        """Play once through; return whether an invariant broke, which is suspended then."""
        try:
            self._play(service, stage)
        except (Broken, Flaky):
            found = self.tally.last
        else:
            return False
        if found is None:
            raise Inconclusive("the same steps were not answered in the same way")
        self.tally.suspend(shortened(found, partial(_repeated, service, stage, found.invariant)))
        return True

    def _play(self, service: Service, stage: Stage) -> None:
        play = partial(Play, service, stage, self.tally)
        for row, script in scenarios.rows(stage):
            if row not in self.tally.exercised:
                play().do_all(script)
        for script in scenarios.ways(stage):
            play().do_all(script)
        draw(play, seed=service.seed, effort=service.effort)

    def _repeat(self, target: Service, found: Broken) -> None:
        """Repeat the steps that broke an invariant, so that they stand under its own check."""
        stage = self._staged()
        with theatre(target) as service:
            again = _repeated(service, stage, found.invariant, found.steps)
        if again:
            raise again
        raise Violation(found.expected, f"{found.seen}\n(not seen when repeated)", found.at)

    def _staged(self) -> Stage:
        if self.stage is None:
            raise ValueError("nothing was played")
        return self.stage

    def _ended(self) -> Stage:
        if self.stopped:
            raise Inconclusive(self.stopped.reason, self.stopped.precondition)
        return self._staged()

    def _needs(self, invariant: str) -> str | None:
        if invariant == USER_KEPT:
            return "identity_probe"
        return self._lacks(row for row in JUDGED_ROWS if invariant_of(row) == invariant)

    def _lacks(self, rows: Iterable[Transition]) -> str | None:
        return next(filter(None, map(self._staged().lacks, rows)), None)


def _repeated(
    service: Service, stage: Stage, invariant: str, steps: Sequence[Step]
) -> Broken | None:
    """Return how steps break an invariant, or None where they do not."""
    try:
        Play(service, stage, Tally(suspended=ALL - {invariant})).do_all(steps)
    except Broken as found:
        return found
    return None


_campaigns: WeakKeyDictionary[Service, Campaign] = WeakKeyDictionary()


def campaign_of(service: Service) -> Campaign:
    """Return the campaign against a service, which is run when it is first asked for."""
    if service not in _campaigns:
        campaign = Campaign()
        campaign.run(service)
        service.observe("lifecycle.exercised", campaign.tally.rows)
        _campaigns[service] = campaign
    return _campaigns[service]
