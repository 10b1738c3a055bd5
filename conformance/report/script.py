"""The exchanges of a check -> a shell script that repeats them.

Each secret is a variable, set from the answer in which it first appeared; what never appeared in
one, such as a client secret, is asked of the caller's environment.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from conformance.report.capture import capture
from conformance.verdict.judged import CheckResult

Exchange = Mapping[str, Any]

_OWN_HEADERS = frozenset(
    {"host", "connection", "accept", "accept-encoding", "content-length", "user-agent"}
)
_FORM = "application/x-www-form-urlencoded"
_PAUSE = 2.0
_MOST = 40  # requests that somebody would read in a script

_HEAD = """\
#!/usr/bin/env bash
# Repeats {check}, as far as a script can.
set -eu
found() {{ printf '%s\\n' "$answer" | tr -d '\\r' | sed -n "$1" | head -n 1; }}
decoded() {{ printf '%b' "${{1//%/\\\\x}}"; }}
"""

# How a mutant is made from the variable of its original, by what its name says in brackets.
_BENT = {
    "truncated": "${{{0}:0:$(( ${{#{0}}} - (${{#{0}}} / 4 > 1 ? ${{#{0}}} / 4 : 1) ))}}",
    "altered": (
        "${{{0}:0:$(( ${{#{0}}} / 2 ))}}"
        '$([ "${{{0}:$(( ${{#{0}}} / 2 )):1}}" = A ] && echo B || echo A)'
        "${{{0}:$(( ${{#{0}}} / 2 + 1 ))}}"
    ),
    "extended": "${{{0}}}AAAA",
    "other-case": "$(printf '%s' \"${{{0}}}\" | tr 'A-Za-z' 'a-zA-Z')",
    "last character removed": "${{{0}%?}}",
}
_MUTANT = re.compile(r"(?P<of>[^()]+(?:\([^()]*\))?) \((?P<how>[^()]*)\)")


def script(check: CheckResult, exchanges: Sequence[Exchange]) -> str:
    """Return the script; `exchanges` are those of the check, in their order, as journalled."""
    if len(exchanges) > _MOST:
        return (
            f"# A script would repeat {len(exchanges)} requests, for each session goes on from the"
            " one before.\n# Use the command instead.\n"
        )
    lines = [_HEAD.format(check=check.id)]
    if check.clock:
        lines.append("# This check waits, or moves the target's clock; a script has to wait.\n")
    known: set[str] = set()
    before: Exchange | None = None
    for exchange in exchanges:
        pause = _pause(before, exchange) if before else 0.0
        lines += [f"sleep {math.ceil(pause)}"] if pause >= _PAUSE else []
        before = exchange
        lines += _needed(exchange, known)
        lines += _step(check, exchange)
        lines += _learned(exchange, known)
    return "\n".join(lines) + "\n"


def flow(exchanges: Sequence[Exchange], sources: Mapping[str, Exchange]) -> list[Exchange]:
    """Return exchanges after those of other checks that they depend on: a login, say.

    `sources` are the exchanges in whose answers secrets first appeared.
    """
    taken = {one["number"]: one for one in exchanges}
    waiting: list[Exchange] = []
    given: set[str] = set()
    for one in exchanges:
        waiting += _origins(one, sources, given)
        given |= _given(one)
    while waiting:  # not by recursion: a cookie that is renewed with each answer has a long past
        one = waiting.pop()
        if one["number"] not in taken:
            taken[one["number"]] = one
            waiting += _origins(one, sources, ())
    return [taken[number] for number in sorted(taken)]


def _origins(
    exchange: Exchange, sources: Mapping[str, Exchange], given: Collection[str]
) -> Iterator[Exchange]:
    """Yield the exchanges in whose answers a request's secrets first stood, unless given."""
    for name in sorted(_names_in(_request_text(exchange), exchange["names"])):
        source = None if name in given else sources.get(_original(name))
        if source and source["number"] < exchange["number"]:
            yield source


def moment(exchange: Exchange) -> float:
    """Return when a request was sent, by the target's clock."""
    sent: float = exchange["sent_at"] + exchange.get("ahead", 0.0)
    return sent


def sources(exchanges: Iterable[Exchange]) -> dict[str, Exchange]:
    """Return for each secret the exchange in whose answer it first appeared."""
    found: dict[str, Exchange] = {}
    for exchange in exchanges:
        for name in _given(exchange):
            found.setdefault(name, exchange)
    return found


def variable(name: str) -> str:
    """Return the shell variable of a redacted name: `ACCESS_TOKEN_3` for `access-token#3`."""
    return re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")


def _pause(before: Exchange, exchange: Exchange) -> float:
    """Return how long to wait between two exchanges, by the target's clock.

    What was taken from another check is not waited for.
    """
    if before.get("check") != exchange.get("check"):
        return 0.0
    return moment(exchange) - moment(before) - float(before["duration"])


def _needed(exchange: Exchange, known: set[str]) -> Iterator[str]:
    """Yield what sets the variables that a request needs and no answer has set."""
    for name in sorted(_names_in(_request_text(exchange), exchange["names"])):
        if name not in known:
            known.add(name)
            yield from _set(name, known)


