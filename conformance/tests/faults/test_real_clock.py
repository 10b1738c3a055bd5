"""Faults in lifetimes are found by waiting too: on the real clock, with lifetimes of seconds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import Contract, find, load
from conformance.faults.catalogue import faults
from conformance.reference import Decisions
from conformance.targets.clock import RealClock
from conformance.targets.live import start_in_process
from conformance.verdict import Judgement, Outcome

# All of them have a tox environment of their own; these stand for the rest: one grant only, one
# placement only, refreshed tokens only, extended by a failed attempt, begun too early.
_SOME = (
    "lifetime.access-token-never-ends-refresh-token",
    "lifetime.expired-accepted-in-put",
    "lifetime.refresh-token-endless-once-refreshed",
    "lifetime.code-extended-by-failure",
    "lifetime.code-from-page",
)
_ALL = tuple(one for one in faults() if one.startswith("lifetime."))
_TRIED = _ALL if os.environ.get("CONFORMANCE_REAL_CLOCK") == "all" else _SOME
_AT_ONCE = 6
_SECONDS = {"code": 8, "access_token": 12, "refresh_token": 18}
# After a minute and after a day, longer than a run waits.
_DUE_LATER = {"lifetime.old-refresh-token[late]", "lifetime.old-refresh-token[next-day]"}


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The Authentication page, as if everything lived for seconds."""
    folder = tmp_path_factory.mktemp("contract") / "short"
    shutil.copytree(find("kitchenmonki"), folder)
    file = folder / "openapi.yaml"
    description = yaml.safe_load(file.read_text())
    told = description["x-conformance"]
    told |= {f"{kind}_lifetime": seconds for kind, seconds in _SECONDS.items()}
    told["margins"] = {kind: {"before": 1, "after": 1} for kind in _SECONDS}
    file.write_text(yaml.safe_dump(description, sort_keys=False))
    return load(folder)


def awaited(contract: Contract, decisions: Decisions) -> Mapping[str, Judgement]:
    """Judge a server by every timed case that falls due in a run that only waits."""
    live = start_in_process(contract, decisions)
    live.clock = RealClock()
    timed = [
        one for one in catalogue.cases(contract) if one.check.hold and one.id not in _DUE_LATER
    ]
    return survey(live, timed)


def red(judged: Mapping[str, Judgement]) -> set[str]:
    """Return which cases found a violation."""
    return {case for case, one in judged.items() if one.outcome is Outcome.VIOLATION}


def test_faults_in_lifetimes_are_found_by_waiting(contract: Contract) -> None:
    """Each turns red what it names, beside a healthy server on which nothing is red."""
    cases = [one.id for one in catalogue.cases(contract) if one.check.hold]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        healthy = pool.submit(awaited, contract, Decisions())
        running = {one: pool.submit(awaited, contract, faults()[one].decisions()) for one in _TRIED}
        assert not red(healthy.result())
        missed = {
            name: faults()[name].expected(cases, contract.name) - red(found.result()) - _DUE_LATER
            for name, found in running.items()
        }
    assert not {name: sorted(left) for name, left in missed.items() if left}
