"""Which handler serves a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from werkzeug import Response

from conformance.reference.call import Call

Handler = Callable[[Call], Response]
ANY = "*"
_PARAMETER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True)
class Resource:
    """A path and the handlers of its methods; `ANY` serves those that have none."""

    names: tuple[str, ...]
    pattern: re.Pattern[str]
    handlers: dict[str, Handler] = field(default_factory=dict)

    def handler(self, method: str) -> Handler | None:
        """Return what serves a method here."""
        return self.handlers.get(method) or self.handlers.get(ANY)


class Routes:
    """All paths. Of two that match, the one with fewer parameters wins."""

    def __init__(self) -> None:
        self._resources: dict[str, Resource] = {}

    def add(self, method: str, template: str, handler: Handler) -> None:
        """Serve a method of a path template; serving it twice raises ValueError."""
        handlers = self._resource(template).handlers
        if method in handlers:
            raise ValueError(f"{method} {template} is served twice; give each route its own path")
        handlers[method] = handler

    def match(self, path: str) -> tuple[Resource, Mapping[str, str]] | None:
        """Return what serves a path, and the values of its parameters."""
        for resource in self._resources.values():
            if found := resource.pattern.fullmatch(path):
                return resource, dict(zip(resource.names, found.groups(), strict=True))
        return None

    def _resource(self, template: str) -> Resource:
        if template not in self._resources:
            parts = _PARAMETER.split(template)
            names, texts = tuple(parts[1::2]), parts[::2]
            pattern = "([^/]+)".join(re.escape(text) for text in texts)
            self._resources[template] = Resource(names, re.compile(pattern))
            in_order = sorted(self._resources.items(), key=lambda item: len(item[1].names))
            self._resources = dict(in_order)
        return self._resources[template]
