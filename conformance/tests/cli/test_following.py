"""A soak is followed as a run is: by a live view on a terminal, by plain lines in a log."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from conformance.cli import progress
from conformance.cli.following import SoakProgress
from conformance.load.promises import amended
from conformance.load.standing import Standing
from conformance.plugin.session import Options, Session

_FINDING = {"race.code": 1}


class _Clock:
    """A clock that a test moves; `now` is in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Return its time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    """The clock by which is told how long it takes."""
    moved = _Clock()
    monkeypatch.setattr(progress, "time", moved)
    return moved


def _followed(*, operations: int | None = None, duration: int | None = None) -> SoakProgress:
    console = Console(file=io.StringIO(), width=70, color_system=None)
    session = Session(Options(), amended)
    return SoakProgress(console, session, {"operations": operations, "duration": duration})


def _lines(followed: SoakProgress) -> Iterator[str]:
    file = followed.console.file
    assert isinstance(file, io.StringIO)
    yield from file.getvalue().splitlines()


def test_a_log_gets_a_line_for_each_tenth(clock: _Clock) -> None:
    """Operations, their rate and the time that is left, without a control character."""
    followed = _followed(operations=1000)
    with followed.shown():
        for done in range(0, 450, 50):
            clock.now += 1
            followed.follow(Standing(done))
    assert [line.partition(",")[0] for line in _lines(followed)] == [
        f"{done} of 1000 operations" for done in (100, 200, 300, 400)
    ]
    assert list(_lines(followed))[-1] == "400 of 1000 operations, 50 a second, 9 s, 12 s left"


def test_a_duration_has_tenths_as_well(clock: _Clock) -> None:
    """What ends first is what is left."""
    followed = _followed(duration=60)
    with followed.shown():
        for second in range(13):
            followed.follow(Standing(10 * second))
            clock.now += 1
    assert list(_lines(followed)) == [
        "60 operations, 10 a second, 6 s, 54 s left",
        "120 operations, 10 a second, 12 s, 48 s left",
    ]


def test_a_log_says_once_what_is_broken(clock: _Clock) -> None:
    """Every check that an invariant is about gets a line, by the level of its requirement."""
    followed = _followed(operations=1000)
    with followed.shown():
        for done in (10, 20, 30):
            clock.now += 1
            followed.follow(Standing(done, _FINDING))
    assert list(_lines(followed)) == ["WARN  race.code", "WARN  code.single-use"]


def test_the_live_view_counts_what_is_broken(clock: _Clock) -> None:
    """How far it is, and which checks are red so far."""
    followed = _followed(operations=1000)
    followed.begin(100)
    clock.now += 2
    followed.follow(Standing(10, _FINDING))
    with followed.console.capture() as captured:
        followed.console.print(followed._view())
    shown = [line.rstrip() for line in captured.get().splitlines()]
    assert shown[0].endswith("10 of 1000 operations, 2 s")
    assert shown[1] == "findings  1"
    assert [line.strip() for line in shown[2:]] == ["WARN race.code", "WARN code.single-use"]
