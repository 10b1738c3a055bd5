"""The order of check cases: early ones, any, the timed ones as they fall due, late ones."""

from __future__ import annotations

import math

import pytest

from conformance.checks.catalogue import Turn
from conformance.plugin.items import CheckItem
from conformance.plugin.session import Session
from conformance.targets import Span

_EPOCH = Span(0.0, 0.0)


def arrange(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is not asked for and sort the rest, in place."""
    session = Session.of(config)
    left_out = [
        item
        for item in items
        if isinstance(item, CheckItem)
        and session.selection.reason_against(session.contract, item.case)
    ]
    config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if item not in left_out]
    items[:] = sorted(kept, key=lambda item: _moment(session, item))


_UNTIMED = {Turn.EARLY: -2.0, Turn.ANY: -1.0, Turn.LATE: math.inf}


def _moment(session: Session, item: pytest.Item) -> float:
    """Return a number to sort by; for a timed case, how many seconds after its preparation."""
    if not isinstance(item, CheckItem):
        return -math.inf
    if item.case.check.hold is None:
        return _UNTIMED[item.case.check.turn]
    return item.case.window(lambda kind: session.contract.lifetimes[kind], _EPOCH).opens
