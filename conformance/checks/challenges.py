"""The header WWW-Authenticate -> its challenges (RFC 9110 section 11.6.1).

One header can hold several challenges, and a challenge several parameters, all of them with commas
between; what looks like `word = value` is a parameter, and any other word begins a challenge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from conformance.wire import Response

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - the grammar's word, no secret
_PARAMETER = re.compile(rf'({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))\s*(?:,|$)')
_SCHEME = re.compile(rf"({_TOKEN})(?:\s+|,|$)")
_TOKEN68 = re.compile(r"[0-9A-Za-z\-._~+/]+=*\s*(?:,|$)")
_GAP = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Challenge:
    """A scheme, in lower case, and its parameters in their order, names in lower case."""

    scheme: str
    parameters: tuple[tuple[str, str], ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter."""
        return tuple(value for found, value in self.parameters if found == name)


def challenges(response: Response) -> tuple[Challenge, ...]:
    """Return the challenges of a response; what follows an unreadable place is left out."""
    found = [one for text in response.header_values("WWW-Authenticate") for one in _read(text)]
    return tuple(found)


def of_scheme(response: Response, scheme: str) -> tuple[Challenge, ...]:
    """Return the challenges of one scheme."""
    return tuple(one for one in challenges(response) if one.scheme == scheme)


def bearer_errors(response: Response | None) -> list[str]:
    """Return what the challenges of a bearer resource call the error (RFC 6750 section 3)."""
    found = of_scheme(response, "bearer") if response else ()
    return [value for one in found for value in one.values("error")]


def _read(text: str) -> list[Challenge]:
    found: list[Challenge] = []
    place = _after(_GAP, text, 0)
    while place < len(text):
        parameter = _PARAMETER.match(text, place)
        if parameter and found:
            found[-1] = _with(found[-1], parameter)
            place = parameter.end()
        elif scheme := _SCHEME.match(text, place):
            found.append(Challenge(scheme[1].lower()))
            place = scheme.end()
            if not _PARAMETER.match(text, place) and (bare := _TOKEN68.match(text, place)):
                place = bare.end()
        else:
            break
        place = _after(_GAP, text, place)
    return found


def _with(challenge: Challenge, parameter: re.Match[str]) -> Challenge:
    quoted, bare = parameter[2], parameter[3]
    value = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    return Challenge(challenge.scheme, (*challenge.parameters, (parameter[1].lower(), value)))


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
