"""The recording `requests` session."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies, select_proxy

from conformance.wire.cookies import new_jar
from conformance.wire.exchange import Exchange, Failure, Request, Response, url_parts
from conformance.wire.limits import Budget, Limits
from conformance.wire.patience import PatientAdapter

# What urllib3 logs are URLs and headers as they are, secrets and all: no log of ours may keep it.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)

Pairs = Sequence[tuple[str, str]]
_CHUNK = 65_536
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_TOO_MANY = 429  # RFC 6585 section 4
_UNAVAILABLE = 503  # "not now" where it says when (RFC 9110 section 15.6.4)

# The order matters: the first class that fits names the failure.
_FAILURES: tuple[tuple[type[Exception], Failure], ...] = (
    (requests.exceptions.SSLError, Failure.TLS),
    (requests.exceptions.Timeout, Failure.TIMEOUT),
    (requests.exceptions.ContentDecodingError, Failure.MALFORMED),
    (requests.exceptions.ChunkedEncodingError, Failure.BROKEN),
    (requests.exceptions.InvalidHeader, Failure.MALFORMED),
    (requests.exceptions.ConnectionError, Failure.UNREACHABLE),
    (requests.exceptions.RequestException, Failure.BROKEN),
)


# What a person's browser says that it can show; some servers send a login page to nobody else.
_PERSON = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Accept-Language": "en"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def encoded(pairs: Pairs) -> str:
    """Return parameters form-encoded; a lone surrogate stands for a byte that is no UTF-8."""
    return urlencode(pairs, errors="surrogateescape")


class ForeignHost(Exception):  # noqa: N818 - a refusal of ours, not an error of the target
    """A request would have left the hosts that the target file names."""

    def __init__(self, url: str) -> None:
        parts = url_parts(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        super().__init__(
            f"{place!r} is not one of the hosts that the target file names; nothing was sent"
        )


class Unsendable(Exception):  # noqa: N818 - a target made it so, and no request was made of it
    """What a target gave, to be sent back to it, fits no request: a URL, or a header's value."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(
            "what the target gave fits no URL or no header, so it cannot be sent"
            f" ({type(problem).__name__}); nothing was sent"
        )


