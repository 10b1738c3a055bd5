"""One request, with all that a decision about it may need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug import Request
from werkzeug.datastructures import Headers

from conformance.reference.clock import Clock
from conformance.reference.kitchen import Kitchen
from conformance.reference.parameters import Parameters
from conformance.reference.records import Store
from conformance.reference.sessions import Sessions
from conformance.reference.settings import Settings

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class State:
    """All that outlives a request."""

    settings: Settings
    clock: Clock
    store: Store = field(default_factory=Store)
    sessions: Sessions = field(default_factory=Sessions)
    kitchen: Kitchen = field(default_factory=Kitchen)


@dataclass(frozen=True, slots=True)
class Call:
    """A request at the moment `now`, its parameters decoded, its path taken apart."""

    state: State
    now: float
    method: str
    headers: Headers = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    query: Parameters
    form: Parameters
    path_values: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """Return what the server was told to serve."""
        return self.state.settings


def read_call(state: State, request: Request, path_values: Mapping[str, str]) -> Call:
    """Read a request."""
    body = request.get_data(cache=False) if request.mimetype == FORM else b""
    return Call(
        state=state,
        now=state.clock.now(),
        method=request.method,
        headers=request.headers,
        cookies=request.cookies,
        query=Parameters.parse(request.query_string),
        form=Parameters.parse(body),
        path_values=path_values,
    )
