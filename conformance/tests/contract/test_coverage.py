"""Requirements and checks cover each other: nothing is left open, nothing is run for nobody."""

from __future__ import annotations

import pytest

from conformance.checks import catalogue
from conformance.contract import Contract, Level, find, load, shipped


@pytest.fixture(scope="module", params=shipped())
def contract(request: pytest.FixtureRequest) -> Contract:
    """Return each contract that is shipped."""
    return load(find(request.param))


@pytest.fixture(scope="module")
def cases(contract: Contract) -> tuple[str, ...]:
    """Return the ids of all check cases of a contract."""
    return tuple(case.id for case in catalogue.cases(contract))


def test_every_requirement_is_covered_or_excluded(contract: Contract) -> None:
    """A requirement names checks, or it says in a sentence why none can verify it."""
    for one in contract.requirements:
        assert bool(one.checks) != bool(one.excluded), one.id
        assert one.excluded is None or one.excluded.endswith("."), one.id


def test_every_selector_matches_a_case(contract: Contract, cases: tuple[str, ...]) -> None:
    """What a requirement names is there."""
    selectors = {str(one): one for found in contract.requirements for one in found.checks}
    assert [text for text, one in selectors.items() if not any(map(one.matches, cases))] == []


def test_every_case_is_named_by_a_requirement(contract: Contract, cases: tuple[str, ...]) -> None:
    """No case is run for nobody: some requirement names it."""
    named = [one for one in cases if any(found.names(one) for found in contract.requirements)]
    assert sorted(set(cases) - set(named)) == []


def test_case_ids_are_unique(cases: tuple[str, ...]) -> None:
    """No two cases have one id."""
    assert len(set(cases)) == len(cases)


def test_what_is_inherited_is_capped(contract: Contract) -> None:
    """Where a contract inherits documents, only the one that it is made of can fail a server."""
    own = {one.document.id for one in contract.requirements if one.level is Level.MUST}
    inherits = any(one.cap is not Level.MUST for one in contract.documents)
    assert len(own) == 1 or not inherits


def test_inferred_musts_say_why(contract: Contract) -> None:
    """A demand that was only read off an example is no MUST, or says why it is one."""
    inferred = [one for one in contract.requirements if one.origin == "inferred"]
    assert [one.id for one in inferred if one.level is Level.MUST and not one.why] == []


def test_readings_and_requirements_name_each_other(contract: Contract) -> None:
    """A reading affects the requirements that refer to it, as far as they are judged here."""
    known = {one.id for one in contract.requirements}
    there = {(one.id, name) for one in contract.readings for name in one.affects if name in known}
    back = {(name, one.id) for one in contract.requirements for name in one.readings}
    assert sorted(back ^ there) == []


def test_deviations_judge_no_fact_twice(contract: Contract) -> None:
    """What a contract departs from is not among its requirements; what it demands instead is."""
    known = {one.id for one in contract.requirements}
    for one in contract.deviations:
        assert set(one.requirements) <= known
        assert not set(one.against) & known
