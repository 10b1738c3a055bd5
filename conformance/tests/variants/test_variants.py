"""No lawful reading fails: every variant of the server is judged by every check."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import Contract, find, load
from conformance.targets import Effort, start, start_in_process
from conformance.tests.variants import judging, transport
from conformance.tests.variants.crowd import (
    EVERY,
    Crowd,
    Variant,
    application,
    crowds,
    overrides,
)
from conformance.tests.variants.pages import ReturnsByPage
from conformance.verdict import Judgement
from conformance.verdict.exit import CONFORMS, NOT_JUDGED, exit_code
from conformance.verdict.results import Results

_SHARDS = 24
_INDIVISIBLE = ("generated", "lifecycle")  # hundreds of steps in one campaign


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract of the Authentication page."""
    return load(find("kitchenmonki"))


def judged(contract: Contract, crowd: Crowd) -> Results:
    """Return what the checks say of a crowd, without sockets."""
    live = start_in_process(contract, application=application(crowd, contract))
    found = survey(live, effort=Effort.SMOKE)
    return judging.results(contract, found)


def guilty(contract: Contract, crowd: Crowd) -> dict[str, list[str]]:
    """Return what is said of each member of a crowd that does not conform by itself."""
    alone = {one.__name__: judging.complaints(judged(contract, (one,))) for one in crowd}
    return {name: found for name, found in alone.items() if found}


def test_variants_are_many_and_explained() -> None:
    """There are dozens of variants; each has a sentence, and each really differs."""
    assert len(set(EVERY)) == len(EVERY) >= 60
    for variant in EVERY:
        assert (variant.__doc__ or "").strip().endswith("."), variant
        assert overrides(variant) or "__init__" in vars(variant), variant


@pytest.mark.parametrize("crowd", crowds(), ids=lambda crowd: crowd[0].__name__)
def test_crowd_differs_in_different_points(crowd: Crowd) -> None:
    """In a crowd no variant replaces what another one replaces."""
    names = [name for one in crowd for name in overrides(one)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    "crowd", crowds(), ids=lambda crowd: "+".join(one.__name__ for one in crowd)
)
def test_lawful_variants_conform(contract: Contract, crowd: Crowd) -> None:
    """Lawful variants together end with 0: nothing is broken and no MUST is left unjudged."""
    found = judged(contract, crowd)
    assert not judging.complaints(found), guilty(contract, crowd)
    assert exit_code(found) == CONFORMS


@pytest.mark.parametrize("variant", transport.OVER_SOCKETS)
def test_lawful_transport_conforms(contract: Contract, variant: Variant) -> None:
    """However lawfully answers travel over a socket, the run ends with 0."""
    with start(None, contract, application=application((variant,), contract)) as live:
        found = survey(live, effort=Effort.SMOKE)
    results = judging.results(contract, found)
    assert not judging.complaints(results)
    assert exit_code(results) == CONFORMS


def test_latency_is_no_violation(contract: Contract) -> None:
    """A server that takes 150 ms for every answer conforms: lifetimes allow for the network."""
    cases = [
        case for case in catalogue.cases(contract) if case.id.partition(".")[0] not in _INDIVISIBLE
    ]

    def shard(number: int) -> dict[str, Judgement]:
        slow = application((transport.Slow,), contract)
        with start(None, contract, application=slow) as live:
            return survey(live, cases[number::_SHARDS], effort=Effort.SMOKE)

    with ThreadPoolExecutor(_SHARDS) as pool:
        found = {
            name: one for part in pool.map(shard, range(_SHARDS)) for name, one in part.items()
        }
    assert len(found) > 300
    results = judging.results(contract, found)
    assert not judging.complaints(results)
    assert exit_code(results) == CONFORMS


@pytest.mark.parametrize(
    ("variant", "codes"),
    [(transport.RateLimited, (CONFORMS, NOT_JUDGED)), (ReturnsByPage, (NOT_JUDGED,))],
)
def test_what_cannot_be_judged_is_not_broken(
    contract: Contract, variant: Variant, codes: tuple[int, ...]
) -> None:
    """A server that is busy is waited for, one that needs a browser unjudged; neither is broken."""
    found = judged(contract, (variant,))
    assert not judging.broken(found)
    assert exit_code(found) in codes
