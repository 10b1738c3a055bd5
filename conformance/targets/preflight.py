"""A first look at a target, so that a dead one is told apart from one that refuses."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from conformance.targets.errors import Unreachable, without_query
from conformance.targets.live import LiveTarget
from conformance.targets.service.service import Service
from conformance.verdict import Inconclusive, NotApplicable
from conformance.verdict.answer import Answer, of_grant
from conformance.wire import Exchange, Failure

_MEANING = {
    Failure.UNREACHABLE: (
        "nobody answers there, or the host has no address",
        "Start the service, or correct [endpoints]",
    ),
    Failure.TIMEOUT: (
        "it took the request and gave no answer in time",
        "See whether it hangs, or raise `timeout` under [limits]",
    ),
    Failure.TLS: (
        "no TLS connection could be made",
        "Look at its certificate and the URL's scheme; a private CA goes into [http].verify",
    ),
    Failure.BROKEN: (
        "it broke the connection off in the middle of its answer",
        "See in its log why",
    ),
    Failure.MALFORMED: (
        "what it answered is not HTTP",
        "Correct [endpoints]: something else may listen on this port",
    ),
}


def preflight(live: LiveTarget) -> None:
    """Ask every host of the target once; any answer will do. Raises `Unreachable`."""
    found = live.endpoints
    by_host = {urlsplit(url)[:2]: url for url in (found.api, found.token, found.authorize)}
    for url in by_host.values():
        failure = live.wire.send("GET", url).failure
        if failure in _MEANING:
            why, next_step = _MEANING[failure]
            where = f"of {live.file.source}" if live.kind != "embedded" else ""
            raise Unreachable(
                f"GET {without_query(url)}", why, f"{next_step} {where}".strip() + "."
            )


def skew(live: LiveTarget) -> float | None:
    """Return by how many seconds the target's `Date` is ahead of where we think its clock stands.

    None where it sends no such header.
    """
    exchange = live.wire.send("GET", live.endpoints.token)
    date = exchange.date
    return None if date is None else date - (exchange.received_at + live.clock.ahead)


def yields_a_token(service: Service) -> None:
    """See that some grant yields a token, so that the rest can be judged; raises `Unreachable`.

    How clients authenticate is found by trial where neither target file nor metadata tell.
    """
    attempts = []
    with service.watched() as seen:
        for method in service.live.authentications:
            service.authenticate_by(method)
            attempts.append(_reasons_for_none(service))
            if attempts[-1] is None:
                return
    raise Unreachable(
        "asked for a token by every grant that the contract declares",
        attempts[0] or "it declares none",
        _next_step(service, seen),
    )


def _next_step(service: Service, seen: Sequence[Exchange]) -> str:
    """Say where to look: not at the credentials where a success holds no token."""
    asked = (one for one in seen if without_query(one.request.url) == service.live.endpoints.token)
    if any(200 <= one.status < 300 and of_grant(one) is Answer.UNCLEAR for one in asked):
        return (
            "The service says that all is well, and sends no JSON object with an access_token"
            " (RFC 6749 section 5.1)."
        )
    return f"Look at the credentials, the users and [endpoints] of {service.live.file.source}."


def _reasons_for_none(service: Service) -> str | None:
    """Return why no grant yields a token, or None where one does."""
    reasons = []
    for grant in _beginnings(service):
        try:
            service.tokens(grant)
        except (Inconclusive, NotApplicable) as problem:
            reasons.append(str(problem))
        else:
            service.opening = grant
            return None
    return "; ".join(reasons)


def _beginnings(service: Service) -> tuple[str, ...]:
    """Return the grants that need no token to begin with, those first that begin a chain."""
    others = (name for name in service.contract.grants if name != "refresh_token")
    return tuple(dict.fromkeys((*service.origins(), *others)))
