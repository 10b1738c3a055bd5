"""The loop of a session in one process: while a timed case waits, the others run."""

from __future__ import annotations

import pytest

from conformance.checks.catalogue import Turn
from conformance.plugin.items import CheckItem
from conformance.plugin.session import Session
from conformance.targets.errors import TargetError
from conformance.verdict.exit import NO_TARGET

Items = list[pytest.Item]


def run_in_time(session: pytest.Session) -> bool:
    """Run every item, the timed ones when they are due, as pytest's own loop would otherwise."""
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    checks = Session.of(session.config)
    waiting = [item for item in session.items if _is_timed(item)]
    free = [item for item in session.items if not _is_timed(item) and not _is_late(item)]
    late = [item for item in session.items if _is_late(item)]
    checks.prepare()
    waiting.sort(key=lambda item: _opens(checks, item))
    item = _next(checks, waiting, free, late)
    while item is not None:
        following = _next(checks, waiting, free, late)
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def start(checks: Session) -> None:
    """Start the target before the first item; raises `pytest.exit` where that fails."""
    try:
        checks.start()
    except TargetError as problem:
        pytest.exit(checks.safe(str(problem)), returncode=NO_TARGET)
    checks.leave_out()


def _next(checks: Session, waiting: Items, free: Items, late: Items) -> pytest.Item | None:
    clock = checks.runner.service.clock
    due = bool(waiting) and not clock.movable and _opens(checks, waiting[0]) <= clock.now()
    queue = waiting if due else free or waiting or late
    return queue.pop(0) if queue else None


def _is_timed(item: pytest.Item) -> bool:
    return isinstance(item, CheckItem) and item.case.check.hold is not None


def _is_late(item: pytest.Item) -> bool:
    return isinstance(item, CheckItem) and item.case.check.turn is Turn.LATE


def _opens(checks: Session, item: pytest.Item) -> float:
    found = checks.runner.opens(item.case) if isinstance(item, CheckItem) else None
    return found or 0.0
