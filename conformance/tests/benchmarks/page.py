"""Figures -> JSON to compare with, and a small page for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conformance.tests.benchmarks.figure import Figure

_TOLERANCE = 1.5  # a ratio that has grown by more than this is worse, whatever the machine
_QUIET = 0.8  # of a core: figures of a busier machine are shown, and nothing is compared with them
_HEAD = """# Benchmarks

Ratios, measured side by side in one run by `tox run -e bench`; times depend on the machine.
Equal work differed by {spread:.0%} (middle half) and got {share:.0%} of a core.

| benchmark | ratio | at most | differs by | what |
| --- | --- | --- | --- | --- |
"""


def write(folder: Path, figures: Sequence[Figure], noise: Mapping[str, float]) -> None:
    """Write `figures.json` and `page.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {"noise": noise, "figures": [asdict(one) for one in figures]}
    (folder / "figures.json").write_text(json.dumps(document, indent=1) + "\n")
    head = _HEAD.format(spread=noise["spread"], share=noise["share of a core"])
    (folder / "page.md").write_text(head + "".join(map(_row, figures)))


def worse(figures: Iterable[Figure], kept: Path) -> Iterator[str]:
    """Yield what is above its limit, or has grown since the figures that were kept."""
    before = _ratios(kept)
    for one in figures:
        if not one.holds:
            yield f"{one.name}: {one.ratio:.2f}, and at most {one.limit:.2f} is allowed"
        elif one.name in before and one.ratio > before[one.name] * _TOLERANCE:
            yield f"{one.name}: {one.ratio:.2f}, and it was {before[one.name]:.2f}"


def _ratios(kept: Path) -> dict[str, float]:
    if not kept.is_file():
        return {}
    document: dict[str, Any] = json.loads(kept.read_text())
    if document["noise"]["share of a core"] < _QUIET:
        return {}
    return {one["name"]: one["ratio"] for one in document["figures"]}


def _row(one: Figure) -> str:
    limit = "" if one.limit is None else f"{one.limit:.2f}"
    told = ", ".join(f"{name} {value:.3g}" for name, value in one.details.items())
    what = f"{one.sentence} ({told})" if told else one.sentence
    return f"| {one.name} | {one.ratio:.2f} | {limit} | {one.spread:.0%} | {what} |\n"
