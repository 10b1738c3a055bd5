"""Tests of `conformance.evidence.merging`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.evidence import Journal, Redactor, merge, read
from conformance.tests.evidence.traffic import exchange


def test_exchanges_are_numbered_anew_and_verdicts_follow(tmp_path: Path) -> None:
    """Two parts that both count from one make one journal in which every number is unique."""
    parts = [_part(tmp_path, name, _worker(name)) for name in ("a", "b")]
    merge(parts, tmp_path / "whole.jsonl")
    record = read(tmp_path / "whole.jsonl")
    assert [line["number"] for line in record.exchanges] == [1, 2, 3, 4]
    assert [line["exchanges"] for line in record.verdicts] == [[1, 2], [3, 4]]
    assert [line["step"] for line in record.verdicts] == [2, 4]
    assert record.header is not None
    assert record.header["cases"] == ["check.a", "check.b"]
    assert record.observations == {"by-a": 1, "by-b": 1}


def test_the_footer_sums_up_the_parts(tmp_path: Path) -> None:
    """Requests add up, parallel phases do not, and nobody knows the exit code of the whole."""
    parts = [_part(tmp_path, name, _worker(name)) for name in ("a", "b")]
    merge(parts, tmp_path / "whole.jsonl")
    assert read(tmp_path / "whole.jsonl").footer == {
        "type": "footer",
        "exit_code": None,
        "ended": "b",
        "requests": 4,
        "phases": {"checks": 1.5},
    }


def test_a_part_that_did_not_end_leaves_the_whole_without_an_end(tmp_path: Path) -> None:
    """One dead worker is enough: the merged run did not end."""
    parts = [_part(tmp_path, "a", _worker("a")), _part(tmp_path, "b", lambda one: one.header())]
    merge(parts, tmp_path / "whole.jsonl")
    assert read(tmp_path / "whole.jsonl").footer is None


def test_what_another_part_judged_is_judged(tmp_path: Path) -> None:
    """A case that one machine left out for another has the other's verdict."""
    left_out = _part(tmp_path, "a", lambda one: one.verdict(check="x.y", outcome="not_selected"))
    judged = _part(tmp_path, "b", lambda one: one.verdict(check="x.y", outcome="pass"))
    for parts in ([left_out, judged], [judged, left_out]):
        merge(parts, tmp_path / "whole.jsonl")
        assert [line["outcome"] for line in read(tmp_path / "whole.jsonl").verdicts] == ["pass"]


def test_the_whole_may_be_one_of_its_parts(tmp_path: Path) -> None:
    """A journal that was begun by the leader takes in those of the workers."""
    leader = _part(tmp_path, "leader", lambda one: one.header(suite="x", cases=["check.a"]))
    worker = _part(tmp_path, "a", lambda one: one.verdict(check="check.a", outcome="pass"))
    merge([leader, worker], leader)
    record = read(leader)
    assert record.header is not None
    assert (record.header["suite"], len(record.verdicts)) == ("x", 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "leader.jsonl"]


def _part(folder: Path, name: str, write: Callable[[Journal], None]) -> Path:
    path = folder / f"{name}.jsonl"
    with Journal(path, Redactor()) as journal:
        write(journal)
    return path


def _worker(name: str) -> Callable[[Journal], None]:
    def write(journal: Journal) -> None:
        journal.header(cases=[f"check.{name}"])
        for number in (1, 2):
            journal.exchange(exchange(number=number), f"check.{name}")
        journal.verdict(check=f"check.{name}", outcome="violation", step=2, exchanges=[1, 2])
        journal.observation(f"by-{name}", 1)
        seconds = {"a": 1.0, "b": 1.5}[name]
        journal.footer(exit_code=1, ended=name, requests=2, phases={"checks": seconds})

    return write


def test_what_is_counted_is_added_up(tmp_path: Path) -> None:
    """What two parts have left at a target is left there, less what was taken back."""

    def changes(*times: int) -> Callable[[Journal], None]:
        def write(journal: Journal) -> None:
            for one in times:
                journal.observation("left.createList", one)

        return write

    parts = [_part(tmp_path, "a", changes(1, 1, -2)), _part(tmp_path, "b", changes(1, 1, 1))]
    merge(parts, tmp_path / "whole.jsonl")
    assert read(tmp_path / "whole.jsonl").observations == {"left.createList": 3}
