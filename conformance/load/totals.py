"""What all workers have told together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.evidence.record import Line


@dataclass
class Totals:
    """The sums over the workers; `unclear` says of an invariant why an answer decided nothing.

    `problem` is why a worker could not begin, `fault` where our own code failed.
    """

    operations: int = 0
    plays: int = 0
    requests: int = 0
    judged: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    unclear: dict[str, str] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    problem: str | None = None
    fault: str | None = None

    @classmethod
    def of(cls, told: Iterable[Line]) -> Totals:
        """Return the sums of what workers told last."""
        totals = cls()
        for one in told:
            totals.operations += one.get("operations", 0)
            totals.plays += one.get("plays", 0)
            totals.requests += one.get("requests", 0)
            totals.judged.update(one.get("judged", {}))
            totals.broken.update(one.get("broken", {}))
            totals.cut.update(one.get("cut", {}))
            totals.left.update(one.get("left", {}))
            totals.unclear |= one.get("unclear", {})
            totals.rows.update(one.get("rows", ()))
            totals.problem = totals.problem or one["problem"]
            totals.fault = totals.fault or one["fault"]
        return totals
