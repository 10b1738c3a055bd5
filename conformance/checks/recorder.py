"""Exchanges as they happen -> the journal, under the check that caused them, without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from conformance.evidence import Journal, Redactor
from conformance.targets import Client, LiveTarget
from conformance.wire import Exchange


class Recorder:
    """Writes down every exchange as it happens, under the check that caused it."""

    def __init__(self, live: LiveTarget, redactor: Redactor, journal: Journal | None) -> None:
        self.live = live
        self.redactor = redactor
        self.journal = journal
        self.current: str | None = None
        self.exchanges: list[int] = []
        for secret, kind in declared_secrets(live):
            redactor.register(secret, kind, name=kind)
        live.wire.listeners.append(self.record)

    def begin(self, case_id: str | None) -> None:
        """Attribute what follows to a check case."""
        self.current, self.exchanges = case_id, []

    @contextmanager
    def aside(self, case_id: str) -> Iterator[list[int]]:
        """Attribute a block to another check case; the list gets the numbers of its exchanges."""
        before = self.current, self.exchanges
        self.begin(case_id)
        try:
            yield self.exchanges
        finally:
            self.current, self.exchanges = before

    def record(self, exchange: Exchange) -> None:
        """Learn the secrets in an exchange and write it, without them, into the journal."""
        self.exchanges.append(exchange.number)
        if self.journal:
            self.redactor.learn(exchange)
            self.journal.exchange(exchange, self.current, self.live.clock.ahead)

    def observe(self, name: str, value: object) -> None:
        """Write down something that was measured."""
        if self.journal:
            self.journal.observation(name, value)


def declared_secrets(live: LiveTarget) -> Iterable[tuple[str, str]]:
    """Yield the secrets that the target file declares, each with a name for it."""
    for role in ("client", "other_client", "service_client", "public_client"):
        client: Client | None = live.client(role)
        if client and client.secret:
            yield client.secret, "client-secret" if role == "client" else f"client-secret ({role})"
    for name, value in live.file.http.headers.items():
        yield value, f"header {name}"
    for role in ("user", "other_user"):
        user = live.user(role)
        if user:
            yield user.password, "password" if role == "user" else f"password ({role})"
