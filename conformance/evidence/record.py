"""What a journal says, read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Line = dict[str, Any]

COUNTED = "left."
"""What observations begin with that are added up: each says how much more, or less, there is."""


@dataclass(slots=True)
class Record:
    """The lines of a journal, by their type; `torn` counts those that cannot be read.

    A resumed run adds a header of its own: the last header counts, and the footer after it.
    """

    header: Line | None = None
    exchanges: list[Line] = field(default_factory=list)
    verdicts: list[Line] = field(default_factory=list)
    observations: dict[str, Any] = field(default_factory=dict)
    footer: Line | None = None
    torn: int = 0

    def add(self, line: Line) -> None:
        """Take in one more line; a line of an unknown type counts as torn."""
        take = _TAKE.get(line.get("type", ""))
        if take is None:
            self.torn += 1
        else:
            take(self, line)


def read(path: Path) -> Record:
    """Read a journal, or as much of it as was written; raises `OSError`."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        return recorded(lines)


def recorded(lines: Iterable[str]) -> Record:
    """Return the record that the lines of a journal make."""
    record = Record()
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:
            line = {}
        record.add(line if isinstance(line, dict) else {})
    return record


def _begin(record: Record, line: Line) -> None:
    record.header, record.footer = line, None


def _end(record: Record, line: Line) -> None:
    record.footer = line


def _observe(record: Record, line: Line) -> None:
    observe(record.observations, line["name"], line["value"])


def observe(known: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 - as it was observed
    """Take in an observation: the last one counts, or the sum of all."""
    known[name] = known.get(name, 0) + value if name.startswith(COUNTED) else value


_TAKE: dict[str, Callable[[Record, Line], None]] = {
    "header": _begin,
    "exchange": lambda record, line: record.exchanges.append(line),
    "verdict": lambda record, line: record.verdicts.append(line),
    "observation": _observe,
    "footer": _end,
}
