"""What a check expects of an exchange; each function returns, or raises what the evidence says."""

from __future__ import annotations

from conformance.contract import Operation
from conformance.targets import Service, Visit
from conformance.verdict import Inconclusive, Violation
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

_NOT_NOW = (408, 429)


def granted(exchange: Exchange, request: str) -> Exchange:
    """Expect that tokens were issued."""
    return _expect(
        of_grant(exchange), Answer.YES, exchange, f"{request} to be answered with tokens"
    )


def refused(exchange: Exchange, request: str) -> Exchange:
    """Expect that no tokens were issued, by a refusal that is one."""
    return _expect(of_grant(exchange), Answer.NO, exchange, f"{request} to be refused")


def opened(service: Service, operation: Operation, exchange: Exchange, request: str) -> Exchange:
    """Expect that a resource was opened."""
    answer = service.answer(operation, exchange)
    return _expect(answer, Answer.YES, exchange, f"{operation.id} to accept {request}")


def closed(service: Service, operation: Operation, exchange: Exchange, request: str) -> Exchange:
    """Expect that a resource stayed closed, by a refusal that is one."""
    answer = service.answer(operation, exchange)
    return _expect(answer, Answer.NO, exchange, f"{operation.id} to refuse {request}")


def page(visit: Visit) -> None:
    """Expect that a user was shown a page; a service that says "not now" has decided nothing."""
    seen = f"status {visit.last.status}"
    if visit.last.status in _NOT_NOW:
        raise Inconclusive(f"the page was not shown this time: {seen}")
    that(visit.redirect is None and visit.last.status == 200, "a page", seen, visit.last)


def error(exchange: Exchange, code: str) -> None:
    """Expect a refusal to name an error code (RFC 6749 section 5.2)."""
    seen = exchange.members.get("error")
    that(seen == code, f"the error code {code}", f"{seen!r}" if seen else "no error code", exchange)


def that(holds: bool, expected: str, seen: str, at: Exchange | None = None) -> None:  # noqa: FBT001
    """Expect something of what was seen; raises `Violation` where it does not hold."""
    if not holds:
        raise Violation(expected, seen, at)


def _expect(answer: Answer, wanted: Answer, exchange: Exchange, expected: str) -> Exchange:
    if answer is wanted:
        return exchange
    if answer is Answer.UNCLEAR:
        raise Inconclusive(
            f"expected {expected}, but the answer decides nothing: {describe(exchange)}"
        )
    raise Violation(expected, describe(exchange), exchange)
