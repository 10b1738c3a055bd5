"""What is to be played in the windows of a browser, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conformance.targets.browser.arrival import Arrival
from conformance.targets.consent.person import Decision
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.grants import User
from conformance.wire import Exchange


@dataclass(frozen=True, slots=True)
class Scene:
    """An authorization request about which a user decides, and the origin of its opener.

    Without an `opener` the user opens the URL directly; without a `user` that is all. `patience` is
    how many seconds to wait for a code, once the user has decided. `cookies` are those of an
    earlier scene.
    """

    url: str = field(repr=False)
    redirect_uri: str
    opener: str | None
    user: User | None
    consent: Settings
    patience: float = 10.0
    decision: Decision = "allow"
    cookies: tuple[Any, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scene.

    `last` is the last answer to the popup and `page` the last of them that was no redirect; `left`
    is where the popup went when it left the target. `pages` counts those of the popup, `errors`
    those of its scripts; `stuck` says that the page after the user's decision never came to its
    end.
    """

    arrivals: tuple[Arrival, ...]
    last: Exchange | None
    pages: int
    errors: int
    stuck: bool
    page: Exchange | None = None
    left: str | None = field(default=None, repr=False)
    steps: tuple[str, ...] = ()
    cookies: tuple[Any, ...] = field(default=(), repr=False)
