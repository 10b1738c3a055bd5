"""Codes and tokens as the server remembers them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

Kind = Literal["code", "access_token", "refresh_token"]
GrantType = Literal["client_credentials", "authorization_code", "refresh_token"]


@dataclass(slots=True, eq=False)
class Family:
    """All that one consent, or one use of client credentials, led to."""

    origin: GrantType
    revoked: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lineage:
    """Whose a value is, and what it comes from.

    `grant_type` is the grant that issues it, `family.origin` the one that began it all,
    `generation` the number of refreshes between, `parent` the code or refresh token redeemed.
    `redirect_uri`, `code_challenge` and `requested_at` belong to codes alone: they come from the
    authorization request. `scope` is what was granted; `narrowed` is the part of it that a refresh
    asked for, where it asked for one.
    """

    client_id: str
    subject: str
    grant_type: GrantType
    family: Family
    generation: int = 0
    parent: Issued | None = None
    redirect_uri: str | None = None
    code_challenge: str | None = None
    requested_at: float = 0.0
    scope: tuple[str, ...] = ()
    narrowed: tuple[str, ...] | None = None


@dataclass(slots=True, eq=False)
class Issued:
    """One code or token. Its lifetime begins at `starts_at`, in seconds since the epoch."""

    kind: Kind
    value: str = field(repr=False)
    lineage: Lineage
    starts_at: float
    spent: bool = False
    revoked: bool = False


class Store:
    """All codes and tokens, in memory only.

    They are looked up by digest, so that the time of a look-up says nothing about a value.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._issued: dict[Kind, dict[bytes, Issued]] = {
            "code": {},
            "access_token": {},
            "refresh_token": {},
        }

    def add(self, record: Issued) -> None:
        """Remember a value."""
        with self.lock:
            self._issued[record.kind][_digest(record.value)] = record

    def find(self, kind: Kind, value: str) -> Issued | None:
        """Return what was issued under this value, or None."""
        with self.lock:
            return self._issued[kind].get(_digest(value))

    def every(self, kind: Kind) -> Iterator[Issued]:
        """Return all values of a kind, the oldest first."""
        with self.lock:
            return iter(tuple(self._issued[kind].values()))


def _digest(value: str) -> bytes:
    return sha256(value.encode()).digest()
