"""The same door for libraries that bring their own `requests` session."""

from __future__ import annotations

import io
from collections.abc import Mapping

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse

from conformance.wire.exchange import Exchange, Failure, Response
from conformance.wire.session import Wire

# What `requests` would have raised for each failure; for the rest its ConnectionError.
_ERRORS: Mapping[Failure, type[requests.RequestException]] = {
    Failure.TIMEOUT: requests.Timeout,
    Failure.TLS: requests.exceptions.SSLError,
    Failure.MALFORMED: requests.exceptions.ContentDecodingError,
    Failure.BROKEN: requests.exceptions.ChunkedEncodingError,
}


class WireAdapter(BaseAdapter):
    """Sends what a `requests` session sends through a wire: its hosts, its budget, its records.

    Mount it on a session with `session.mount("http://", WireAdapter(wire))`. The answer carries no
    cookies for the session: a cookie belongs to a `Browser`.
    """

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def send(  # type: ignore[override]  # timeouts, TLS and proxies are the wire's own
        self, request: requests.PreparedRequest, **_options: object
    ) -> requests.Response:
        """Send one request; raises `ForeignHost`, `BudgetSpent` and what `requests` would raise."""
        sent = request.copy()
        for name, value in self._wire.headers.items():
            sent.headers.setdefault(name, value)
        exchange = self._wire.send_prepared(sent)
        if exchange.response is None or exchange.failure:
            raise _error(exchange, request)
        return _answer(exchange.response, request)

    def close(self) -> None:
        """Close nothing: the connections are the wire's."""


def session_through(wire: Wire) -> requests.Session:
    """Return a session whose every request goes through a wire."""
    session = requests.Session()
    session.trust_env = False
    for prefix in ("http://", "https://"):
        session.mount(prefix, WireAdapter(wire))
    return session


def _error(exchange: Exchange, request: requests.PreparedRequest) -> requests.RequestException:
    failure = exchange.failure or Failure.BROKEN
    error = _ERRORS.get(failure, requests.ConnectionError)
    return error(f"no whole answer ({failure})", request=request)


def _answer(received: Response, request: requests.PreparedRequest) -> requests.Response:
    answer = requests.Response()
    answer.status_code = received.status
    answer.reason = received.reason
    answer.headers = CaseInsensitiveDict(HTTPHeaderDict(received.headers))
    answer.encoding = get_encoding_from_headers(answer.headers)
    answer.url = request.url or ""
    answer.request = request
    answer.raw = _raw(received)
    return answer


def _raw(received: Response) -> HTTPResponse:
    """Return the answer as urllib3 has it; the body is decoded already, and no header denies it."""
    kept = [pair for pair in received.headers if pair[0].lower() != "content-encoding"]
    return HTTPResponse(
        body=io.BytesIO(received.body),
        headers=HTTPHeaderDict(kept),
        status=received.status,
        reason=received.reason,
        preload_content=False,
        enforce_content_length=False,  # that length is of the body as it travelled
    )
