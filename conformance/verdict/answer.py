"""What a service said to a request: yes, no, or nothing that can be relied on.

A refusal is a refusal: a 5xx, a 429, a timeout or a reset is never one, and neither is a 2xx that
is not marked as an error (reading KMA-11 of the kitchenmonki contract).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from conformance.wire import Exchange, Response

_TOO_MANY = 429
_REQUEST_TIMEOUT = 408
_SERVER_ERROR = 500  # and whatever is above it
_LONGEST = 200  # characters of what is told of an answer


class Answer(enum.Enum):
    """Whether a service did what it was asked."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def of_grant(exchange: Exchange) -> Answer:
    """Say whether tokens were issued (RFC 6749 sections 5.1 and 5.2)."""
    if carries_token(exchange):
        return Answer.YES
    return _refusal(exchange, {})


def of_resource(exchange: Exchange, markers: Mapping[str, object]) -> Answer:
    """Say whether a protected resource was opened.

    `markers` are the members that every success of the operation carries with a fixed value; an
    answer that contradicts one of them is an error, whatever its status.
    """
    refusal = _refusal(exchange, markers)
    if refusal is Answer.UNCLEAR and 200 <= exchange.status < 300 and exchange.members:
        return Answer.YES
    return refusal


def carries_token(exchange: Exchange) -> bool:
    """Tell whether a successful answer holds an access token."""
    token = exchange.members.get("access_token")
    return 200 <= exchange.status < 300 and isinstance(token, str) and token != ""


def describe(exchange: Exchange) -> str:
    """Say in a few words what came back, without any value that could be a secret."""
    if exchange.response is None:
        return f"no answer ({exchange.failure})"
    words = [f"status {exchange.status}"]
    error = exchange.members.get("error")
    if isinstance(error, str):
        words.append(f"error {error[:_LONGEST]!r}")
    elif exchange.members:
        words.append(f"members {', '.join(sorted(exchange.members))[:_LONGEST]}")
    elif exchange.response.media_type:
        words.append(_content(exchange.response))
    if exchange.failure:
        words.append(str(exchange.failure))
    return ", ".join(words)


def _content(answer: Response) -> str:
    """Return the media type of a body; of what is called JSON, whether it is none or an array."""
    try:
        held = answer.json if answer.media_type == "application/json" and answer.body else None
    except ValueError:
        return f"{answer.media_type} that is no JSON"
    return f"{answer.media_type}, an array" if isinstance(held, list) else answer.media_type


def _refusal(exchange: Exchange, markers: Mapping[str, object]) -> Answer:
    if (
        exchange.response is None
        or exchange.failure
        or exchange.status in (_TOO_MANY, _REQUEST_TIMEOUT)
        or exchange.status >= _SERVER_ERROR
    ):
        return Answer.UNCLEAR
    if exchange.status >= 300 or _marked(exchange.members, markers):
        return Answer.NO
    return Answer.UNCLEAR


def _marked(members: Mapping[str, object], markers: Mapping[str, object]) -> bool:
    contradicted = any(
        name in members and members[name] != value for name, value in markers.items()
    )
    return bool(members.get("error")) or contradicted
