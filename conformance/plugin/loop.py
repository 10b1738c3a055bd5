"""The loop of a session in one process: while a timed case waits, the others run."""

from __future__ import annotations

import pytest

from conformance.checks.catalogue import Turn
from conformance.plugin.items import CheckItem, writing
from conformance.plugin.session import Session
from conformance.targets.errors import TargetError
from conformance.verdict.exit import NO_TARGET

Items = list[pytest.Item]

# How many requests a case may send, at most and roughly.
_REQUESTS = {Turn.EARLY: 800, Turn.PLAYED: 800}
_FEW = 40


def run_in_time(session: pytest.Session) -> bool:
    """Run every item, the timed ones when they are due, as pytest's own loop would otherwise.

    A browser plays its scenes meanwhile, from when those that need an undecided user are done.
    """
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    checks = Session.of(session.config)
    waiting = [item for item in session.items if _is_timed(item)]
    free = [item for item in session.items if not _is_timed(item) and not _is_late(item)]
    late = [item for item in session.items if _is_late(item)]
    # A clock that can be moved leaves nothing to do while one waits, and no code is to grow old.
    playing = checks.runner.service.clock.movable and _run(session, [], free, [])
    if waiting:
        with writing():
            checks.prepare()
        waiting.sort(key=lambda item: _opens(checks, item))
    _run(session, waiting, free, late, playing=playing)
    return True


def _run(
    session: pytest.Session, waiting: Items, free: Items, late: Items, *, playing: bool = False
) -> bool:
    """Run items until none is left in the queues; return whether the browser was set to play."""
    checks = Session.of(session.config)
    item = _next(checks, waiting, free, late)
    while item is not None:
        if not (playing or _is_first(item)):
            playing = True
            with writing():
                checks.play()
        following = _next(checks, waiting, free, late)
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return playing


def start(checks: Session) -> None:
    """Start the target before the first item; raises `pytest.exit` where that fails."""
    try:
        with writing():
            checks.start()
    except TargetError as problem:
        pytest.exit(checks.safe(str(problem)), returncode=NO_TARGET)
    with writing():
        checks.leave_out()


def _next(checks: Session, waiting: Items, free: Items, late: Items) -> pytest.Item | None:
    """Take the next item: what is due, else what ends before anything falls due, else a wait.

    What is due after this run's patience comes last: by then it may be due after all.
    """
    if checks.runner.service.clock.movable:
        return _first(free, waiting, late)
    checks.runner.timeline.catch_up()
    awaited = [item for item in waiting if _awaited(checks, item)]
    if awaited and _opens(checks, awaited[0]) <= checks.runner.service.clock.now():
        return _taken(awaited[0], waiting)
    # A run that is busy longer than it would wait can be in time for more than it waits for.
    fitting = _fitting(checks, free, waiting) or _fitting(checks, free, awaited)
    if fitting is not None:
        return _taken(fitting, free)
    if awaited:
        return _taken(awaited[0], waiting)
    if not free:
        checks.runner.timeline.linger()
    return _first(free, waiting, late)


def _first(*queues: Items) -> pytest.Item | None:
    """Take the first item of the first queue that has one."""
    return next((queue.pop(0) for queue in queues if queue), None)


def _taken(item: pytest.Item, queue: Items) -> pytest.Item:
    queue.remove(item)
    return item


def _fitting(checks: Session, free: Items, waiting: Items) -> pytest.Item | None:
    """Return an item that ends before any of those that wait can be missed."""
    gap = _gap(checks, waiting)
    return next((item for item in free if _estimate(checks, item) < gap), None)


def _gap(checks: Session, awaited: Items) -> float:
    """Return the seconds until the next moment that can be missed."""
    windows = [checks.runner.window(item.case) for item in awaited if isinstance(item, CheckItem)]
    moments = [checks.runner.timeline.aim, *(one.aim for one in windows if one)]
    return min(moments) - checks.runner.service.clock.now()


def _awaited(checks: Session, item: pytest.Item) -> bool:
    window = checks.runner.window(item.case) if isinstance(item, CheckItem) else None
    return window is None or not checks.runner.timeline.out_of_reach(window)


def _estimate(checks: Session, item: pytest.Item) -> float:
    """Return how many seconds an item may take, by the pace of the run so far."""
    turn = item.case.check.turn if isinstance(item, CheckItem) else Turn.ANY
    return _REQUESTS.get(turn, _FEW) * checks.pace


def _is_first(item: pytest.Item) -> bool:
    return isinstance(item, CheckItem) and item.case.check.turn is Turn.FIRST


def _is_timed(item: pytest.Item) -> bool:
    return isinstance(item, CheckItem) and item.case.check.hold is not None


def _is_late(item: pytest.Item) -> bool:
    return isinstance(item, CheckItem) and item.case.check.turn is Turn.LATE


def _opens(checks: Session, item: pytest.Item) -> float:
    found = checks.runner.window(item.case) if isinstance(item, CheckItem) else None
    return found.opens if found else 0.0
