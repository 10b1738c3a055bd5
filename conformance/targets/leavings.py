"""Exchanges -> what a run has made or changed at a target, and how that is taken back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from conformance.contract import Operation
from conformance.contract.model import Mutation
from conformance.targets.errors import TargetError
from conformance.targets.service.service import Service
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, of_resource
from conformance.wire import BudgetSpent, Exchange, ForeignHost

_ONLY_READ = frozenset({"GET", "HEAD", "OPTIONS"})
_PARAMETER = re.compile(r"\\{(\w+)\\}")


class Leavings:
    """Listens to a run; `tidy` undoes what the contract knows how to undo (`mutations`).

    `tell` hears at once how often more an operation has changed something, or less.
    """

    def __init__(
        self, service: Service, tell: Callable[[str, int], object] = lambda _operation, _times: None
    ) -> None:
        self.service = service
        self._tell = tell
        self.made: Counter[str] = Counter()
        self.written: set[str] = set()
        contract, live = service.contract, service.live
        changing = [
            one
            for one in contract.resources.values()
            # What a target file places is a resource that is safe to repeat.
            if one.method not in _ONLY_READ and one.id not in contract.unplaced
        ]
        self._places = [(one, _pattern(live.template_of(one))) for one in changing]
        live.wire.listeners.append(self.heard)

    def heard(self, exchange: Exchange) -> None:
        """Note what a request has changed, if it was carried out."""
        for operation, pattern in self._places:
            match = pattern.fullmatch(urlsplit(exchange.request.url)._replace(query="").geturl())
            asked = match and exchange.request.method == operation.method
            if match and asked and of_resource(exchange, operation.markers) is Answer.YES:
                self._note(operation, unquote(next(iter(match.groups()), "")))

    def tidy(self) -> None:
        """Undo what can be undone for every user.

        Where no request may be sent any more all of it is left.
        """
        mutation = self.service.contract.mutation
        if mutation and self.written:
            with suppress(BudgetSpent, ForeignHost):
                self._undo(mutation)
                self._tell(mutation.write, -self.made.pop(mutation.write))

    def _undo(self, mutation: Mutation) -> None:
        undo = self.service.contract.operations[mutation.undo]
        paths = [self.service.live.path_for(undo, value) for value in sorted(self.written)]
        for token in self._tokens():
            for path in paths:
                self.service.call(undo, token, path=path)

    def _note(self, operation: Operation, value: str) -> None:
        mutation = self.service.contract.mutation
        if mutation and operation.id == mutation.undo:
            return
        self.made[operation.id] += 1
        self._tell(operation.id, 1)
        if mutation and operation.id == mutation.write:
            self.written.add(value)

    def _tokens(self) -> Iterator[str]:
        """Yield an access token for everybody whose data the run may have changed."""
        for origin in self.service.origins():
            for user in ("user", "other_user"):
                try:
                    yield self.service.tokens(origin, user=self.service.user(user)).access_token
                except (Inconclusive, TargetError):
                    continue  # nobody of that name can have changed anything, or can any more


def _pattern(url: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub("([^/?]+)", re.escape(url)))
