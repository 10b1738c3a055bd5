"""Trials -> the kill matrix: which fault is found by which check, and what slips through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.checks.catalogue import CheckCase
from conformance.faults.catalogue import Fault, find
from conformance.faults.degenerate.ordeal import Ordeal
from conformance.faults.prove import Prover, Trial
from conformance.faults.unprovable import UNPROVABLE

SCHEMA = "conformance-proof/1"


@dataclass(frozen=True)
class Matrix:
    """All trials and ordeals of one proof; `whole` if everything that there is was tried.

    `healthy` are trials of a server that has no fault.
    """

    prover: Prover
    trials: Sequence[Trial]
    ordeals: Sequence[Ordeal] = ()
    healthy: Sequence[Trial] = ()
    whole: bool = True

    @cached_property
    def faults(self) -> Mapping[str, Fault]:
        """Return the faults that were tried, in the order of the bank."""
        return {trial.fault: find(trial.fault) for trial in self.trials}

    @cached_property
    def cases(self) -> tuple[CheckCase, ...]:
        """Return every case that can be red."""
        return (*self.prover.cases, *self.prover.browser, *self.prover.generated)

    @cached_property
    def unseen(self) -> tuple[str, ...]:
        """Return the cases that were asked for and need a browser, where there is none."""
        return tuple(sorted(frozenset().union(*(trial.unseen for trial in self.trials))))

    @cached_property
    def survivors(self) -> tuple[Trial, ...]:
        """Return the trials in which nothing turned red."""
        return tuple(trial for trial in self.trials if trial.survived)

    @cached_property
    def inexact(self) -> tuple[Trial, ...]:
        """Return the trials in which something turned red, and not just what was named."""
        return tuple(trial for trial in self.trials if not trial.survived and not trial.exact)

    @cached_property
    def unsteady(self) -> tuple[str, ...]:
        """Return the faults that were found by other cases with another seed."""
        seen: dict[str, set[frozenset[str]]] = defaultdict(set)
        for trial in self.trials:
            seen[trial.fault].add(trial.red)
        return tuple(fault for fault, found in seen.items() if len(found) > 1)

    @cached_property
    def killers(self) -> Mapping[str, tuple[str, ...]]:
        """Return for every case the faults that it finds."""
        found: dict[str, dict[str, None]] = {case.id: {} for case in self.cases}
        for trial in self.trials:
            for case_id in trial.red | trial.generated:
                found[case_id][trial.fault] = None
        return {case_id: tuple(faults) for case_id, faults in found.items()}

    @cached_property
    def unproven(self) -> tuple[str, ...]:
        """Return the cases that no fault turns red and that have no reason for it.

        Of a generated check one case is enough: which of them meets a fault is chance.
        """
        if not self.whole:
            return ()
        directed = {case.id: (case.id,) for case in (*self.prover.cases, *self.prover.browser)}
        generated = {case.check.id: _cases(self.prover, case) for case in self.prover.generated}
        return tuple(
            name
            for name, cases in (directed | generated).items()
            if not _excused(name)
            and name not in self.unseen
            and not any(self.killers[one] for one in cases)
        )

    @cached_property
    def false_alarms(self) -> tuple[str, ...]:
        """Return the cases that were red where nothing is wrong."""
        red = (trial.red | trial.generated | trial.broken.keys() for trial in self.healthy)
        return tuple(sorted(frozenset().union(*red)))

    @property
    def holds(self) -> bool:
        """Tell whether every fault is found, exactly and steadily, and every case is proven.

        And whether nothing was green or red that must not be.
        """
        found = not (self.survivors or self.inexact or self.unsteady or self.unproven)
        return found and not self.false_alarms and all(one.holds for one in self.ordeals)


def to_json(matrix: Matrix) -> dict[str, Any]:
    """Return what `matrix.json` holds: nothing that changes from one run to the next."""
    contract = matrix.prover.contract
    by_fault = {trial.fault: trial for trial in reversed(matrix.trials)}
    return {
        "schema": SCHEMA,
        "contract": {"name": contract.name, "version": contract.version},
        "effort": matrix.prover.effort.name.lower(),
        "holds": matrix.holds,
        "faults": [
            _fault(contract.name, found, by_fault[found.id]) for found in matrix.faults.values()
        ],
        "checks": [
            {
                "id": case.id,
                "sentence": case.check.sentence,
                "killed_by": list(matrix.killers[case.id]),
                "unprovable": _excused(case.id),
            }
            for case in matrix.cases
        ],
        "healthy": {"runs": len(matrix.healthy), "red": list(matrix.false_alarms)},
        "degenerate": [_ordeal(one) for one in matrix.ordeals],
        "unsteady": list(matrix.unsteady),
        "unseen": list(matrix.unseen),
        "unproven": list(matrix.unproven),
    }


def _excused(name: str) -> str | None:
    """Return why nothing can prove a case, or a check, if that is so."""
    return UNPROVABLE.get(name) or UNPROVABLE.get(name.partition("[")[0])


def _cases(prover: Prover, case: CheckCase) -> tuple[str, ...]:
    """Return the cases of the same generated check."""
    return tuple(one.id for one in prover.generated if one.check is case.check)


def _fault(contract: str, found: Fault, trial: Trial) -> dict[str, Any]:
    return {
        "id": found.id,
        "sentence": found.sentence,
        "decisions": sorted(found.overrides),
        "breaks": list(found.breaks_by(contract)),
        "red": sorted(trial.red),
        "generated": sorted(trial.generated),
        "missed": sorted(trial.missed),
        "unnamed": sorted(trial.unnamed),
        "broken": dict(trial.broken),
    }


def _ordeal(ordeal: Ordeal) -> dict[str, Any]:
    return {
        "id": ordeal.target,
        "sentence": ordeal.sentence,
        "exit_code": ordeal.exit_code,
        "green": list(ordeal.green),
        "holds": ordeal.holds,
    }


def complaints(matrix: Matrix) -> Iterable[str]:
    """Yield a line for everything that is not as it should be."""
    yield from _about_faults(matrix)
    for ordeal in matrix.ordeals:
        if not ordeal.holds:
            yield _complaint(ordeal)
    for case_id in matrix.false_alarms:
        yield f"FALSE      {case_id}: it turns red on the healthy server."
    for case_id in matrix.unproven:
        yield f"UNPROVEN   {case_id}: no fault turns it red, and no reason says why."


def _about_faults(matrix: Matrix) -> Iterable[str]:
    for trial in matrix.survivors:
        yield f"SURVIVED   {trial.fault}: {find(trial.fault).sentence} Nothing turned red."
    for trial in matrix.inexact:
        for word, cases in (("blunt", trial.missed), ("imprecise", trial.unnamed)):
            if cases:
                yield f"{word.upper():<10} {trial.fault}: {', '.join(sorted(cases))}"
        for case_id, reason in trial.broken.items():
            yield f"ERROR      {trial.fault}: {case_id}: {reason}"
    for fault_id in matrix.unsteady:
        yield f"UNSTEADY   {fault_id}: another seed finds it by other cases."


def _complaint(ordeal: Ordeal) -> str:
    expected = " or ".join(map(str, sorted(ordeal.expected)))
    ended = f"exit code {ordeal.exit_code}" if ordeal.exit_code is not None else "no end in time"
    told = "" if ordeal.reported else ", no report"
    green = f", green: {', '.join(ordeal.green)}" if ordeal.green else ""
    return f"DEGENERATE {ordeal.target}: {ended} where {expected} is due{told}{green}"
