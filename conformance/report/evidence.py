"""A record -> what a reader sees of each check: its exchanges, the flow, a script, its proof."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.contract import Level, Selector
from conformance.evidence import Record
from conformance.report.script import flow, script, sources
from conformance.report.sequence import CLOCK, Diagram, sequence
from conformance.verdict.judged import CheckResult, Results
from conformance.verdict.outcome import Verdict

_SHOWN_IN_FULL = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.INCONCLUSIVE})
_MOST = 30
"""How many exchanges of one check are shown; the journal holds them all."""

Exchange = Mapping[str, Any]
Fault = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A check with the exchanges that a reader needs; the script is empty where nothing is red."""

    check: CheckResult
    exchanges: Sequence[Exchange]
    left_out: int
    diagram: Diagram
    script: str

    @property
    def full(self) -> bool:
        """Tell whether the exchanges are shown as they went over the wire, or only the flow."""
        return self.check.verdict in _SHOWN_IN_FULL


def evidence(record: Record, results: Results) -> tuple[Evidence, ...]:
    """Return what there is to see of every check, in their order."""
    by_number = {exchange["number"]: exchange for exchange in record.exchanges}
    endpoints = (record.header or {}).get("endpoints", {})
    origins = sources(record.exchanges)
    return tuple(_one(check, by_number, endpoints, origins) for check in results.checks)


def proofs(record: Record, results: Results) -> dict[str, tuple[Fault, ...]]:
    """Return for every check case the known defects that turn it red."""
    breaking: dict[str, list[tuple[Selector, Fault]]] = defaultdict(list)
    for fault in (record.header or {}).get("faults", ()):
        for selector in map(Selector.parse, fault["breaks"]):
            breaking[selector.check].append((selector, fault))
    return {
        check.id: _breaking(check.id, breaking[Selector.parse(check.id).check])
        if check.level is not Level.INFO
        else ()
        for check in results.checks
    }


def _breaking(case_id: str, told: Sequence[tuple[Selector, Fault]]) -> tuple[Fault, ...]:
    named = {fault["id"]: fault for selector, fault in told if selector.matches(case_id)}
    return tuple(named.values())


def _one(
    check: CheckResult,
    by_number: Mapping[int, Exchange],
    endpoints: Mapping[str, str],
    origins: Mapping[str, Exchange],
) -> Evidence:
    mine = [by_number[number] for number in check.exchanges if number in by_number]
    kept = _around(mine, check.step)
    red = check.verdict in _SHOWN_IN_FULL
    led = _led_to(mine, check.step, endpoints)
    return Evidence(
        check=check,
        exchanges=kept,
        left_out=len(mine) - len(kept),
        diagram=sequence(kept, endpoints, check.step),
        script=script(check, flow(led, origins)) if red and led else "",
    )


def _led_to(
    exchanges: Sequence[Exchange], step: int | None, endpoints: Mapping[str, str]
) -> Sequence[Exchange]:
    """Return what led to the exchange that broke the rule, and that one; all where none did.

    A script has no use for what moved the clock, since that may have been done by another check.
    """
    at = next((i for i, one in enumerate(exchanges) if one["number"] == step), len(exchanges))
    clock = endpoints.get(CLOCK)
    return [one for one in exchanges[: at + 1] if one["request"]["url"].partition("?")[0] != clock]


def _around(exchanges: Sequence[Exchange], step: int | None) -> Sequence[Exchange]:
    """Return the last exchanges up to the one that broke the rule, and a few after it."""
    if len(exchanges) <= _MOST:
        return exchanges
    at = next((i for i, one in enumerate(exchanges) if one["number"] == step), len(exchanges) - 1)
    end = min(len(exchanges), max(at + 3, _MOST))
    return exchanges[end - _MOST : end]
