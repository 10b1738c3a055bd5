"""A code or token that the service issued, as the machine remembers it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from conformance.contract import Lifetime
from conformance.lifecycle import Kind, Life
from conformance.targets import Client, Code, Service, Span, Tokens
from conformance.verdict import Inconclusive

# How long after its end a refresh token is presented again: two weeks may be counted in days.
DAY = 86_400.0


@dataclass(slots=True, eq=False)
class Value:
    """One code or token; `source` is what it came with, `mark` by which step, `family` the grant.

    `began` is when its grant was made: a service may let a refresh token end two weeks after that,
    however often it was refreshed (reading KMA-16).
    """

    number: int
    mark: int
    secret: str = field(repr=False)
    source: Code | Tokens
    subject: str | None
    family: int
    began: Span
    life: Life

    @property
    def kind(self) -> Kind:
        """Return what it is."""
        return self.life.kind

    @property
    def client(self) -> Client:
        """Return whose it is."""
        return self.source.client

    @property
    def name(self) -> str:
        """Return what scripts call it."""
        return f"{words(self.kind)} {self.number}"

    def related(self, other: Value) -> bool:
        """Tell whether both belong to one client and, as far as is known, to one user."""
        users = {self.subject, other.subject}
        return self.client.id == other.client.id and (len(users) == 1 or None in users)


def words(kind: Kind) -> str:
    """Return a kind in words."""
    return kind.replace("_", " ")


def life_of(service: Service, kind: Kind, source: Code | Tokens, began: Span) -> Life:
    """Return the life of a value that came with its source, with the margins of this target.

    Where nothing tells how long that is, it may end at any time, and its use all the same.
    """
    start = began.sent if kind is Kind.REFRESH_TOKEN else source.issued.sent
    try:
        lifetime = service.lifetime(kind, source)
    except Inconclusive:
        return Life(kind, alive_until=start, dead_from=math.inf)
    return Life(
        kind,
        alive_until=start + lifetime.seconds - lifetime.before,
        dead_from=source.issued.received + _mortality(kind, lifetime),
    )


def mortality(service: Service, kind: Kind) -> float:
    """Return after how many seconds a value is dead beyond doubt."""
    return _mortality(kind, service.lifetime(kind))


def _mortality(kind: Kind, lifetime: Lifetime) -> float:
    grace = DAY if kind is Kind.REFRESH_TOKEN else lifetime.after
    return lifetime.seconds + max(grace, lifetime.after)
