"""Scenes that a browser plays while other checks run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.checks import catalogue
from conformance.checks.catalogue import CheckCase
from conformance.checks.running.recorder import Recorder
from conformance.checks.running.runner import Runner
from conformance.contract import Contract, find, load
from conformance.evidence import Journal, Record, Redactor, read
from conformance.faults import catalogue as bank
from conformance.reference.call import Call
from conformance.targets import Effort, Service
from conformance.targets.browser.chromium import Chromium
from conformance.targets.live import LiveTarget, start_in_process
from conformance.tests.variants.endings import OneLiveCode
from conformance.verdict import Outcome

ASKED = ("popup.opener", "popup.own-window", "popup.code")
OTHERS = ("popup.without-display", "popup.foreign-opener", "popup.no-opener")


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract of the page."""
    return load(find("kitchenmonki"))


@pytest.fixture
def live(contract: Contract, chromium: Chromium) -> LiveTarget:
    """Return a healthy target, with the browser that all tests share."""
    found = start_in_process(contract)
    found.chromium = chromium
    return found


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return an open journal."""
    redactor = Redactor()
    with Journal(tmp_path / "journal.jsonl", redactor) as journal:
        yield journal


def runner(live: LiveTarget, journal: Journal, effort: Effort = Effort.GATE) -> Runner:
    """Return what runs cases against a target and writes them down."""
    recorder = Recorder(live, Redactor(), journal)
    return Runner(Service(live, effort=effort, cite=recorder.cite), recorder)


def named(*names: str) -> list[CheckCase]:
    """Return cases by their ids."""
    return [CheckCase(catalogue.checks()[name]) for name in names]


def cited(record: Record) -> dict[str, list[int]]:
    """Return the exchanges that each case cites."""
    return {line["check"]: line["exchanges"] for line in record.verdicts}


def test_what_was_played_meanwhile_is_judged_like_any_other(
    live: LiveTarget, journal: Journal
) -> None:
    """Every case passes, and cites the exchanges of its scene, whoever sent others meanwhile."""
    run = runner(live, journal)
    run.play(named(*ASKED, *OTHERS))
    between = run.run(CheckCase(catalogue.checks()["authorize.returns"]))
    judged = [run.run(case).outcome for case in named(*ASKED, *OTHERS)]
    record = read(journal.path)
    assert [between.outcome, *judged] == [Outcome.PASS] * 7
    by_number = {line["number"]: line for line in record.exchanges}
    for name in (ASKED[0], *OTHERS):
        pages = [by_number[one] for one in cited(record)[name] if by_number[one]["check"] == name]
        assert [one["request"]["method"] for one in pages][:3] == ["GET", "POST", "POST"]


def test_a_scene_is_played_once(live: LiveTarget, journal: Journal) -> None:
    """Cases that judge the same cite the same exchanges."""
    run = runner(live, journal)
    for case in named(*ASKED):
        run.run(case)
    found = cited(read(journal.path))
    assert set(found["popup.own-window"]) < set(found["popup.opener"])
    assert set(found["popup.own-window"]) < set(found["popup.code"])


def test_a_deep_run_plays_it_for_each_case(live: LiveTarget, journal: Journal) -> None:
    """No two cases cite an exchange in common."""
    run = runner(live, journal, Effort.DEEP)
    for case in named("popup.opener", "popup.own-window"):
        run.run(case)
    found = cited(read(journal.path))
    assert not set(found["popup.own-window"]) & set(found["popup.opener"])


def test_a_code_that_grew_old_meanwhile_is_no_fault_of_the_target(
    live: LiveTarget, journal: Journal
) -> None:
    """Where the code of the scene is refused by the time it is redeemed, a fresh one decides."""
    run = runner(live, journal)
    assert run.run(named("popup.opener")[0]).outcome is Outcome.PASS
    live.clock.advance(3600)
    assert run.run(named("popup.code")[0]).outcome is Outcome.PASS


def test_a_code_that_a_later_one_ended_is_no_fault_of_the_target(
    contract: Contract, chromium: Chromium, journal: Journal
) -> None:
    """Where one code of a user lives at a time (KMA-35), the twin's must not decide."""
    live = start_in_process(contract, OneLiveCode())
    live.chromium = chromium
    assert runner(live, journal).run(named("popup.code")[0]).outcome is Outcome.PASS


class BareCode(OneLiveCode):
    """The popup tells its opener the code and nothing else, as KMA-22 lets it."""

    def popup_script(self, call: Call) -> str:  # noqa: D102  as its base has it
        del call
        return (
            'const link = new URL(document.getElementById("return").href);'
            'window.opener.postMessage(link.searchParams.get("code"), link.origin);'
        )


@pytest.mark.parametrize("meanwhile", [0, 1], ids=["at once", "after another code"])
def test_a_code_without_a_name_is_one_for_every_case(
    contract: Contract, chromium: Chromium, journal: Journal, meanwhile: int
) -> None:
    """A text is known for a code by its use, which is done once, and while it can be used."""
    live = start_in_process(contract, BareCode())
    live.chromium = chromium
    run = runner(live, journal)
    run.play(named(*ASKED))
    for _ in range(meanwhile):
        run.run(CheckCase(catalogue.checks()["authorize.returns"]))
    assert [run.run(case).outcome for case in named(*ASKED)] == [Outcome.PASS] * 3


def test_a_server_of_others_is_never_used_by_two_at_once(
    live: LiveTarget, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a second login ends there nobody knows, so that a scene waits for its turn."""
    begun: list[object] = []
    monkeypatch.setattr(live.chromium, "ahead", begun.append)
    runner(replace(live, kind="remote"), journal).play(named(*ASKED))
    assert begun == []
    runner(live, journal).play(named(*ASKED))
    assert len(begun) == 1


def test_a_fresh_code_that_is_refused_is_not_tried_again(
    contract: Contract, chromium: Chromium, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A popup whose code is worth nothing gets no second chance."""
    live = start_in_process(contract, bank.find("popup.code-cut").decisions())
    live.chromium = chromium
    again: list[object] = []
    monkeypatch.setattr("conformance.checks.check_popup.played", lambda *_: again.append("played"))
    assert runner(live, journal).run(named("popup.code")[0]).outcome is Outcome.VIOLATION
    assert again == []
