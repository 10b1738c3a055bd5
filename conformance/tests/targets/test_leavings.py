"""What a run has changed at a target is taken back where the contract knows how, and told."""

from __future__ import annotations

from collections import Counter

from conformance.contract import Contract
from conformance.targets import Service, start_in_process
from conformance.targets.leavings import Leavings


def test_what_can_be_undone_is_undone_and_the_rest_is_counted(contract: Contract) -> None:
    """A queue is emptied again for everybody; a list, which nothing deletes, is told."""
    service = Service(start_in_process(contract))
    told: Counter[str] = Counter()
    leavings = Leavings(service, lambda operation, times: told.update({operation: times}))
    for origin in service.origins():
        token = service.tokens(origin).access_token
        service.call("addToQueue", token, path={"recipe_id": "4711"})
        service.call("createList", token)
    service.call("createList", "no such token")
    assert told == {"addToQueue": 2, "createList": 2}
    leavings.tidy()
    assert +told == {"createList": 2}
    for origin in service.origins():
        queue = service.call("getQueue", service.tokens(origin).access_token)
        assert queue.members["data"] == {"queue": []}
