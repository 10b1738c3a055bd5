"""The shortest way to every row of the table, and the ways that no row tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.checks.machine.stage import CREDENTIALS, Stage
from conformance.checks.machine.step import Act, Step, marked
from conformance.lifecycle import TRANSITIONS, Event, Kind, State, Transition

Script = tuple[Step, ...]
_GENERATIONS = 3

_INTO: Mapping[State, tuple[Act, ...]] = {
    State.LIVE: (),
    State.SPENT: (Act.PRESENT,),
    State.EXPIRED: (Act.WAIT,),
    State.OPEN: (Act.MISUSE,),
}
_BY: Mapping[Event, Act] = {
    Event.PRESENT: Act.PRESENT,
    Event.STRANGER: Act.STRANGER,
    Event.MISUSE: Act.MISUSE,
    Event.EXPIRE: Act.WAIT,
}
# What happens beside a value: an act upon one that came with it.
_BESIDE: Mapping[tuple[Kind, Event], tuple[Act, Kind]] = {
    (Kind.ACCESS_TOKEN, Event.REFRESH): (Act.PRESENT, Kind.REFRESH_TOKEN),
    (Kind.ACCESS_TOKEN, Event.DISTURB): (Act.MISUSE, Kind.REFRESH_TOKEN),
    (Kind.REFRESH_TOKEN, Event.DISTURB): (Act.MISUSE, Kind.ACCESS_TOKEN),
}


def rows(stage: Stage) -> Iterator[tuple[Transition, Script]]:
    """Yield the rows that can be exercised, each with a script; those that exercise most first."""
    found = [row for row in TRANSITIONS if stage.asks_for(row) and stage.lacks(row) is None]
    scripts = [(row, marked(_script(stage, row))) for row in found]
    yield from sorted(scripts, key=lambda pair: len(pair[1]), reverse=True)


def ways(stage: Stage) -> Iterator[Script]:
    """Yield a script for every starter, every placement and every wrong place of a value."""
    for kind, starters in stage.starters.items():
        for number in range(len(starters)):
            yield marked(_whose(kind, number))
    live = _live(stage, Kind.ACCESS_TOKEN)
    for choice in range(stage.placements):
        use = Step(Act.PRESENT, Kind.ACCESS_TOKEN, len(live) - 1, choice)
        yield marked((*live, use, Step(Act.WAIT, Kind.ACCESS_TOKEN), use))
    for kind in stage.kinds:
        live = _live(stage, kind)
        yield marked((*live, Step(Act.MISUSE, kind, len(live) - 1, choice=1)))


def _script(stage: Stage, row: Transition) -> Script:
    live = _live(stage, row.kind)
    came = len(live) - 1
    into = tuple(Step(act, row.kind, came) for act in _INTO[row.state])
    if (row.kind, row.event) == (Kind.CODE, Event.DISTURB):
        return (*live, *live, Step(Act.MISUSE, Kind.CODE, 1))
    act, kind = _BESIDE.get((row.kind, row.event)) or (_BY[row.event], row.kind)
    return (*live, *into, Step(act, kind, came))


def _whose(kind: Kind, number: int) -> Script:
    """Return a chain of refreshes in which each access token is asked whose it is."""
    script = _begun(kind, number)
    for _ in range(_GENERATIONS):
        came = len(script) - 1
        ask = Step(Act.ASK, Kind.ACCESS_TOKEN, came)
        script = (*script, ask, Step(Act.PRESENT, Kind.REFRESH_TOKEN, came))
    return script


def _live(stage: Stage, kind: Kind) -> Script:
    """Return how a value of a kind comes to life, in the last step."""
    if kind is Kind.CODE:
        return (Step(Act.OBTAIN, Kind.CODE),)
    by_code = Kind.CODE in stage.starters
    by_credentials = Kind.ACCESS_TOKEN in stage.starters
    preferred = by_credentials and (CREDENTIALS in stage.origins or not by_code)
    return _begun(Kind.ACCESS_TOKEN if preferred else Kind.CODE, 0)


def _begun(kind: Kind, number: int) -> Script:
    begin = Step(Act.OBTAIN, kind, number)
    return (begin, Step(Act.PRESENT, Kind.CODE)) if kind is Kind.CODE else (begin,)
