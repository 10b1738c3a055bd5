"""One request and its response, as they went over the wire."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

Headers = tuple[tuple[str, str], ...]


class Failure(enum.StrEnum):
    """Why there is no response, or only a part of one."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    BROKEN = "broken off"
    TOO_LARGE = "too large"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent; header pairs in their order."""

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; header pairs as they were sent, repeated ones included."""

    status: int
    reason: str = ""
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its name in any case."""
        return next(iter(self.header_values(name)), None)

    def header_values(self, name: str) -> tuple[str, ...]:
        """Return every value of a header, by its name in any case.

        Blanks around a value are no part of it (RFC 9110 section 5.5).
        """
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return tuple(value.strip(" \t") for value in found)

    @property
    def media_type(self) -> str:
        """Return the media type without its parameters, in lower case; empty where none is sent."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """Return the body as text; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is any of six types
        """Return what the body says as JSON; raises `ValueError` where it is none.

        The parser is strict (RFC 8259): no NaN, UTF-8 only.
        """
        return parsed(self.body.decode("utf-8"), parse_constant=_refuse)

    @property
    def members(self) -> dict[str, Any]:
        """Return the members of the JSON object in the body; empty where it holds none."""
        try:
            found = self.json
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def location_query(self) -> tuple[tuple[str, str], ...]:
        """Return the query parameters of the `Location` header, decoded once."""
        return tuple(parse_qsl(url_parts(self.header("Location")).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, its response or why there is none, and when; times are seconds since the epoch."""

    number: int
    request: Request
    response: Response | None
    failure: Failure | None
    sent_at: float
    received_at: float

    @property
    def duration(self) -> float:
        """Return the seconds between the request's first byte and the response's last."""
        return self.received_at - self.sent_at

    @property
    def status(self) -> int:
        """Return the response's status, or 0 where there is none."""
        return self.response.status if self.response else 0

    @property
    def date(self) -> float | None:
        """Return the response's `Date` (RFC 9110 section 6.6.1), in seconds since the epoch."""
        sent = self.response.header("Date") if self.response else None
        try:
            return parsedate_to_datetime(sent or "").timestamp()
        except (ValueError, OverflowError):  # no date, or one of a year that no clock knows
            return None

    @property
    def members(self) -> dict[str, Any]:
        """Return the members of the JSON object in the response; empty where there is none."""
        return self.response.members if self.response else {}


def parsed(text: str, **options: Any) -> Any:  # noqa: ANN401 - those of `json.loads`
    """Return what a target calls JSON; raises `ValueError` where it is none, or nested too deep."""
    try:
        return json.loads(text, **options)
    except RecursionError:
        raise ValueError("nested too deep to be read") from None


def url_parts(url: str | None) -> SplitResult:
    """Return the parts of what a target calls a URL; all of them empty where it is none."""
    try:
        return urlsplit(url or "")
    except ValueError:
        return urlsplit("")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
