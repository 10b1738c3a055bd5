"""Virtual clients in threads of this process: what Locust does with them, without Locust."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
import yaml

from conformance.contract import Contract, find, load
from conformance.load.crew import Crew, Share
from conformance.load.ground import explored
from conformance.load.plan import Plan
from conformance.load.promises import amended
from conformance.load.visitor import Visitor
from conformance.load.watch import Enough
from conformance.reference import Application
from conformance.targets import Service, TargetFile, start
from conformance.wire import Exchange

_VISITORS = 3


@dataclass
class Soaked:
    """What came of it: the counts, the findings as they are sent, and the contract by then."""

    contract: Contract
    counts: Mapping[str, Any] = field(default_factory=dict)
    found: list[Mapping[str, Any]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    visitors: list[Visitor] = field(default_factory=list)

    @property
    def broken(self) -> set[str]:
        """Return the invariants that broke."""
        return set(self.counts["broken"])

    def heard(self, name: str, exchange: Exchange) -> None:
        """Keep what a request is called."""
        del exchange
        self.names.add(name)


@pytest.fixture(scope="session")
def kitchenmonki() -> Contract:
    """Return the contract of the Authentication page."""
    return load(find("kitchenmonki"))


@pytest.fixture(scope="session")
def oauth2() -> Contract:
    """Return the contract of the standard, by its first profile."""
    return load(find("oauth2")).profiled(None)


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """Return the same, as if a code lived for two seconds."""
    folder = tmp_path_factory.mktemp("contract") / "short"
    shutil.copytree(find("kitchenmonki"), folder)
    file = folder / "openapi.yaml"
    description = yaml.safe_load(file.read_text())
    description["x-conformance"]["code_lifetime"] = 2
    description["x-conformance"]["margins"]["code"] = {"before": 1, "after": 1}
    file.write_text(yaml.safe_dump(description, sort_keys=False))
    return load(folder)


def soak(
    contract: Contract,
    application: Application,
    *,
    operations: int = 250,
    described: Callable[[TargetFile], TargetFile] = lambda file: file,
    enough: Callable[[Mapping[str, Any]], bool] = lambda _counts: False,
) -> Soaked:
    """Let a few virtual clients loose on a server, and return what they saw.

    They end after so many operations, or when the counts are `enough`.
    """
    with start(None, contract, application=application) as live:
        file = described(live.file)
        soaked = Soaked(amended(contract, file))
        share = Share(number=0, workers=1, seed=1, operations=operations, requests=100_000)
        ground = explored(Service(replace(live, file=file)))
        crew = Crew(Plan(file, soaked.contract, ground), share, soaked.found.append, soaked.heard)
        soaked.visitors = [crew.visitor() for _ in range(_VISITORS)]
        with ThreadPoolExecutor(_VISITORS) as pool:
            list(pool.map(partial(_play_on, lambda: enough(crew.told())), soaked.visitors))
        soaked.counts = crew.told()
        crew.close()
    return soaked


def _play_on(enough: Callable[[], bool], visitor: Visitor) -> None:
    with suppress(Enough):
        while not enough():
            visitor.play()
