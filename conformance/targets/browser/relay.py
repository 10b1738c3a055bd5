"""What answers a browser: the target through the wire, the client by a page of ours, nobody else.

So a browser keeps to the hosts, the rate and the cap of a run as any other request does, and what
it was told stands in the same records.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.targets.browser.arrival import Site
from conformance.targets.consent.walk import location
from conformance.targets.description.addresses import place
from conformance.wire import Exchange, ForeignHost, Request, Response, Wire

if TYPE_CHECKING:
    from playwright.sync_api import Request as Asked
    from playwright.sync_api import Route

_HTML = ("Content-Type", "text/html; charset=utf-8")
_CLIENT_PAGE = b"<!doctype html><title>The client</title>"
_LONGEST = 20
_KEEP_METHOD = (307, 308)
_NOT_SENT = frozenset({"host", "connection", "content-length", "accept-encoding"})
_NOT_PASSED_ON = frozenset(
    {"connection", "content-length", "content-encoding", "transfer-encoding"}
)

# A browser that is answered by a redirect follows it without asking anybody, so the next step is
# left to a page; what else a redirect says to a window, it says too.
_HOP = "<!doctype html><script>conformanceHop = true; location.replace({})</script>"
_HOP_KEEPS = frozenset({"set-cookie", "cross-origin-opener-policy"})


class Relay:
    """Answers the requests of one browser context; `pages` are those that the suite serves."""

    def __init__(self, wire: Wire, redirect_uri: str, *pages: str) -> None:
        self._wire = wire
        self._home = redirect_uri
        self._pages = pages

    def site(self, url: str) -> Site:
        """Return whose page a URL is."""
        if place(url) == place(self._home):
            return "redirect_uri"
        if self._permitted(url):
            return "target"
        return "client" if origin(url) == origin(self._home) else "other"

    def fetch(self, asked: Asked) -> Exchange | None:
        """Return what answers a request, or None where nobody may; raises `BudgetSpent`."""
        site = self.site(asked.url)
        if asked.url in self._pages or site in ("redirect_uri", "client"):
            return _served(asked.url)
        return self._followed(asked) if site == "target" else None

    def deliver(self, route: Route, exchange: Exchange | None) -> None:
        """Give the browser its answer."""
        if exchange is None or exchange.response is None:
            route.abort("connectionfailed" if exchange else "blockedbyclient")
            return
        response, target = exchange.response, location(exchange)
        if target is None:
            headers = _passed_on(response)
            route.fulfill(status=response.status, headers=headers, body=response.body)
        else:
            kept = {name: one for name, one in _passed_on(response).items() if name in _HOP_KEEPS}
            headers = {**kept, **dict([_HTML]), "Referrer-Policy": "no-referrer"}
            script = json.dumps(target).replace("<", "\\u003c")
            route.fulfill(status=200, headers=headers, body=_HOP.format(script))

    def _followed(self, asked: Asked) -> Exchange | None:
        """Send a request and follow the redirects that are no step of a window."""
        method, url, body = asked.method, asked.url, asked.post_data_buffer
        headers = {name: one for name, one in asked.headers.items() if name not in _NOT_SENT}
        for _ in range(_LONGEST):
            exchange = self._wire.send(method, url, headers=headers, body=body)
            target = location(exchange)
            if target is None or self._is_step(asked, exchange, target):
                return exchange
            if not self._permitted(target):
                return None
            url = target
            if exchange.status not in _KEEP_METHOD:
                method, body = "GET", None
        return None

    def _is_step(self, asked: Asked, exchange: Exchange, target: str) -> bool:
        """Tell whether a redirect takes a window on, by a request that a page can make."""
        can = asked.method == "GET" or exchange.status not in _KEEP_METHOD
        return asked.is_navigation_request() and (can or not self._permitted(target))

    def _permitted(self, url: str) -> bool:
        try:
            self._wire.permit(url)
        except ForeignHost:
            return False
        return True


def origin(url: str) -> str:
    """Return the origin of a URL, as a browser writes it (RFC 6454 section 6.2)."""
    scheme, host, port, _ = place(url)
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + (f":{port}" if urlsplit(url).port else "")


def _served(url: str) -> Exchange:
    """Return a page of the client; nothing was sent, so it has no number."""
    now = time.time()
    return Exchange(
        0, Request("GET", url), Response(200, "", (_HTML,), _CLIENT_PAGE), None, now, now
    )


def _passed_on(response: Response) -> dict[str, str]:
    """Return the headers of a response by name; a browser takes repeated cookies line by line."""
    found: dict[str, str] = {}
    for name, value in response.headers:
        key = name.lower()
        if key not in _NOT_PASSED_ON:
            between = "\n" if key == "set-cookie" else ", "
            found[key] = f"{found[key]}{between}{value}" if key in found else value
    return found
