"""A journal -> how the target answered: what its contract is in fact, beyond the verdicts.

For each check case and operation these are the answers that came, without what differs from run to
run: values, lengths, moments, and how often the same was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.evidence import Record
from conformance.wire import parsed, url_parts

# Headers that say nothing about a service: the connection's, the moment's, and cookies, which
# depend on who was there before.
_PASSING = frozenset(
    {
        *("age", "connection", "content-encoding", "content-length", "content-type", "date"),
        *("etag", "expires", "keep-alive", "last-modified", "location", "set-cookie"),
        *("transfer-encoding", "vary", "via", "www-authenticate"),
    }
)
# Headers whose value is a rule, and not a moment or a number.
_RULES = frozenset(
    {
        *("access-control-allow-origin", "allow", "cache-control", "pragma", "referrer-policy"),
        *("strict-transport-security", "x-content-type-options", "x-frame-options"),
    }
)
# "Not now" is no answer.
_BUSY = frozenset({408, 429, 502, 503, 504})
_PARAMETER = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|([^\s,]+))")
_JSON_TYPES: Mapping[type, str] = {
    bool: "boolean",
    dict: "object",
    float: "number",
    int: "number",
    list: "array",
    str: "string",
    type(None): "null",
}

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Answer:
    """One way in which an operation answers; pairs of name and value are in alphabetical order."""

    status: int
    media_type: str
    error: str
    challenge: str
    headers: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]


# check case -> operation, such as `GET /v2/queue` -> its answers
Behaviour = Mapping[str, Mapping[str, frozenset[Answer]]]


def behaviour(record: Record) -> Behaviour:
    """Return the answers that each check case cites whose requests do not depend on chance.

    Which case asked first for what several of them judge makes no difference.
    """
    unsteady = frozenset((record.header or {}).get("unsteady", ()))
    lines = {line["number"]: line for line in record.exchanges if _told(line)}
    cited = {line["check"]: line.get("exchanges", ()) for line in record.verdicts}
    return {
        case: _answers(lines[number] for number in numbers if number in lines)
        for case, numbers in cited.items()
        if case not in unsteady
    }


def _told(line: Line) -> bool:
    response = line["response"]
    return bool(response) and not line["failure"] and response["status"] not in _BUSY


def _answers(lines: Iterable[Line]) -> Mapping[str, frozenset[Answer]]:
    found: dict[str, set[Answer]] = {}
    for line in lines:
        request = line["request"]
        operation = f"{request['method']} {urlsplit(request['url']).path}"
        found.setdefault(operation, set()).add(answer(request, line["response"]))
    return {operation: frozenset(answers) for operation, answers in found.items()}


def answer(request: Line, response: Line) -> Answer:
    """Return what is lasting in an answer."""
    document = _document(response["body"])
    headers = [(name.lower(), value) for name, value in response["headers"]]
    first = dict(reversed(headers))
    return Answer(
        status=response["status"],
        media_type=first.get("content-type", "").partition(";")[0].strip().lower(),
        error=_error(document, first.get("location", "")),
        challenge=", ".join(sorted(map(_challenge, _values(headers, "www-authenticate")))),
        headers=tuple(sorted(set(_lasting(headers)))),
        members=tuple(sorted(_members(document, _sent(request)))),
    )


def _document(body: str) -> object:
    try:
        return parsed(body)
    except ValueError:
        return None


def _error(document: object, location: str) -> str:
    """Return the error code of a JSON answer, or of a redirect (RFC 6749 sections 4.1.2.1, 5.2)."""
    told = document.get("error") if isinstance(document, dict) else None
    if told is None:
        told = dict(parse_qsl(url_parts(location).query)).get("error")
    return told if isinstance(told, str) else ""


def _challenge(value: str) -> str:
    """Return a challenge by its scheme, the names of its parameters, and the error in it."""
    scheme, _, rest = value.strip().partition(" ")
    told = [
        f"{name}={quoted or plain}" if name == "error" else name
        for name, quoted, plain in sorted(_PARAMETER.findall(rest))
    ]
    return " ".join((scheme, *told))


def _lasting(headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name not in _PASSING:
            yield name, _sorted(value) if name in _RULES else ""


def _sorted(value: str) -> str:
    """Return the parts of a list in one order: whoever keeps them in a set gives them in any."""
    return ", ".join(sorted(part.strip() for part in value.split(",")))


def _members(document: object, sent: str) -> Iterator[tuple[str, str]]:
    """Yield the members with their types; `as sent` is a token that was not renewed."""
    if not isinstance(document, dict):
        return
    for name, value in document.items():
        kind = _JSON_TYPES.get(type(value), "")
        same = isinstance(value, str) and "token" in name and value and f"={value}&" in sent
        yield name, f"{kind} as sent" if same else kind


def _sent(request: Line) -> str:
    return f"{request['url']}&{request['body']}&"


def _values(headers: list[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in headers if key == name]
