"""The order of check cases: early ones, any, the timed ones as they fall due, late ones."""

from __future__ import annotations

import math

import pytest

from conformance.plugin.items import CheckItem
from conformance.plugin.session import Session


def arrange(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is not asked for and sort the rest, in place."""
    session = Session.of(config)
    selected = {case.id for case in session.selected}
    left_out = [
        item for item in items if isinstance(item, CheckItem) and item.case.id not in selected
    ]
    config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if item not in left_out]
    items[:] = sorted(kept, key=lambda item: _moment(session, item))


def _moment(session: Session, item: pytest.Item) -> float:
    if not isinstance(item, CheckItem):
        return -math.inf
    return item.case.moment(session.contract.expected_lifetime)
