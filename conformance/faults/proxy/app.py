"""The proxy as a WSGI application: passes requests to one server, and spoils what it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import requests
from werkzeug import Request

from conformance.faults.proxy.catalogue import Memory, WireFault
from conformance.faults.proxy.message import Answered, Asked

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_TIMEOUT = 30  # seconds
# What belongs to one connection (RFC 9110 section 7.6.1), and what this proxy sets itself.
_OF_THE_HOP = frozenset(
    ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length")
)
_OURS = _OF_THE_HOP | {"host", "accept-encoding"}
_TEXT = ("text/html", "application/json")


class Proxy:
    """Stands before the server at `upstream`, and has one fault."""

    def __init__(
        self, upstream: str, fault: WireFault, session: requests.Session | None = None
    ) -> None:
        self._upstream = upstream.rstrip("/")
        self._fault = fault
        self._memory: Memory = {}
        self._session = session or requests.Session()
        self._session.trust_env = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked = _read(environ)
        try:
            answered = self._passed_on(self._fault.ask(self._memory, asked), _here(environ))
        except requests.RequestException as problem:
            answered = _unreachable(self._upstream, problem)
        told = self._fault.answer(self._memory, asked, answered)
        length = ("Content-Length", str(len(told.body)))
        status = HTTPStatus(told.status)
        start_response(f"{told.status} {status.phrase}", [*told.headers, length])
        return [] if asked.method == "HEAD" else [told.body]

    def _passed_on(self, asked: Asked, here: str) -> Answered:
        """Return what the server answers, with its own address replaced by ours."""
        prepared = requests.Request(
            asked.method,
            f"{self._upstream}{asked.target}",
            headers={
                **{name: value for name, value in asked.headers if name.lower() not in _OURS},
                "Host": urlsplit(self._upstream).netloc,
                "Accept-Encoding": "identity",
            },
            data=asked.body,
        ).prepare()
        adapter = self._session.get_adapter(prepared.url or "")
        with adapter.send(prepared, timeout=_TIMEOUT) as answer:
            pairs = tuple(self._headers(answer, here))
            body = answer.content
        answered = Answered(answer.status_code, pairs, body)
        if answered.header("Content-Type").startswith(_TEXT):
            body = body.replace(self._upstream.encode(), here.encode())
        return Answered(answer.status_code, pairs, body)

    def _headers(self, answer: requests.Response, here: str) -> Iterator[tuple[str, str]]:
        for name, value in answer.raw.headers.items():
            if name.lower() not in _OF_THE_HOP:
                at_home = value.startswith(self._upstream)
                yield name, here + value.removeprefix(self._upstream) if at_home else value


def _read(environ: WSGIEnvironment) -> Asked:
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=-._~")
    query = environ.get("QUERY_STRING", "")
    target = environ.get("REQUEST_URI") or (f"{path}?{query}" if query else path)
    request = Request(environ)
    body = request.get_data(cache=False)
    return Asked(environ["REQUEST_METHOD"], target, tuple(request.headers.items()), body)


def _here(environ: WSGIEnvironment) -> str:
    return f"http://{environ.get('HTTP_HOST') or environ['SERVER_NAME']}"


def _unreachable(upstream: str, problem: Exception) -> Answered:
    told = {"error": "bad_gateway", "error_description": f"{upstream}: {type(problem).__name__}"}
    return Answered(502, (("Content-Type", "application/json"),), json.dumps(told).encode())