class Wire:
    """Sends requests to the declared hosts and hands every exchange to the listeners.

    `has_sockets` tells whether there is a network behind it, so that bytes can be sent by hand.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        limits: Limits | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        verify: bool | str = True,
        trust_env: bool = True,
    ) -> None:
        self.hosts = frozenset(hosts)
        self.budget = Budget(limits or Limits())
        self.headers = dict(headers or {})
        self.listeners: list[Callable[[Exchange], None]] = []
        self._verify = _bundle() if verify is True else verify
        self._trust_env = trust_env
        self.has_sockets = True
        self._adapters: dict[str, requests.adapters.BaseAdapter] = {}
        self._local = threading.local()
        self._numbers = itertools.count(1)

    def proxied(self, url: str) -> bool:
        """Tell whether a proxy carries requests to a URL, which would change bytes on the way."""
        return self._trust_env and select_proxy(url, get_environ_proxies(url)) is not None

    def mount(self, prefix: str, adapter: requests.adapters.BaseAdapter) -> None:
        """Answer every URL that begins with `prefix` by an adapter, as `requests` does."""
        self._adapters[prefix] = adapter

    def join(self, other: Wire) -> None:
        """Become part of another wire's run: one numbering, one budget, the same listeners."""
        self._numbers, self.budget, self.listeners = other._numbers, other.budget, other.listeners

    def beside(self) -> Wire:
        """Return another door of the same run: connections and listeners are its own.

        The numbering and the budget are shared.
        """
        other = copy(self)
        other.listeners = []
        other._local = threading.local()  # noqa: SLF001 - it is a Wire
        return other

    def browser(self) -> Browser:
        """Return a new browser: the same door, with cookies of its own."""
        return Browser(self)

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Pairs = (),
        form: Pairs | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        cookies: requests.cookies.RequestsCookieJar | None = None,
    ) -> Exchange:
        """Send one request, follow no redirect, and return the exchange, failed or not.

        `query` is added to the URL's own; `form` is sent form-encoded. Raises `ForeignHost`,
        `BudgetSpent` and `Unsendable`, and nothing for what the network or the target does.
        """
        prepared = _Prepared()
        try:
            prepared.prepare(
                method,
                url,
                params=encoded(query),
                data=body if form is None else encoded(form),
                headers={**self.headers, **(_FORM if form is not None else {}), **(headers or {})},
                cookies=cookies,
            )
        except ValueError as problem:  # what `requests` calls an invalid URL or header is one
            raise Unsendable(problem) from None
        return self.send_prepared(prepared, cookies)

    def send_prepared(
        self,
        prepared: requests.PreparedRequest,
        cookies: requests.cookies.RequestsCookieJar | None = None,
    ) -> Exchange:
        """Send a request that `requests` has prepared, as it stands, and return the exchange.

        Where the target says "not now" it is sent again after a pause, a few times. Raises
        `ForeignHost`, `BudgetSpent` and `Unsendable`.
        """
        self.permit(prepared.url or "")
        while True:
            self.budget.take()
            exchange = self._exchange(prepared, cookies)
            answer = exchange.response
            asked = answer.header("Retry-After") if answer else None
            if exchange.status != _TOO_MANY and not (exchange.status == _UNAVAILABLE and asked):
                self.budget.calm()
                return exchange
            if not self.budget.back_off(asked, answer.header("Date") if answer else None):
                return exchange

    def permit(self, url: str) -> None:
        """Let a URL pass whose host is declared, and not in the clear where that is by TLS.

        Raises `ForeignHost`.
        """
        parts = url_parts(url)
        host = parts.netloc.rpartition("@")[2]
        downgraded = parts.scheme == "http" and f"{host}:80" not in self.hosts
        if host not in self.hosts or (downgraded and f"{host}:443" in self.hosts):
            raise ForeignHost(url)

    def connected(self, url: str) -> socket.socket:
        """Return a new connection to where a URL leads; raises `OSError`."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        plain = socket.create_connection((parts.hostname or "", port), self.budget.limits.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if parts.scheme != "https":
            return plain
        return self._tls.wrap_socket(plain, server_hostname=parts.hostname)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Return the TLS settings of the target file, for a door that is not `requests`."""
        bundle = self._verify if isinstance(self._verify, str) else DEFAULT_CA_BUNDLE_PATH
        folder = Path(bundle).is_dir()
        context = ssl.create_default_context(
            cafile=None if folder else bundle, capath=bundle if folder else None
        )
        if self._verify is False:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def record(
        self, request: Request, response: Response | None, failure: Failure | None, sent_at: float
    ) -> Exchange:
        """Give an exchange that has just ended its number, and hand it to the listeners."""
        exchange = Exchange(next(self._numbers), request, response, failure, sent_at, time.time())
        for listener in self.listeners:
            listener(exchange)
        return exchange

    def _exchange(
        self, prepared: requests.PreparedRequest, cookies: requests.cookies.RequestsCookieJar | None
    ) -> Exchange:
        sent_at = time.time()
        answer, failure = None, None
        try:
            with self._received(prepared) as received:
                if cookies is not None:
                    cookies.update(received.cookies)
                answer, failure = self._read(received, sent_at)
        except requests.exceptions.RequestException as problem:
            failure = next(kind for error, kind in _FAILURES if isinstance(problem, error))
        except UnicodeError as problem:  # a header is Latin-1
            raise Unsendable(problem) from None
        return self.record(_sent(prepared), answer, failure, sent_at)

    def _received(self, prepared: requests.PreparedRequest) -> requests.Response:
        """Send through the adapter: a session would follow redirects and keep cookies besides."""
        session, url = self._session(), prepared.url or ""
        how: dict[str, Any] = {"stream": True, "verify": self._verify, "proxies": {}, "cert": None}
        if self._trust_env:  # looking for proxies takes a third of a request's time
            how = dict(session.merge_environment_settings(url, **how))
        return session.get_adapter(url).send(prepared, timeout=self.budget.limits.timeout, **how)

    def _read(self, received: requests.Response, sent_at: float) -> tuple[Response, Failure | None]:
        body, failure, limits = bytearray(), None, self.budget.limits
        with _decoding_failures() as failed:
            # `read1` gives what has arrived; `iter_content` would wait for a whole chunk, however
            # slowly it drips.
            while chunk := received.raw.read1(_CHUNK, decode_content=True):
                body += chunk[: limits.response_size - len(body)]
                if len(body) >= limits.response_size:
                    failure = Failure.TOO_LARGE
                elif time.time() - sent_at > limits.timeout:
                    failure = Failure.TIMEOUT  # a slow drip: each byte in time, the answer never
                if failure:
                    break
        pairs = tuple((str(key), str(value)) for key, value in received.raw.headers.items())
        response = Response(received.status_code, received.reason or "", pairs, bytes(body))
        return response, failure or next(iter(failed), None)

    def _session(self) -> requests.Session:
        """Return this thread's session; `requests` shares none of them safely."""
        if not hasattr(self._local, "session"):
            session = requests.Session()
            for prefix in ("http://", "https://"):
                session.mount(prefix, PatientAdapter(max_retries=0))
            for prefix, adapter in self._adapters.items():
                session.mount(prefix, adapter)
            self._local.session = session
        found: requests.Session = self._local.session
        return found


class _Prepared(requests.PreparedRequest):
    """A request; cookies are looked for where there are any, which takes half of its time."""

    def prepare_cookies(self, cookies: Any) -> None:  # noqa: ANN401 - as `requests` has it
        """Add those that belong to it."""
        if cookies:
            super().prepare_cookies(cookies)


class Browser:
    """A user agent: the wire, and the cookies of one person."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.cookies = new_jar()

    def send(self, method: str, url: str, **options: Any) -> Exchange:  # noqa: ANN401 - those of Wire.send
        """Send one request with this person's cookies and keep those that come back."""
        told = {**_PERSON, **self.wire.headers, **(options.pop("headers", None) or {})}
        return self.wire.send(method, url, cookies=self.cookies, headers=told, **options)

    def cookie_for(self, url: str) -> str:
        """Return the header Cookie that goes to a URL, or nothing where no cookie belongs there."""
        prepared = requests.Request("GET", url, cookies=self.cookies).prepare()
        return str(prepared.headers.get("Cookie", ""))


@contextlib.contextmanager
def _decoding_failures() -> Iterator[list[Failure]]:
    failed: list[Failure] = []
    try:
        yield failed
    except urllib3.exceptions.DecodeError:
        failed.append(Failure.MALFORMED)
    except (urllib3.exceptions.TimeoutError, TimeoutError):
        failed.append(Failure.TIMEOUT)
    except (urllib3.exceptions.HTTPError, OSError):
        failed.append(Failure.BROKEN)


def _bundle() -> str | bool:
    """Return the CAs that the environment names, as `requests` does; True where it names none."""
    return next(filter(None, map(os.environ.get, _BUNDLES)), True)


def _sent(prepared: requests.PreparedRequest) -> Request:
    body = prepared.body or b""
    return Request(
        method=prepared.method or "",
        url=prepared.url or "",
        headers=tuple((str(key), _text(value)) for key, value in prepared.headers.items()),
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
