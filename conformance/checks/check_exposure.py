"""Where a token must not be seen: cookies that travel in the clear, and the URLs of pages."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks import expect
from conformance.checks.catalogue import check
from conformance.checks.once import once
from conformance.targets import Service
from conformance.wire import Exchange


@once
def _flow(service: Service) -> tuple[tuple[str, ...], list[Exchange]]:
    """Go from consent to a resource and a refresh; return the tokens and all that was exchanged."""
    with service.watched() as seen:
        tokens = [service.bearer()]
        if tokens[0].refresh_token:
            tokens.append(service.refreshed(tokens[0]))
        for one in tokens:
            service.call(service.contract.example, one.access_token)
    return tuple(one.access_token for one in tokens), seen


def _headers(seen: list[Exchange], name: str) -> Iterator[tuple[Exchange, str]]:
    for exchange in seen:
        for value in exchange.response.header_values(name) if exchange.response else ():
            yield exchange, value


@check("exposure.cookies")
def check_cookies(service: Service) -> None:
    """No token is put into a cookie that may travel in the clear."""
    tokens, seen = _flow(service)
    for exchange, cookie in _headers(seen, "Set-Cookie"):
        guarded = any(part.strip().lower() == "secure" for part in cookie.split(";")[1:])
        holds = guarded or not any(token in cookie for token in tokens)
        expect.that(holds, "no token in a cookie without Secure", "one", exchange)


@check("exposure.urls")
def check_urls(service: Service) -> None:
    """No token is put into the URL of a page."""
    tokens, seen = _flow(service)
    for exchange, location in _headers(seen, "Location"):
        holds = not any(token in location for token in (*tokens, "access_token="))
        expect.that(holds, "no token in a redirect", "one", exchange)
