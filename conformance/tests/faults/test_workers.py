"""Tests of many trials at once, and of the processes that they are tried in."""

from __future__ import annotations

import os

import pytest

from conformance.faults import workers
from conformance.faults.catalogue import find
from conformance.faults.prove import Prover
from conformance.faults.workers import kept_to, trials

_EIGHT = (
    "answer.cached-at-refresh",
    "authorize.same-scheme-is-enough",
    "client.secret-case",
    "code.any-client",
    "error.fails-on-bytes",
    "placement.put-unchecked",
    "refresh.third-generation-forgotten",
    "value.refresh-token-uuid",
)


def test_among_many_a_fault_is_judged_by_fewer_cases_and_found_as_well(prover: Prover) -> None:
    """Where it pays, each is judged by the cases that it can concern, with the same result."""
    found = list(trials(prover, map(find, _EIGHT)))
    assert [trial.fault for trial in found if trial.exact] == list(_EIGHT)


def test_workers_find_what_one_finds(prover: Prover) -> None:
    """Processes give the trials of one in their order, those that a browser has to show as well."""
    asked = [find(one) for one in ("client.secret-case", "popup.told-to-all", "code.any-client")]
    alone = list(trials(prover, asked))
    together = list(trials(prover, asked, workers=2))
    assert [(one.fault, one.red) for one in together] == [(one.fault, one.red) for one in alone]


@pytest.mark.parametrize(("number", "kept"), [(1, [None]), (2, [3, 5]), (3, [3, 5, 3])])
def test_workers_keep_to_a_core_where_none_is_left_over(
    monkeypatch: pytest.MonkeyPatch, number: int, kept: list[int | None]
) -> None:
    """Fewer workers than cores go where the system puts them, beside whatever else runs."""
    monkeypatch.setattr(workers, "cores", lambda: [3, 5])
    assert list(kept_to(number)) == kept


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system names no cores")
def test_a_worker_runs_on_the_core_that_it_keeps_to(prover: Prover) -> None:
    """What is asked in a worker that was given the last core answers from there."""
    last = workers.cores()[-1]
    with workers.pool(prover, [last]) as pool:
        assert pool.submit(os.sched_getaffinity, 0).result() == {last}
