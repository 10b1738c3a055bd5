"""What a check expects of an exchange; each function returns, or raises what the evidence says."""

from __future__ import annotations

import re

from conformance.checks.challenges import bearer_errors
from conformance.contract import Operation
from conformance.targets import Service, Visit
from conformance.targets.consent.forms import Page
from conformance.targets.consent.guess import login_form
from conformance.verdict import Inconclusive, Violation
from conformance.verdict.answer import Answer, describe, of_grant
from conformance.wire import Exchange

_NOT_NOW = (408, 429)
_NOT_YOU = (401, 403)
_NOTHING_THERE = (404, 405)


def granted(exchange: Exchange, request: str) -> Exchange:
    """Expect that tokens were issued."""
    return _expect(
        of_grant(exchange), Answer.YES, exchange, f"{request} to be answered with tokens"
    )


def refused(exchange: Exchange, request: str) -> Exchange:
    """Expect that no tokens were issued, by a refusal that is one."""
    return _expect(of_grant(exchange), Answer.NO, exchange, f"{request} to be refused")


def opened(service: Service, operation: Operation, exchange: Exchange, request: str) -> Exchange:
    """Expect that a resource was opened.

    Where it is says the target file, if the contract does not; so nothing there is nobody's fault.
    Neither is a token that is good, and not for this: what scope it has is for others to judge.
    """
    answer = service.answer(operation, exchange)
    told = (*bearer_errors(exchange.response), exchange.members.get("error"))
    if answer is Answer.NO and "insufficient_scope" in told:
        raise Inconclusive(
            f"the token's scope is too narrow for {operation.id}; [client].scope asks for more",
            "scopes",
        )
    if operation.id in service.contract.unplaced and exchange.status in _NOTHING_THERE:
        raise Inconclusive(
            f"{describe(exchange)}: look where [resource].paths says that {operation.id} is",
            "resource_endpoint",
        )
    return _expect(answer, Answer.YES, exchange, f"{operation.id} to accept {request}")


def closed(service: Service, operation: Operation, exchange: Exchange, request: str) -> Exchange:
    """Expect that a resource stayed closed, by a refusal that is one."""
    answer = service.answer(operation, exchange)
    return _expect(answer, Answer.NO, exchange, f"{operation.id} to refuse {request}")


def page(visit: Visit) -> None:
    """Expect that a user was shown a page; a service that says "not now" has decided nothing.

    One to log in on may say that this is still to be done (RFC 9110 section 15.5.2).
    """
    status = visit.last.status
    if status in _NOT_NOW:
        raise Inconclusive(f"the page was not shown this time: status {status}")
    shown = status == 200 or (status in _NOT_YOU and login_form(Page(visit.last)) is not None)
    that(visit.redirect is None and shown, "a page", f"status {status}", visit.last)


def error(exchange: Exchange, code: str) -> None:
    """Expect a refusal to name an error code (RFC 6749 section 5.2)."""
    seen = exchange.members.get("error")
    that(seen == code, f"the error code {code}", f"{seen!r}" if seen else "no error code", exchange)


def made_of(characters: str, value: object, name: str, at: Exchange | None = None) -> None:
    """Expect a text to be made of the characters that a regular expression allows."""
    text = value if isinstance(value, str) else ""
    odd = sorted({one for one in text if re.fullmatch(characters, one) is None})
    seen = ", ".join(map(ascii, odd)) or (ascii(text) if text else f"{type(value).__name__}")
    holds = isinstance(value, str) and re.fullmatch(characters, value) is not None
    that(holds, f"{name} of the characters allowed", seen, at)


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
