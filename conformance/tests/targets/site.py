"""A website that answers by a script and remembers what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(frozen=True)
class Reply:
    """What is answered to a method and path."""

    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),)


@dataclass(frozen=True)
class Heard:
    """What came."""

    route: str
    query: tuple[tuple[str, str], ...]
    body: str
    content_type: str
    cookie: str
    referer: str = ""

    @property
    def form(self) -> dict[str, str]:
        """Return the fields of a form-encoded body."""
        return dict(parse_qsl(self.body, keep_blank_values=True))


@dataclass
class Site:
    """A running website; routes are like `GET /login`, and whatever has none is 404."""

    replies: Mapping[str, Reply]
    url: str = ""
    heard: list[Heard] = field(default_factory=list)

    @property
    def routes(self) -> list[str]:
        """Return what was asked for, in order."""
        return [one.route for one in self.heard]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        route = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        length = int(environ.get("CONTENT_LENGTH") or 0)
        heard = Heard(
            route,
            tuple(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)),
            environ["wsgi.input"].read(length).decode(),
            environ.get("CONTENT_TYPE", ""),
            environ.get("HTTP_COOKIE", ""),
            environ.get("HTTP_REFERER", ""),
        )
        self.heard.append(heard)
        reply = self.replies.get(route, Reply("no such page", 404))
        start(f"{reply.status} Scripted", list(reply.headers))
        return [reply.body.encode()]


def redirect(location: str, status: int = 302) -> Reply:
    """Return a redirect."""
    return Reply("", status, (("Location", location),))


@contextmanager
def open_site(replies: Mapping[str, Reply]) -> Iterator[Site]:
    """Serve a script for as long as the context lasts."""
    site = Site(replies)
    with make_server("127.0.0.1", 0, site, handler_class=_Silent) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write no log."""
