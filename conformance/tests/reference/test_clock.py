"""The clock, alone and by its door."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.reference import Clock, Server, create_app
from conformance.tests.reference.visitor import PAGE, Visitor


def test_clock_advances() -> None:
    """The clock runs ahead by as much as it was told."""
    clock = Clock()
    before = clock.now()
    clock.advance(100)
    clock.advance(0.5)
    assert clock.offset == 100.5
    assert 100.5 <= clock.now() - before < 110


@pytest.mark.parametrize("step", [-1, float("nan"), float("inf"), 1e300])
def test_clock_never_goes_back(step: float) -> None:
    """The clock refuses a step back, and one that leads nowhere."""
    clock = Clock()
    with pytest.raises(ValueError, match="forward"):
        clock.advance(step)
    assert clock.offset == 0


def test_door(later: Visitor) -> None:
    """A POST moves the clock and tells the new time; the header Date follows."""
    before = later.send("GET", "/").headers["Date"]
    told = later.send("POST", "/_clock", params="advance=86400.5").json()
    assert told["offset"] == 86400.5
    assert later.send("GET", "/").headers["Date"][:3] != before[:3]


@pytest.mark.parametrize("step", ["", "soon", "-1", "nan"])
def test_door_refuses(later: Visitor, step: str) -> None:
    """A step that is no number of seconds is refused."""
    assert later.send("POST", "/_clock", params={"advance": step}).status_code == 400


def test_door_is_shut_by_default() -> None:
    """Without clock_control nobody moves the clock."""
    settings = replace(PAGE, clock_control=False)
    with Server(create_app(settings)) as server, Visitor(server) as visitor:
        assert visitor.send("POST", "/_clock", params="advance=1").status_code == 404
