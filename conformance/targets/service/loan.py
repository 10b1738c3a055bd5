"""Tokens that are lent to many checks: obtained once, read with by all, and used up by none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from conformance.targets.effort import Effort
from conformance.targets.grants import Tokens
from conformance.verdict.answer import Answer
from conformance.wire import Exchange

if TYPE_CHECKING:
    from conformance.targets.service.service import Service

_LENT_FOR = 60.0  # seconds by the target's clock
_LOSSES = 3  # a target may lawfully end tokens for what others do: then each check has its own


class Loan:
    """The tokens that are lent to whoever only opens resources with them.

    They may have been ended by what other checks did, so what came to nothing through them proves
    nothing unless they still open a resource. A deep run gives each check its own.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tokens: Tokens | None = None
        self._shown: Sequence[Exchange] = ()  # how they were obtained
        self._leaned = False
        self._losses = 0

    def begin(self) -> None:
        """Begin with another check case."""
        self._leaned = False

    def tokens(self) -> Tokens:
        """Return tokens that open a resource, for reading only; raises `Inconclusive`."""
        held = self._tokens
        if held and self._good(held):
            self._leaned = True
            self._service.memory.cite(self._shown)
            return held
        with self._service.watched() as self._shown:
            self._tokens = self._service.bearer()
        return self._tokens

    def fallen(self) -> bool:
        """Tell whether this case leaned on tokens that open nothing any more, and drop them."""
        held = self._tokens
        if not self._leaned or held is None:
            return False
        example = self._service.contract.example
        exchange = self._service.call(example, held.access_token)
        if self._service.answer(example, exchange) is Answer.YES:
            return False
        self._tokens = None
        self._losses += 1
        return True

    def _good(self, held: Tokens) -> bool:
        if self._service.effort is Effort.DEEP or self._losses >= _LOSSES:
            return False
        seconds = min(_LENT_FOR, (held.expires_in or 2 * _LENT_FOR) / 2)
        return self._service.clock.now() < held.issued.sent + seconds
