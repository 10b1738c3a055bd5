"""Servers that go wrong now and then: their defects are counted, so that each run has as many."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.contract import find, load
from conformance.reference import Decisions, Server, create_app
from conformance.reference.call import Call
from conformance.reference.records import Issued
from conformance.targets.startup.embedded import settings_for, target_file_for

_WINDOW = 0.1  # seconds


class _Now:
    """Says yes every so many times; `seed` shifts which times these are."""

    def __init__(self, every: int, seed: int) -> None:
        self._every = every
        self._count = seed
        self._lock = threading.Lock()

    def __call__(self) -> bool:
        with self._lock:
            self._count += 1
            return self._count % self._every == 0


class RareRace(Decisions):
    """Of so many codes one can, for a moment, be redeemed by several requests at once."""

    def __init__(self, every: int, seed: int = 0) -> None:
        self._now = _Now(every, seed)
        self._open: set[Issued] = set()

    def spend_code(self, call: Call, code: Issued) -> bool:
        """Use up a code; a rare one is looked at first and written to later."""
        with call.state.store.lock:
            fresh = not self.spent(call, code) and code not in self._open
            if fresh and self._now():
                self._open.add(code)
        if code not in self._open:
            return self.spend(call, code)
        used = self.spent(call, code)
        time.sleep(_WINDOW)
        self.mark_spent(call, code)
        return not used


class RareReuse(Decisions):
    """Of so many refresh tokens one goes on working after it was used."""

    def __init__(self, every: int, seed: int = 0) -> None:
        self._now = _Now(every, seed)

    def spend_refresh_token(self, call: Call, token: Issued) -> bool:
        """Use up a refresh token, but for a rare one."""
        return self._now() or super().spend_refresh_token(call, token)


class RareStranger(Decisions):
    """Of so many access tokens one stands for another user."""

    def __init__(self, every: int, seed: int = 0) -> None:
        self._now = _Now(every, seed)

    def subject_of_code(self, call: Call, code: Issued) -> str:
        """Return the user who gave consent, or now and then the first that there is."""
        found = super().subject_of_code(call, code)
        others = [one.id for one in call.settings.users if one.id != found]
        return others[0] if self._now() else found


class RareLoss(Decisions):
    """Of so many access tokens one is forgotten at once."""

    def __init__(self, every: int, seed: int = 0) -> None:
        self._now = _Now(every, seed)

    def after_issue(self, call: Call, access: Issued, refresh: Issued) -> None:
        """Revoke a rare access token as soon as it was issued."""
        super().after_issue(call, access, refresh)
        access.revoked = access.revoked or self._now()


@contextmanager
def served(folder: Path, decisions: Decisions, contract: str = "kitchenmonki") -> Iterator[Path]:
    """Serve a contract; yield the target file of the server."""
    settings = settings_for(load(find(contract)))
    with Server(create_app(settings, decisions=decisions)) as server:
        file = folder / "target.toml"
        file.write_text(target_file_for(settings, server.url, contract).as_toml())
        yield file


class KeepsCodes(Decisions):
    """A code never expires."""

    def code_alive(self, call: Call, code: Issued) -> bool:
        """Return that it is alive."""
        del call, code
        return True


class LocksOut(Decisions):
    """After so many replays nothing that this service gives is worth anything."""

    def __init__(self, replays: int) -> None:
        self._left = replays

    def code_replayed(self, call: Call, code: Issued) -> None:
        """Count down, beside what is right."""
        self._left -= 1
        super().code_replayed(call, code)

    def after_issue(self, call: Call, access: Issued, refresh: Issued) -> None:
        """Revoke everything, once it is enough."""
        super().after_issue(call, access, refresh)
        access.revoked = refresh.revoked = self._left < 0


class Counting(Decisions):
    """Nothing is wrong here; it notes when requests come."""

    def __init__(self) -> None:
        self.moments: list[float] = []

    def before(self, call: Call) -> None:
        """Note one more."""
        super().before(call)
        self.moments.append(time.monotonic())

    @property
    def rate(self) -> float:
        """Return how many came in a second, from the first to the last."""
        return len(self.moments) / (self.moments[-1] - self.moments[0])
