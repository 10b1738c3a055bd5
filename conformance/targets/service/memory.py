"""What a run has seen of its target already: it is told again, and not asked for again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from conformance.wire import Exchange

Seen = TypeVar("Seen")

# How often a target may change its mind: more than a fault that comes and goes with its state.
_CHANGES = 6


class Memory:
    """What was observed, with the exchanges that showed it; and how steady the target has been.

    `cite` is told the exchanges of what is told again, so that they count for whoever asks.
    """

    def __init__(self, cite: Callable[[Sequence[Exchange]], None]) -> None:
        self._told = cite
        self._open: list[list[Exchange]] = []
        self._observed: dict[Hashable, tuple[object, Sequence[Exchange]]] = {}
        self._asked: set[Hashable] = set()
        self._twins: dict[str, bool] = {}
        self._standing: set[str] = set()
        self._changes = 0

    def cite(self, exchanges: Sequence[Exchange]) -> None:
        """Have exchanges count for whoever asks, and for what is being observed."""
        self._told(exchanges)
        for seen in self._open:
            seen.extend(exchanges)

    @contextmanager
    def noting(self, seen: list[Exchange]) -> Iterator[None]:
        """Add to what was seen the exchanges that are cited in the block."""
        self._open.append(seen)
        try:
            yield
        finally:
            self._open.pop()

    def recall(
        self, what: Hashable, observe: Callable[[], tuple[Seen, Sequence[Exchange]]]
    ) -> Seen:
        """Return what was observed, and observe it where nobody has yet.

        What raises has shown nothing, and is not remembered.
        """
        self._asked.add(what)
        if what in self._observed:
            seen, exchanges = self._observed[what]
            self.cite(exchanges)
            return cast("Seen", seen)
        fresh = self._observed[what] = observe()
        return fresh[0]

    def begin(self) -> None:
        """Begin with another check case."""
        self._asked.clear()

    def forget(self) -> None:
        """Forget what this case has asked for: it has shown nothing."""
        for what in self._asked:
            self._observed.pop(what, None)

    def turn(self) -> None:
        """Begin with another check: what stood before a case of the last one stands no more."""
        self._standing.clear()

    def stand(self, what: str) -> None:
        """Remember that a request that is as it should be was accepted after a case."""
        self._standing.add(what)

    def stands(self, what: str) -> bool:
        """Tell whether it was, after an earlier case of this check."""
        return what in self._standing

    def note_twin(self, what: str, *, accepted: bool) -> None:
        """Remember whether a request that is as it should be was accepted."""
        self._changes += self._twins.get(what, accepted) is not accepted
        self._twins[what] = accepted

    @property
    def wavers(self) -> bool:
        """Tell whether the target changes its mind about requests that are as they should be."""
        return self._changes >= _CHANGES
