"""The application on a socket of its own."""

from __future__ import annotations

import logging
import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cheroot import wsgi
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LONGEST_HEADERS = 32 * 1024
LONGEST_BODY = 1024 * 1024
_log = logging.getLogger(__name__)


class _Headers(dict[bytes, bytes]):
    """Headers of a request; credentials that come twice are kept together, so that neither wins."""

    def __setitem__(self, name: bytes, value: bytes) -> None:
        known = self.get(name) if name == b"Authorization" else None
        super().__setitem__(name, value if known is None else b", ".join((known, value)))


class _HeaderReader(HeaderReader):
    def __call__(self, rfile: Any, hdict: Any = None) -> Any:  # noqa: ANN401  cheroot's signature
        found = super().__call__(rfile, _Headers())
        hdict.update(found)
        return hdict


class _Request(HTTPRequest):
    header_reader = _HeaderReader()


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request


class _Listener(wsgi.Server):
    """A listening socket and its threads, as this server wants them."""

    ConnectionClass = _Connection

    expiration_interval = 0.02  # seconds; also the longest that stop() waits for an idle socket
    keep_alive_conn_limit = 1024
    max_request_header_size = LONGEST_HEADERS
    max_request_body_size = LONGEST_BODY

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:  # noqa: FBT001, FBT002  the signature is cheroot's
        """Note that a connection failed, but not what it said."""
        del msg, traceback
        _log.debug("a connection failed (level %s)", level)


class Server:
    """A server on `host` and `port` (0: any free one) for as long as the context lasts."""

    def __init__(
        self, app: WSGIApplication, host: str = "127.0.0.1", port: int = 0, threads: int = 32
    ) -> None:
        self.app = app
        self._host = host
        self._port = port
        self._threads = threads
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def url(self) -> str:
        """Return where the server listens, as in `http://127.0.0.1:49152`."""
        if self._listener is None:
            raise RuntimeError("the server has no address before start()")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._listener.bind_addr[1]}"

    def start(self) -> None:
        """Listen, and answer from now on. A port that cannot be had raises OSError."""
        self._check_port()
        listener = _Listener(
            (self._host, self._port),
            self.app,
            numthreads=self._threads,
            server_name="reference",
            request_queue_size=128,
            timeout=30,
            shutdown_timeout=1,
        )
        # The threads that answer are made here and inherit daemon: a program that ends without
        # stop(), by an error say, must not wait for them.
        preparation = threading.Thread(target=listener.prepare, daemon=True)
        preparation.start()
        preparation.join()
        if not listener.ready:
            raise OSError(f"{self._host}:{self._port} was taken while the server started")
        self._listener = listener
        self._thread = threading.Thread(target=listener.serve, name="reference", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close all connections; a server that does not run is left alone."""
        if self._listener is None or self._thread is None:
            return
        self._listener.stop()
        self._thread.join()
        self._listener = self._thread = None

    def _check_port(self) -> None:
        """Try the port first: a listener that fails does not say why."""
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            family, kind, protocol, _, address = found[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            place = f"{self._host}:{self._port}"
            problem = f"cannot listen on {place} ({error.strerror}); choose another host or port"
            raise OSError(error.errno, problem) from error
