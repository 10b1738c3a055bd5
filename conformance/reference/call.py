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
    protocol: str
    headers: Headers = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    query: Parameters
    raw_query: bytes = field(repr=False)
    form: Parameters
    path_values: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """Return what the server was told to serve."""
        return self.state.settings


def read_call(state: State, request: Request, path_values: Mapping[str, str]) -> Call:
    """Read a request."""
    return Call(
        state=state,
        now=state.clock.now(),
        method=request.method,
        protocol=request.environ.get("SERVER_PROTOCOL", ""),
        headers=request.headers,
        cookies=request.cookies,
        query=Parameters.parse(request.query_string),
        raw_query=request.query_string,
        form=_read_form(request),
        path_values=path_values,
    )


def _read_form(request: Request) -> Parameters:
    if request.mimetype != FORM:
        return Parameters()
    try:
        return Parameters.parse(request.get_data(cache=False))
    except Exception:  # noqa: BLE001  each server has its own errors for a body that is broken
        return Parameters(readable=False)
