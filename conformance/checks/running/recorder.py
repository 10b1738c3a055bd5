"""Exchanges as they happen -> the journal, under the check that caused them, without secrets."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from conformance.evidence import Journal, Redactor, Transcript
from conformance.evidence.record import Line
from conformance.targets import Client, LiveTarget
from conformance.wire import Exchange

_KEPT = 30


class Recorder:
    """Writes down every exchange as it happens, under the check that caused it.

    With `keep` it remembers the last exchanges of each case too, until they are taken.
    """

    def __init__(
        self, live: LiveTarget, redactor: Redactor, journal: Journal | None, *, keep: bool = False
    ) -> None:
        self.live = live
        self.redactor = redactor
        self.journal = journal
        self.current: str | None = None
        self.exchanges: list[int] = []
        self._keep = keep
        self._kept: dict[str, deque[Line]] = {}
        self._transcript = Transcript(redactor)
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
        if self.journal or self._keep:
            self._remember(self._told(exchange, self.current))

    def meanwhile(self, case_id: str, exchange: Exchange) -> None:
        """Write down what is exchanged for a check case while others run; it is cited later."""
        if self.journal or self._keep:
            self._told(exchange, case_id)

    def cite(self, exchanges: Sequence[Exchange]) -> None:
        """Count exchanges that were recorded before among those of the current check."""
        for one in exchanges:
            self.exchanges.append(one.number)
            if self._keep:
                self._remember(self._transcript.line(one, self.current))

    def _told(self, exchange: Exchange, case_id: str | None) -> Line:
        self.redactor.learn(exchange)
        tell = self.journal.exchange if self.journal else self._transcript.line
        return tell(exchange, case_id, self.live.clock.ahead)

    def _remember(self, line: Line) -> None:
        if self._keep and self.current:
            self._kept.setdefault(self.current, deque(maxlen=_KEPT)).append(line)

    def take(self, case_id: str) -> Sequence[Line]:
        """Return what was kept of a case, and keep it no longer."""
        return tuple(self._kept.pop(case_id, ()))

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
