"""The scenes that checks judge: a browser plays them while other checks run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial

from conformance.checks.catalogue import CheckCase
from conformance.checks.popup import awaited
from conformance.checks.running.recorder import Recorder
from conformance.targets import Effort, Service
from conformance.targets.browser.scene import Played
from conformance.targets.browser.windows import playing
from conformance.verdict import judge
from conformance.wire import Exchange

Playing = Callable[[], tuple[Played, Sequence[Exchange]]]


class Scenes:
    """What is being played, and what was; a deep run plays a scene anew for every case."""

    def __init__(self, service: Service, recorder: Recorder) -> None:
        self._service = service
        self._recorder = recorder
        self._begun: dict[Hashable, Playing] = {}

    def begin(self, cases: Iterable[CheckCase]) -> None:
        """Have the browser play what cases judge, one scene after the other.

        What stands against it, a case says when its turn comes.
        """
        for case in cases:
            if self._name(case) not in self._begun:
                with self._recorder.aside(case.id):
                    self._service.reseed(case.id)
                    judge(partial(self._begin, case))

    def played(self, case: CheckCase) -> Played:
        """Return what came of a case's scene, once it has ended; raises `Inconclusive`."""
        name = self._name(case)

        def come() -> tuple[Played, Sequence[Exchange]]:
            if name not in self._begun:
                self._begin(case)
            return self._begun.pop(name)()

        return self._service.memory.recall(name, come)

    def _begin(self, case: CheckCase) -> None:
        if case.check.scene is None:
            raise ValueError(f"{case.id} has no scene")
        scene = case.check.scene(self._service)
        seen: list[Exchange] = []
        wire = self._service.wire.beside()
        wire.listeners += [seen.append, partial(self._recorder.meanwhile, case.id)]
        wait = playing(self._service.live.chromium, wire, scene)

        def come() -> tuple[Played, Sequence[Exchange]]:
            try:
                return awaited(wait), seen
            finally:
                self._service.memory.cite(seen)

        self._begun[self._name(case)] = come

    def _name(self, case: CheckCase) -> Hashable:
        return case.check.scene, case.id if self._service.effort is Effort.DEEP else ""
