"""The virtual clients of one worker process, and what they have in common."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from conformance.checks.running.recorder import declared_secrets
from conformance.evidence import Redactor
from conformance.evidence.record import Line
from conformance.load.guest import Guest
from conformance.load.plan import Plan
from conformance.load.swift import Swift
from conformance.load.visitor import Visitor
from conformance.load.watch import Send, Watch
from conformance.targets import LiveTarget, Service, start
from conformance.targets.leavings import Leavings
from conformance.wire import Exchange

PAGES = "pages"
"""What every URL is called that neither the contract nor the target file names."""

Heard = Callable[[str, Exchange], None]


@dataclass(frozen=True)
class Share:
    """What one worker takes on: which of how many it is, and its part of the whole."""

    number: int
    workers: int
    seed: int
    operations: int | None
    requests: int

    @property
    def allowance(self) -> int | None:
        """Return how many operations are this worker's, None for no end."""
        if self.operations is None:
            return None
        return len(range(self.number, self.operations, self.workers))


class Crew:
    """Reaches the target within this worker's share of the limits, and makes virtual clients.

    Raises `TargetError` where it cannot be reached.
    """

    def __init__(self, plan: Plan, share: Share, send: Send, heard: Heard) -> None:
        self._stack = ExitStack()
        self._live = self._stack.enter_context(start(plan.file, plan.contract))
        self._hurry()
        self._share = share
        self._heard = heard
        self._numbers = itertools.count(1)
        budget = self._live.wire.budget
        limits = replace(budget.limits, requests=share.requests).among(share.workers)
        budget.limits = replace(limits, requests=max(1, limits.requests - plan.spent))
        redactor = Redactor(first=share.number + 1, step=share.workers)
        for secret, kind in declared_secrets(self._live):
            redactor.register(secret, kind, name=kind)
        self.watch = Watch(redactor, send, share.allowance)
        self.watch.unclear.update(plan.ground.reasons)
        self._ground = plan.ground
        self._names = _names(self._live)
        self._leavings = Leavings(Service(self._live)) if plan.stays else None

    def told(self) -> Line:
        """Return what this worker has counted so far."""
        left = dict(self._leavings.made) if self._leavings else {}
        return {**self.watch.told(), "requests": self._live.wire.budget.spent, "left": left}

    def visitor(self) -> Visitor:
        """Return one more virtual client."""
        live = self._live.beside()
        live.wire.listeners.append(self._hear)
        if self._leavings:
            live.wire.listeners.append(self._leavings.heard)
        guest = Guest(live, seed=self._share.seed, peaceful=self._ground.peaceful)
        dice = f"{self._share.seed}:{self._share.number}:{next(self._numbers)}"
        return Visitor(guest, self._ground.stage, self.watch, dice)

    def close(self) -> None:
        """Let go of the target."""
        self._stack.close()

    def _hurry(self) -> None:
        """Take the quicker way to the target, unless a proxy stands in it."""
        wire = self._live.wire
        if not wire.proxied(self._live.endpoints.token):
            swift = self._stack.enter_context(closing(Swift(wire)))
            for prefix in ("http://", "https://"):
                wire.mount(prefix, swift)

    def _hear(self, exchange: Exchange) -> None:
        self._heard(self._names.get(_place(exchange.request.url), PAGES), exchange)


def _names(live: LiveTarget) -> Mapping[str, str]:
    """Return what the known URLs are called: few names, and none with a value of somebody's."""
    parts = {part: live.endpoints.of(part) for part in live.contract.endpoints}
    found = {_place(url): part for part, url in parts.items() if url}
    for operation in live.contract.resources.values():
        if operation.id not in live.contract.unplaced or operation.id in live.file.resource.paths:
            found.setdefault(_place(live.url_of(operation)), operation.id)
    return found


def _place(url: str) -> str:
    return urlsplit(url)._replace(query="", fragment="").geturl()
