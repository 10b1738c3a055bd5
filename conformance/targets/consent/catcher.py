"""A listener at a redirect_uri on this machine: it catches where a person's browser is sent."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from conformance.targets.description.addresses import loopback

_PAGE = b"""<!doctype html><html lang="en"><title>Caught</title>
<p>The answer was caught. You can close this window.</p>"""


class Catcher:
    """What a listener at a redirect_uri has caught."""

    def __init__(self, redirect_uri: str) -> None:
        self._uri = redirect_uri
        self._found: queue.SimpleQueue[str] = queue.SimpleQueue()

    def caught(self) -> str | None:
        """Return the URL that a browser came to, or None until one does."""
        try:
            return self._found.get_nowait()
        except queue.Empty:
            return None

    def catch(self, target: str) -> bool:
        """Take in the target of a request; return whether it is that of the redirect_uri."""
        home = urlsplit(self._uri)
        fits = urlsplit(target).path == (home.path or "/")
        if fits:
            self._found.put(f"{home.scheme}://{home.netloc}{target}")
        return fits


@contextmanager
def listening(redirect_uri: str) -> Iterator[Catcher | None]:
    """Catch what comes; yield None where nobody can: on another machine, at a taken port."""
    catcher = Catcher(redirect_uri)
    server = _bound(redirect_uri, type("_Bound", (_Handler,), {"catcher": catcher}))
    if server is None:
        yield None
        return
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield catcher
    finally:
        server.shutdown()
        server.server_close()


def _bound(redirect_uri: str, handler: type[_Handler]) -> ThreadingHTTPServer | None:
    parts = urlsplit(redirect_uri)
    if parts.scheme != "http" or not loopback(redirect_uri):
        return None
    try:
        return ThreadingHTTPServer((parts.hostname or "", parts.port or 80), handler)
    except OSError:
        return None


class _Handler(BaseHTTPRequestHandler):
    catcher: Catcher

    def do_GET(self) -> None:
        """Catch a browser, and tell its person so."""
        caught = self.catcher.catch(self.path)
        self.send_response(200 if caught else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(_PAGE if caught else b"")

    def log_message(self, *_: object) -> None:
        """Write no log: there are codes in it."""
