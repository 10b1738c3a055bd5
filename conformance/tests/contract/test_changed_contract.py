"""Everything is driven by the contract: another contract, the same checks, no line of Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.checks import catalogue
from conformance.checks.running.survey import survey
from conformance.contract import Contract, load
from conformance.reference import create_app
from conformance.targets import Effort, start_in_process
from conformance.targets.startup.embedded import settings_for
from conformance.tests.cli.conftest import Command, conformance
from conformance.tests.contract import changes
from conformance.tests.contract.changes import Change, changed
from conformance.tests.variants import judging
from conformance.verdict import Outcome
from conformance.verdict.exit import CONFORMS, exit_code
from conformance.verdict.results import Results

__all__ = ["conformance"]

Copy = Callable[..., Contract]

# Without a browser a popup is judged by a SHOULD alone.
_BREAKING = tuple(change for change in changes.ALL if change is not changes.popup)


@pytest.fixture
def copy(folder: Path) -> Copy:
    """Return a function that changes a copy of the shipped contract and loads it."""

    def copied(*wanted: Change) -> Contract:
        changed(folder, *wanted)
        return load(folder)

    return copied


def judged(contract: Contract, served: Contract) -> Results:
    """Return what the checks of one contract say of a server that serves another."""
    live = start_in_process(contract, application=create_app(settings_for(served)))
    found = survey(live, effort=Effort.SMOKE)
    return judging.results(contract, found)


def segments(path: str) -> set[str]:
    """Return what a path consists of, without its templates."""
    return {part for part in path.split("/") if part and not part.startswith("{")}


def test_nothing_in_the_copy_is_as_it_was(kitchenmonki: Contract, copy: Copy) -> None:
    """Every path, every method but the page's, every placement and every lifetime is another."""
    contract = copy(*changes.ALL)
    for name, old in kitchenmonki.operations.items():
        new = contract.operations[name]
        assert not segments(old.path) & segments(new.path)
        assert re.findall("{.*?}", old.path) == re.findall("{.*?}", new.path)
        assert old.method != new.method or name == kitchenmonki.authorize.id
    for name, place in kitchenmonki.placements.items():
        other = contract.placements[name]
        assert place.operations == other.operations
        assert (place.parameter, place.prefix) != (other.parameter, other.prefix)
    assert kitchenmonki.token.location("code") != contract.token.location("code")
    assert kitchenmonki.popup != contract.popup
    for kind, lifetime in kitchenmonki.lifetimes.items():
        assert lifetime.seconds != contract.lifetimes[kind].seconds
        assert lifetime.before == contract.lifetimes[kind].before


def test_the_same_checks_judge_a_server_of_the_copy(copy: Copy) -> None:
    """With everything changed at once, a server that matches the copy conforms to it."""
    contract = copy(*changes.ALL)
    found = judged(contract, served=contract)
    assert not judging.complaints(found)
    assert exit_code(found) == CONFORMS


def test_each_check_of_the_contract_is_a_check_of_the_copy(
    kitchenmonki: Contract, copy: Copy
) -> None:
    """No case is lost in the copy."""
    cases = [case.id for case in catalogue.cases(kitchenmonki)]
    assert cases == [case.id for case in catalogue.cases(copy(*changes.ALL))]


@pytest.mark.parametrize("change", _BREAKING, ids=lambda change: change.__name__)
def test_each_change_counts(kitchenmonki: Contract, copy: Copy, change: Change) -> None:
    """One change alone, and the server of the shipped contract conforms no more."""
    found = judged(copy(change), served=kitchenmonki)
    assert judging.complaints(found)
    assert exit_code(found) != CONFORMS


def test_popup_is_asked_for_as_the_copy_says(kitchenmonki: Contract, copy: Copy) -> None:
    """A server that knows another parameter for the popup shows none."""
    contract = copy(changes.popup)
    seen = [judged(contract, served=one).check("popup.static") for one in (kitchenmonki, contract)]
    assert [one.outcome for one in seen] == [Outcome.VIOLATION, Outcome.PASS]


def test_command_line_takes_the_copy(copy: Copy, tmp_path: Path, conformance: Command) -> None:
    """`conformance run --contract FOLDER` serves and judges what the folder says."""
    contract = copy(*changes.ALL)
    ended = conformance("run", "--contract", str(contract.folder), "--out", "out")
    results = json.loads((tmp_path / "out/results.json").read_text(encoding="utf-8"))
    assert ended.code == 0, ended.text
    assert results["contract"]["digest"] == contract.digest
    urls = {line["url"] for line in _exchanges(tmp_path / "out/journal.jsonl")}
    assert not [url for url in urls if "/v2/" in url and "/new-v2/" not in url]


def _exchanges(journal: Path) -> list[dict[str, str]]:
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    return [line["request"] for line in lines if line["type"] == "exchange"]
