"""The comparison of figures: by their limits, and with those that were kept."""

from __future__ import annotations

from pathlib import Path

from conformance.tests.benchmarks.figure import Figure, ratio_of
from conformance.tests.benchmarks.page import worse, write

_NOISE = {"spread": 0.1, "share of a core": 1.0}


def figure(ratio: float, limit: float | None = None) -> Figure:
    """Return what a benchmark may have found."""
    return Figure("exchange", "ours over theirs", ratio, 0.0, limit)


def test_what_is_above_its_limit_is_worse(tmp_path: Path) -> None:
    """A limit holds also where nothing was kept."""
    missing = tmp_path / "figures.json"
    assert not list(worse([figure(1.4, 1.5)], missing))
    assert list(worse([figure(1.6, 1.5)], missing)) == [
        "exchange: 1.60, and at most 1.50 is allowed"
    ]


def test_what_has_grown_since_it_was_kept_is_worse(tmp_path: Path) -> None:
    """Growth by more than the tolerance is told, and noise is not."""
    write(tmp_path, [figure(1.0)], _NOISE)
    assert not list(worse([figure(1.4)], tmp_path / "figures.json"))
    assert list(worse([figure(1.6)], tmp_path / "figures.json"))
    assert "| exchange | 1.00 |" in (tmp_path / "page.md").read_text()


def test_the_best_times_make_the_ratio() -> None:
    """Slow rounds change the spread and not the ratio."""
    ratio, spread = ratio_of([2.0, 4.0, 9.0, 8.0], [1.0, 1.0, 1.0, 1.0])
    assert ratio == 2.0
    assert spread > 0


def test_nothing_is_compared_with_a_busy_machine(tmp_path: Path) -> None:
    """Where the kept figures were measured beside other work, only the limits hold."""
    write(tmp_path, [figure(1.0)], {**_NOISE, "share of a core": 0.2})
    assert not list(worse([figure(2.0)], tmp_path / "figures.json"))
