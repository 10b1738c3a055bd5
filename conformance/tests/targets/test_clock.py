"""Clocks: what time it is at the target, and how it is moved."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from conformance.contract import Contract
from conformance.reference import Server, create_app
from conformance.targets.clock import Clock, ControlClock, EmbeddedClock, FaketimeClock, RealClock
from conformance.targets.errors import ClockError
from conformance.targets.startup.embedded import settings_for
from conformance.tests.targets.site import Reply, open_site
from conformance.wire import Wire


def ahead(clock: Clock) -> int:
    """Return how far a clock says that it is ahead, by its own time."""
    assert clock.now() - time.time() == pytest.approx(clock.ahead, abs=0.5)
    return round(clock.ahead)


def test_the_control_clock_moves_a_server(contract: Contract) -> None:
    """A POST to the declared URL moves the server's own clock."""
    app = create_app(settings_for(contract, clock_control=True))
    with Server(app) as server:
        host = server.url.removeprefix("http://")
        clock = ControlClock(Wire([host]), f"{server.url}/_clock?advance={{seconds}}")
        clock.advance(1209600)
        clock.advance(0.5)
    assert app.clock.offset == 1209600.5
    assert ahead(clock) == 1209600


def test_a_control_that_does_not_confirm_is_told() -> None:
    """A clock whose URL answers 404 did not move, and the message says which key to correct."""
    with open_site({"GET /": Reply()}) as site:
        clock = ControlClock(
            Wire([site.url.removeprefix("http://")]), f"{site.url}/c?s={{seconds}}"
        )
        with pytest.raises(ClockError, match=r"\[clock\]\.advance: POST .*/c was .* status 404"):
            clock.advance(31)
    assert clock.ahead == 0


def test_the_embedded_clock_is_that_of_the_server(contract: Contract) -> None:
    """Moving the embedded clock moves the server."""
    app = create_app(settings_for(contract))
    clock = EmbeddedClock(app.clock)
    clock.advance(31)
    assert app.clock.offset == ahead(clock) == 31


def test_the_offset_file_is_signed_and_whole(tmp_path: Path) -> None:
    """The library finds a signed number without an exponent, from the very start."""
    file = tmp_path / "offset"
    clock = FaketimeClock(file)
    assert file.read_text() == "+3600\n"
    clock.advance(31.5)
    clock.advance(1209600)
    assert file.read_text() == "+1213231.5\n"
    assert list(tmp_path.iterdir()) == [file]
    assert ahead(clock) == 1213232


def test_the_real_clock_stays() -> None:
    """Real time cannot be moved, and the message says what could be declared."""
    clock = RealClock()
    assert not clock.movable
    assert ahead(clock) == 0
    with pytest.raises(ClockError, match="faketime"):
        clock.advance(1)


def test_the_embedded_clock_ends_after_a_century(contract: Contract) -> None:
    """Who asks for more, by a lifetime that a target told, is told so."""
    clock = EmbeddedClock(create_app(settings_for(contract)).clock)
    with pytest.raises(ClockError, match="century"):
        clock.advance(4e9)


def test_no_clock_goes_backward(tmp_path: Path, contract: Contract) -> None:
    """A negative step is refused by every clock that moves."""
    control = ControlClock(Wire(["127.0.0.1:1"]), "http://127.0.0.1:1/{seconds}")
    embedded = EmbeddedClock(create_app(settings_for(contract)).clock)
    for clock in (FaketimeClock(tmp_path / "offset"), control, embedded):
        with pytest.raises(ClockError, match="forward"):
            clock.advance(-1)