def _given(exchange: Exchange) -> set[str]:
    """Return the names of the secrets that an answer holds."""
    answer = exchange["response"]
    if not answer:
        return set()
    text = "\n".join((answer["body"], *(value for _, value in answer["headers"])))
    return _names_in(text, exchange["names"])


def _original(name: str) -> str:
    """Return the name of what a mutant was made of; any other name is its own."""
    mutant = _MUTANT.fullmatch(name)
    return mutant["of"] if mutant and mutant["how"] in _BENT else name


def _set(name: str, known: set[str]) -> Iterator[str]:
    mutant = _MUTANT.fullmatch(name)
    if mutant and mutant["how"] in _BENT:
        if mutant["of"] not in known:
            known.add(mutant["of"])
            yield from _set(mutant["of"], known)
        yield f'{variable(name)}="{_BENT[mutant["how"]].format(variable(mutant["of"]))}"'
    elif name.startswith("unknown-"):
        yield f': "${{{variable(name)}:=made-up-value-that-nobody-issued}}"'
    else:
        yield f': "${{{variable(name)}:?set it to the {name}}}"'


def _step(check: CheckResult, exchange: Exchange) -> Iterator[str]:
    answer, request = exchange["response"], exchange["request"]
    status = answer["status"] if answer else exchange["failure"]
    yield ""
    yield f"# {exchange['number']}: {_comment(request['method'])}; the answer was {status}"
    if exchange["number"] == check.step:
        yield f"# This broke the rule. Expected: {_comment(check.expected)}"
        yield f"# Seen: {_comment(check.seen)}"
    yield f"answer=$({' '.join(_curl(exchange))} | tr -d '\\000')"
    yield "printf '%s\\n' \"$answer\" | cat -v"


def _learned(exchange: Exchange, known: set[str]) -> Iterator[str]:
    """Yield what sets the variables of the secrets that an answer holds for the first time."""
    answer = exchange["response"]
    for name in exchange["names"] if answer else ():
        pattern = None if name in known else capture(answer, name)
        if pattern:
            known.add(name)
            yield f'{variable(name)}="$(found {shlex.quote(pattern.sed)})"'
            if pattern.encoded:
                yield f'{variable(name)}="$(decoded "${variable(name)}")"'


def _curl(exchange: Exchange) -> Iterator[str]:
    request, names = exchange["request"], exchange["names"]
    address, _, query = request["url"].partition("?")
    form = _is_form(request)
    in_query = not request["body"] and bool(_names_in(query, names))
    yield "curl --silent --show-error --include"
    if request["method"] != "GET":
        yield f"--request {shlex.quote(request['method'])}"
    yield _word(address if in_query or not query else f"{address}?{query}", names)
    yield from (["--get", *_pairs(query, names)] if in_query else [])
    for name, value in request["headers"]:
        if name.lower() not in _OWN_HEADERS and not (form and name.lower() == "content-type"):
            yield _header(name, value, names)
    if form:
        yield from _pairs(request["body"], names)
    elif request["body"]:
        yield f"--data-binary {_word(request['body'], names)}"


def _pairs(text: str, names: Sequence[str]) -> Iterator[str]:
    """Yield the pairs of a form or a query; curl encodes those whose value is a variable."""
    for pair in text.split("&"):
        name, equals, value = pair.partition("=")
        if _names_in(value, names):
            yield f"--data-urlencode {shlex.quote(name + equals)}{_word(value, names)}"
        else:
            yield f"--data-raw {shlex.quote(pair)}"


def _header(name: str, value: str, names: Sequence[str]) -> str:
    scheme, _, credentials = value.partition(" ")
    if name.lower() == "authorization" and scheme.lower() == "basic" and ":" in credentials:
        return f"--user {_word(credentials, names)}"
    return f"--header {shlex.quote(f'{name}: ')}{_word(value, names)}"


def _word(text: str, names: Sequence[str]) -> str:
    """Return one word of shell in which every redacted name is a variable."""
    parts = _split(text, names)
    return "".join(f'"${variable(part)}"' if part in names else shlex.quote(part) for part in parts)


def _split(text: str, names: Sequence[str]) -> list[str]:
    longest_first = sorted(names, key=len, reverse=True)
    if not longest_first:
        return [text]
    pattern = "|".join(re.escape(name) for name in longest_first)
    return [part for part in re.split(f"({pattern})", text) if part] or [text]


def _names_in(text: str, names: Sequence[str]) -> set[str]:
    found = set()
    for name in sorted(names, key=len, reverse=True):  # `code#1` stands in `code#12` too
        if name in text:
            found.add(name)
            text = text.replace(name, "\n")
    return found


def _request_text(exchange: Exchange) -> str:
    """Return the values of a request, a line each: a parameter may be called like a secret."""
    request = exchange["request"]
    address, _, query = request["url"].partition("?")
    body = request["body"]
    pairs = [*query.split("&"), *(body.split("&") if _is_form(request) else ())]
    values = [pair.partition("=")[2] for pair in pairs]
    values += [value for name, value in request["headers"] if name.lower() not in _OWN_HEADERS]
    return "\n".join((address, *values, "" if _is_form(request) else body))


def _is_form(request: Mapping[str, Any]) -> bool:
    return any(
        name.lower() == "content-type" and _FORM in value for name, value in request["headers"]
    )


def _comment(text: str) -> str:
    return " ".join(text.split())
