"""The server as a WSGI application: which path leads where, and what happens when all fails."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, Self

from werkzeug import Request, Response

from conformance.reference import problems
from conformance.reference.authorize import AuthorizeEndpoint
from conformance.reference.call import Call, State, read_call
from conformance.reference.clock import Clock
from conformance.reference.decisions import Decisions
from conformance.reference.introspection import IntrospectionEndpoint
from conformance.reference.metadata import MetadataEndpoint
from conformance.reference.problems import RefusedError
from conformance.reference.resources import ACTIONS, Resources
from conformance.reference.revocation import RevocationEndpoint
from conformance.reference.routing import ANY, Handler, Resource, Routes
from conformance.reference.settings import Settings
from conformance.reference.token import TokenEndpoint
from conformance.reference.workbench import Workbench

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CLOCK_PATH = "/_clock"
_COMPANIONS: Mapping[str, Callable[[Decisions], Handler]] = {
    "introspection": IntrospectionEndpoint,
    "metadata": MetadataEndpoint,
    "revocation": RevocationEndpoint,
}
_log = logging.getLogger(__name__)


class Application:
    """The server without its socket; many threads may call it at once."""

    def __init__(self, settings: Settings, decisions: Decisions, clock: Clock) -> None:
        self.settings = settings
        self.decisions = decisions
        self.clock = clock
        self._state = State(settings, clock)
        self._resources = Resources(decisions)
        self._routes = Routes()
        self._add_routes()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        response = self._respond(Request(environ))
        response.headers.setdefault("Date", formatdate(self.clock.now(), usegmt=True))
        # Not response(environ, start_response): that would rewrite the header Location.
        start_response(response.status, response.headers.to_wsgi_list())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.get_data()]

    def anew(self) -> Self:
        """Return a server that decides the same, with a clock and a memory of its own."""
        return type(self)(self.settings, self.decisions, Clock())

    def _add_routes(self) -> None:
        settings, add = self.settings, self._routes.add
        authorize = AuthorizeEndpoint(self.decisions, settings.authorize.path)
        add(settings.authorize.method, settings.authorize.path, authorize.begin)
        add("POST", authorize.login_path, authorize.log_in)
        add("POST", authorize.consent_path, authorize.decide)
        add(ANY, settings.token.path, TokenEndpoint(self.decisions))
        for part, route in settings.companions.items():
            add(route.method, route.path, _COMPANIONS[part](self.decisions))
        for operation, route in settings.resources.items():
            if operation not in ACTIONS:
                known = ", ".join(ACTIONS)
                raise ValueError(f"{operation!r} is no operation of this server; it has {known}")
            add(route.method, route.path, partial(self._resources.serve, operation))
        if settings.clock_control:
            add("POST", CLOCK_PATH, self._move_clock)
        for path, handler in Workbench(settings, self.decisions).routes():
            if not self._routes.match(path):
                add("GET", path, handler)

    def _respond(self, request: Request) -> Response:
        resource, values = self._routes.match(request.path) or (None, {})
        call = read_call(self._state, request, values)
        try:
            return self._dispatch(call, resource)
        except RefusedError as refused:
            return self._resources.refuse(call, refused.problem)
        except Exception as error:  # noqa: BLE001  whatever it is, it is told without its message
            last = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("%s in %s, line %s", type(error).__name__, last.filename, last.lineno)
            return self._resources.refuse(call, problems.DEFECT)

    def _dispatch(self, call: Call, resource: Resource | None) -> Response:
        self.decisions.before(call)
        if resource is None:
            return self._resources.refuse(call, problems.NOT_FOUND)
        handler = resource.handler(call.method)
        if handler is None:
            response = self._resources.refuse(call, problems.METHOD)
            if allowed := self.decisions.allowed_methods(call, resource.handlers):
                response.headers["Allow"] = allowed
            return response
        return handler(call)

    def _move_clock(self, call: Call) -> Response:
        try:
            self.clock.advance(float(call.query.get("advance") or ""))
        except ValueError:
            return self._resources.refuse(call, problems.BAD_STEP)
        told = {"now": self.clock.now(), "offset": self.clock.offset}
        return Response(json.dumps(told), 200, {"Content-Type": "application/json"})


def create_app(
    settings: Settings, *, decisions: Decisions | None = None, clock: Clock | None = None
) -> Application:
    """Return a server that serves `settings`, and decides as a lawful one unless told otherwise.

    An operation that it does not know, or a route that is given twice, raises ValueError.
    """
    return Application(settings, decisions or Decisions(), clock or Clock())
