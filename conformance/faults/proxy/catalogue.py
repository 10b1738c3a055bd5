"""What a fault on the wire is, and the list of all of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from conformance.faults.catalogue import UnknownFault
from conformance.faults.proxy.message import Answered, Asked

Memory = dict[Any, Any]
"""What a fault remembers for as long as its proxy runs."""

Ask = Callable[[Memory, Asked], Asked]
Answer = Callable[[Memory, Asked, Answered], Answered]


@dataclass(frozen=True)
class WireFault:
    """A defect that is made on the way; `breaks` are checks that it turns red where they apply."""

    id: str
    sentence: str
    breaks: tuple[str, ...]
    ask: Ask = field(default=lambda _memory, asked: asked, repr=False)
    answer: Answer = field(default=lambda _memory, _asked, answered: answered, repr=False)


_registered: dict[str, WireFault] = {}


def wire_fault(
    fault_id: str, sentence: str, *, breaks: Iterable[str], **how: Callable[..., Any]
) -> None:
    """Register a fault: `ask` changes requests, `answer` changes answers."""
    if fault_id in _registered:
        raise ValueError(f"two faults call themselves {fault_id!r}")
    _registered[fault_id] = WireFault(fault_id, sentence, tuple(breaks), **how)


@cache
def faults() -> Mapping[str, WireFault]:
    """Return every fault on the wire by its id."""
    importlib.import_module("conformance.faults.proxy.bank")
    return dict(_registered)


def find(fault_id: str) -> WireFault:
    """Return a fault on the wire; raises `UnknownFault`, which names the nearest."""
    known = faults()
    if fault_id not in known:
        raise UnknownFault(fault_id, known)
    return known[fault_id]
