"""Tests of `conformance.report.wording`."""

from __future__ import annotations

import pytest

from conformance.report.wording import lasted, span, when


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "0 s"), (31, "31 s"), (60, "1 min"), (3725, "1 h 2 min"), (1_209_630, "14 d 30 s")],
)
def test_a_stretch_of_time_has_two_units(seconds: float, told: str) -> None:
    """The greatest units that say something."""
    assert span(seconds) == told


def test_what_is_no_time_is_left_alone() -> None:
    """A journal of another hand does not make the report fail."""
    assert when("2026-11-27T00:52:44+00:00") == "27 November 2026, 00:52 UTC"
    assert when("yesterday") == "yesterday"
    assert lasted("2026-11-27T00:00:00Z", "2026-11-27T00:01:05Z") == "1 min 5 s"
    assert lasted("2026-11-27T00:00:00Z", None) == ""
