"""An authorization request that a user has opened, and what is needed to go on with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.targets.consent.driver import Paused
from conformance.targets.grants import Client, User
from conformance.targets.window import Span


@dataclass(frozen=True, slots=True)
class Undecided:
    """A user who has opened an authorization request and not decided yet."""

    client: Client
    user: User
    paused: Paused = field(repr=False)
    issued: Span
    verifier: str | None = field(repr=False)
