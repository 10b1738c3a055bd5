"""The lifecycle table and the rows that were exercised -> a state diagram a kind of value.

Changes of state are arrows; what leaves a value as it is stands inside its state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.lifecycle import TRANSITIONS, Expected, Kind, State, Transition

EXERCISED = "lifecycle.exercised"
"""The observation that names the rows."""

_BOX, _LINE, _HEAD, _INSET = 168, 17, 30, 24
_LEFT, _RIGHT, _UPPER, _LOWER = 8, 344, 8, 190
_PLACES: Mapping[State, tuple[int, int]] = {
    State.LIVE: (_LEFT, _UPPER),
    State.OPEN: (_RIGHT, _UPPER),
    State.SPENT: (_LEFT, _LOWER),
    State.EXPIRED: (_RIGHT, _LOWER),
}
_ANSWERS = {Expected.YES: "accepted", Expected.NO: "refused", Expected.ANY: "either way"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table in words, and whether the run exercised it."""

    text: str
    exercised: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A state, where it stands, and what is asked of a value there without changing it."""

    state: State
    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A change from one state to another: its way, and the events that cause it."""

    path: str
    x: int
    y: int
    anchor: str
    lines: tuple[Line, ...]

    @property
    def exercised(self) -> bool:
        """Tell whether every event of it was exercised."""
        return all(line.exercised for line in self.lines)


@dataclass(frozen=True, slots=True)
class Chart:
    """The life of one kind of value."""

    kind: Kind
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    exercised: int
    rows: int


def charts(exercised: Sequence[str]) -> tuple[Chart, ...]:
    """Return a chart a kind; `exercised` are names of rows."""
    return tuple(_chart(kind, frozenset(exercised)) for kind in Kind)


def _chart(kind: Kind, exercised: frozenset[str]) -> Chart:
    rows = [row for row in TRANSITIONS if row.kind is kind]
    there = {state for row in rows for state in (row.state, row.becomes)}
    boxes = {state: _box(state, rows, exercised) for state in _PLACES if state in there}
    return Chart(
        kind=kind,
        boxes=tuple(boxes.values()),
        edges=tuple(_edges(boxes, rows, exercised)),
        exercised=sum(row.name in exercised for row in rows),
        rows=len(rows),
    )


def _box(state: State, rows: Sequence[Transition], exercised: frozenset[str]) -> Box:
    lines = tuple(
        _line(row, exercised) for row in rows if row.state is state and row.becomes is state
    )
    x, y = _PLACES[state]
    return Box(state, x, y, _BOX, _HEAD + _LINE * len(lines), lines)


def _edges(
    boxes: Mapping[State, Box], rows: Sequence[Transition], exercised: frozenset[str]
) -> Iterator[Edge]:
    for state, becomes in ((a, b) for a in boxes for b in boxes if a is not b):
        lines = [
            _line(row, exercised) for row in rows if (row.state, row.becomes) == (state, becomes)
        ]
        if lines:
            yield _edge(boxes[state], boxes[becomes], tuple(lines))


def _edge(start: Box, end: Box, lines: tuple[Line, ...]) -> Edge:
    """Go down beside a box, across above the label, or from corner to corner."""
    if start.x == end.x:
        x = start.x + (_INSET if start.x == _LEFT else _BOX - _INSET)
        label = (x + 9, "start") if start.x == _LEFT else (x - 9, "end")
        y = (start.y + start.height + end.y) // 2 - _LINE * (len(lines) - 1) // 2 + 4
        return Edge(f"M{x} {start.y + start.height}V{end.y - 5}", label[0], y, label[1], lines)
    if start.y == end.y:
        y = start.y + 15
        middle = (start.x + _BOX + end.x) // 2
        return Edge(f"M{start.x + _BOX} {y}H{end.x - 5}", middle, y + 16, "middle", lines)
    y = start.y + start.height
    return Edge(
        f"M{start.x + _BOX - 8} {y}C{start.x + _BOX} {end.y - 10} {end.x - 90} {end.y + 15}"
        f" {end.x - 5} {end.y + 15}",
        (start.x + _BOX + end.x) // 2,
        end.y + 34,
        "middle",
        lines,
    )


def _line(row: Transition, exercised: frozenset[str]) -> Line:
    answer = _ANSWERS.get(row.expected)
    return Line(f"{row.event}: {answer}" if answer else str(row.event), row.name in exercised)
