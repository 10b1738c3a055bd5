"""Tests of the fault bank's declarations."""

from __future__ import annotations

import re

import pytest

from conformance.contract import Selector, load, shipped
from conformance.contract import find as find_contract
from conformance.faults.catalogue import Fault, UnknownFault, fault, faults, find
from conformance.faults.prove import Prover
from conformance.reference import Decisions

_ALL = list(faults().values())


@pytest.fixture(scope="module")
def cases() -> frozenset[str]:
    """Return the cases of every contract that is shipped, but for those that are generated."""
    provers = (Prover(load(find_contract(name))) for name in shipped())
    return frozenset(case.id for prover in provers for case in (*prover.cases, *prover.browser))


def test_the_bank_is_large() -> None:
    """There are at least 150 faults, and as many different ways to be found as it takes."""
    assert len(_ALL) >= 150
    assert len({found.breaks for found in _ALL}) >= 120


@pytest.mark.parametrize("found", _ALL, ids=lambda found: found.id)
def test_a_fault_is_declared_well(found: Fault, cases: frozenset[str]) -> None:
    """It has an id of two words, a sentence, and each of its selectors names a case."""
    assert re.fullmatch(r"[a-z]+\.[A-Za-z0-9-]+", found.id)
    assert re.fullmatch(r"[A-Z].*[A-Za-z0-9]\.", found.sentence)
    special = (text for more in found.breaks_in.values() for text in more)
    for text in (*found.breaks, *special):
        assert any(map(Selector.parse(text.removeprefix("!")).matches, cases)), text
    assert any(found.expected(cases, name) for name in shipped())


def test_a_fault_replaces_only_its_own_decisions() -> None:
    """All other decisions are those of the healthy server."""
    decisions = [name for name in dir(Decisions) if not name.startswith("__")]
    for found in _ALL:
        faulty = type(found.decisions())
        changed = {one for one in decisions if getattr(faulty, one) is not getattr(Decisions, one)}
        assert changed <= set(found.overrides), found.id


def test_no_two_sentences_are_the_same() -> None:
    """Each fault says what only it does."""
    sentences = [found.sentence for found in _ALL]
    assert len(set(sentences)) == len(sentences)


def test_an_unknown_id_names_the_nearest() -> None:
    """A typing mistake is answered with the id that was meant."""
    with pytest.raises(
        UnknownFault, match=r"no fault is called 'code\.reusible'.*'code\.reusable'"
    ):
        find("code.reusible")


def test_a_mistaken_declaration_is_refused() -> None:
    """A decision that does not exist, no decision, and an id that is taken raise ValueError."""
    with pytest.raises(ValueError, match="no decision called no_such_decision"):
        fault("test.typo", "A typo.", breaks=(), no_such_decision=lambda *_: None)
    with pytest.raises(ValueError, match="replaces no decision"):
        fault("test.empty", "Nothing.", breaks=())
    with pytest.raises(ValueError, match="two faults"):
        fault("code.reusable", "Again.", breaks=(), spend_code=lambda *_: True)
