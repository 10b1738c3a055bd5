"""Races: their overlap is counted, and told with what came of them."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.checks.overlap import most_at_once
from conformance.contract import find, load
from conformance.targets import Service, start
from conformance.wire import Exchange, Request, Response


def _exchange(sent_at: float, received_at: float, response: Response | None) -> Exchange:
    return Exchange(1, Request("GET", "http://127.0.0.1/"), response, None, sent_at, received_at)


@pytest.mark.parametrize(
    ("spans", "count"),
    [
        ([], 0),
        ([(0, 1), (1, 2), (2, 3)], 1),
        ([(0, 5), (1, 2), (3, 4)], 2),
        ([(0, 5), (1, 4), (2, 3), (6, 7)], 3),
    ],
)
def test_the_overlap_is_counted(spans: list[tuple[float, float]], count: int) -> None:
    """One after the other is no race, and an answer that never came counts for nothing."""
    exchanges = [_exchange(*span, Response(200)) for span in spans]
    assert most_at_once([*exchanges, _exchange(0, 9, None)]) == count


def test_what_came_of_a_race_is_told() -> None:
    """Successes, tokens that are alive and requests at once are told for every round."""
    contract = load(find("kitchenmonki"))
    case = next(one for one in catalogue.cases(contract) if one.id == "race.code")
    told: dict[str, object] = {}
    with start(None, contract) as live:
        case(Service(live, observe=told.__setitem__))
    assert told["race.authorization_code.successes"] == [1] * 5
    assert told["race.authorization_code.alive"] == [0] * 5  # a replay revokes what came of a code
    at_once = told["race.authorization_code.at-once"]
    assert isinstance(at_once, list)
    assert max(at_once) >= 2
