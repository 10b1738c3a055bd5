"""The target's clock: what time it is there, and how to move it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

from conformance.reference.clock import Clock as ReferenceClock
from conformance.targets.errors import ClockError, without_query
from conformance.wire import Wire

# A process whose clock cannot be moved is noticed by its first answer: it is an hour behind.
_HEAD_START = 3600.0


class Clock(Protocol):
    """A clock of a target; times are seconds since the epoch."""

    @property
    def name(self) -> str:
        """Return what kind of clock it is, as reports call it."""

    @property
    def movable(self) -> bool:
        """Tell whether `advance` can be called."""

    @property
    def ahead(self) -> float:
        """Return by how many seconds the clock was moved ahead of real time."""

    def now(self) -> float:
        """Return the target's time as far as we know: real time and what was moved."""

    def advance(self, seconds: float) -> None:
        """Move the clock forward; raises `ClockError`."""


class RealClock:
    """A clock that nobody moves."""

    name = "real"
    movable = False
    ahead = 0.0

    def now(self) -> float:
        """Return real time."""
        return time.time()

    def advance(self, seconds: float) -> None:
        """Refuse: raises `ClockError`."""
        raise ClockError(
            f"the target's clock is the real one and cannot be moved by {seconds:g} s; declare"
            " [clock] driver = 'control', or [process] faketime = true"
        )


class EmbeddedClock:
    """The clock of the embedded reference server."""

    name = "embedded"
    movable = True

    def __init__(self, clock: ReferenceClock) -> None:
        self._clock = clock

    @property
    def ahead(self) -> float:
        """Return by how many seconds the clock was moved."""
        return self._clock.offset

    def now(self) -> float:
        """Return the server's own time."""
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        """Move the server's clock forward; raises `ClockError` beyond a century in all."""
        try:
            self._clock.advance(_forward(seconds))
        except ValueError as problem:
            raise ClockError(str(problem)) from None


class ControlClock:
    """A clock that a POST to a URL of the target moves; the URL holds `{seconds}`."""

    name = "control"
    movable = True

    def __init__(self, wire: Wire, template: str) -> None:
        self._wire = wire
        self._template = template
        self.ahead = 0.0

    def now(self) -> float:
        """Return real time and what was moved."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward; raises `ClockError` where the target does not confirm it."""
        url = self._template.replace("{seconds}", _decimal(_forward(seconds)))
        exchange = self._wire.send("POST", url)
        if not 200 <= exchange.status < 300:
            answer = exchange.failure or f"status {exchange.status}"
            raise ClockError(
                f"[clock].advance: POST {without_query(url)} was answered with {answer},"
                " so the clock did not move; correct the URL, or declare driver = 'real'"
            )
        self.ahead += seconds


class FaketimeClock:
    """The clock of a process under libfaketime, which reads its offset from a file."""

    name = "faketime"
    movable = True

    def __init__(self, file: Path) -> None:
        self._file = file
        self.ahead = _HEAD_START
        self._write()

    def follows(self, date: float | None, now: float) -> bool:
        """Tell whether a `Date` that the process sent shows its own clock; without one, believe."""
        return date is None or date - now > _HEAD_START / 2

    def now(self) -> float:
        """Return real time and what was moved."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward; the server's next look at its clock sees it."""
        self.ahead += _forward(seconds)
        self._write()

    def _write(self) -> None:
        # Renamed into place: a reader that met half a line would end, or fall back to real time.
        draft = self._file.with_suffix(".new")
        draft.write_text(f"+{_decimal(self.ahead)}\n", encoding="ascii")
        draft.replace(self._file)


def _forward(seconds: float) -> float:
    if seconds < 0:
        raise ClockError(f"a clock only moves forward, not by {seconds:g} s")
    return seconds


def _decimal(seconds: float) -> str:
    """Return a number of seconds without an exponent: 1209600, 31.5."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")
