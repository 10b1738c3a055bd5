"""What a fault is, and the list of all of them."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from conformance.contract import Selector
from conformance.faults import bank
from conformance.reference import Decisions

Decision = Callable[..., Any]


class UnknownFault(ValueError):  # noqa: N818 - named after what the user typed
    """An id that no fault has."""

    def __init__(self, unknown: str, known: Iterable[str]) -> None:
        close = difflib.get_close_matches(unknown, list(known), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else "; `conformance faults` lists them"
        super().__init__(f"no fault is called {unknown!r}{hint}")


@dataclass(frozen=True)
class Fault:
    """A defect: its stable id, what it is, which cases it turns red, and the decisions it replaces.

    `breaks` are selectors as in requirement files; INFO cases are never red, whatever matches them.
    `breaks_in` are those of one contract alone, by its name, where a check of the same id asks for
    more than elsewhere, or, with a `!` before them, for less. `contract` names the one whose server
    alone can have the defect, if any.
    """

    id: str
    sentence: str
    breaks: tuple[str, ...]
    overrides: Mapping[str, Decision] = field(repr=False)
    breaks_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contract: str | None = None

    def breaks_by(self, contract: str) -> tuple[str, ...]:
        """Return the selectors of what it turns red where a contract judges it."""
        return (*self.breaks, *self.breaks_in.get(contract, ()))

    def decisions(self) -> Decisions:
        """Return the decisions of a new server that has this fault."""
        faulty: type[Decisions] = type("FaultyDecisions", (Decisions,), dict(self.overrides))
        return faulty()

    def expected(self, case_ids: Iterable[str], contract: str) -> frozenset[str]:
        """Return those of a contract's case ids that this fault turns red."""
        named = self.breaks_by(contract)
        red, spared = _selectors(_red(named)), _selectors(_spared(named))
        return frozenset(one for one in case_ids if _any(red, one) and not _any(spared, one))


def _red(breaks: Iterable[str]) -> list[str]:
    return [text for text in breaks if not text.startswith("!")]


def _spared(breaks: Iterable[str]) -> list[str]:
    return [text.removeprefix("!") for text in breaks if text.startswith("!")]


def _selectors(texts: Iterable[str]) -> list[Selector]:
    return list(map(Selector.parse, texts))


def _any(selectors: Iterable[Selector], case_id: str) -> bool:
    return any(one.matches(case_id) for one in selectors)


_registered: dict[str, Fault] = {}


def fault(fault_id: str, sentence: str, *, breaks: Iterable[str], **overrides: Decision) -> Fault:
    """Register a fault.

    `overrides` are methods of `Decisions` by name. A second fault of the same id and a decision
    that does not exist raise `ValueError`.
    """
    unknown = [name for name in overrides if not hasattr(Decisions, name)]
    if unknown or not overrides:
        raise ValueError(f"{fault_id!r} replaces no decision called {', '.join(unknown) or '…'}")
    if fault_id in _registered:
        raise ValueError(f"two faults call themselves {fault_id!r}")
    _registered[fault_id] = Fault(fault_id, sentence, tuple(breaks), overrides)
    return _registered[fault_id]


def only_in(contract: str, fault_id: str) -> None:
    """Say of a fault that only a server of one contract can have it."""
    _registered[fault_id] = replace(_registered[fault_id], contract=contract)


def also_in(contract: str, fault_id: str, *breaks: str) -> None:
    """Say what else a fault turns red where one contract judges it or, with `!`, does not."""
    found = _registered[fault_id]
    _registered[fault_id] = replace(found, breaks_in={**found.breaks_in, contract: breaks})


@cache
def faults() -> Mapping[str, Fault]:
    """Return every fault by its id, in the order of the modules."""
    for module in pkgutil.iter_modules(bank.__path__):
        importlib.import_module(f"{bank.__name__}.{module.name}")
    return dict(_registered)


def told(contract: str) -> list[dict[str, Any]]:
    """Return the faults as the header of a journal by a contract holds them."""
    return [
        {"id": one.id, "sentence": one.sentence, "breaks": _red(one.breaks_by(contract))}
        for one in faults().values()
    ]


def find(fault_id: str) -> Fault:
    """Return a fault; raises `UnknownFault`, which names the nearest."""
    known = faults()
    if fault_id not in known:
        raise UnknownFault(fault_id, known)
    return known[fault_id]
