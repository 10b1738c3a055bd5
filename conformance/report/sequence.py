"""The exchanges of a check -> a sequence diagram: who asked whom for what, and what came back.

Everything here is text and numbers; the template draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.report.script import moment
from conformance.report.wording import span
from conformance.wire import parsed, url_parts

Exchange = Mapping[str, Any]

USER, CLIENT, PAGES, TOKEN, API, CLOCK = "user", "client", "authorize", "token", "api", "clock"
_TITLES = {
    USER: "user's browser",
    CLIENT: "client",
    PAGES: "authorization endpoint",
    TOKEN: "token endpoint",
    "revocation": "revocation endpoint",
    "introspection": "introspection endpoint",
    "metadata": "metadata",
    API: "resources",
    CLOCK: "its clock",
}
_OF_ONE_ADDRESS = (TOKEN, "revocation", "introspection", "metadata", CLOCK)
_WIDTH, _EDGE, _WIDEST = 920, 100, 540
_CHARACTER = 6.7  # the width of one, in the size of the labels
_TOP, _ROW, _GAP, _ANSWER = 64, 60, 30, 24
_LATER = 2.0  # seconds
_OF_A_BROWSER = ("cookie#", "csrf#", "session#")


@dataclass(frozen=True, slots=True)
class Lane:
    """One who takes part, and where its line stands."""

    title: str
    x: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """One exchange: at `y` the request goes from `start` to `end`, at `back` the answer returns."""

    number: int
    start: float
    end: float
    y: float
    back: float
    asked: str
    answered: str
    fine: bool
    broke: bool

    @property
    def middle(self) -> float:
        """Return where the labels stand."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that passed by the target's clock."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """What is drawn."""

    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    pauses: tuple[Pause, ...]
    width: float
    height: float


def sequence(
    exchanges: Sequence[Exchange], endpoints: Mapping[str, str], step: int | None
) -> Diagram:
    """Return the diagram; `step` is the number of the exchange that broke the rule."""
    parts = [_parties(one, endpoints) for one in exchanges]
    there = [name for name in _TITLES if any(name in pair for pair in parts)]
    at = _places(there)
    arrows, pauses = [], []
    y: float = _TOP
    for exchange, (start, end), passed in zip(exchanges, parts, _passed(exchanges), strict=True):
        if passed >= _LATER:
            pauses.append(Pause(y, f"{span(passed)} later"))
            y += _GAP
        arrows.append(_arrow(exchange, at[start], at[end], y, exchange["number"] == step))
        y += _ROW
    lanes = tuple(Lane(_TITLES[name], at[name]) for name in there)
    width = max(at.values(), default=0.0) + _EDGE
    return Diagram(lanes, tuple(arrows), tuple(pauses), width, y)


def _places(there: Sequence[str]) -> dict[str, float]:
    distance = min(_WIDEST, (_WIDTH - 2 * _EDGE) / max(len(there) - 1, 1))
    return {name: _EDGE + place * distance for place, name in enumerate(there)}


def _passed(exchanges: Sequence[Exchange]) -> Iterator[float]:
    """Yield for each exchange the seconds between the answer before it and its request."""
    before = moment(exchanges[0]) if exchanges else 0.0
    for one in exchanges:
        yield moment(one) - before
        before = moment(one) + one["duration"]


def _parties(exchange: Exchange, endpoints: Mapping[str, str]) -> tuple[str, str]:
    url = exchange["request"]["url"].partition("?")[0]
    for party in _OF_ONE_ADDRESS:
        if url == endpoints.get(party):
            return CLIENT, party
    if url.startswith(endpoints.get("authorize", url + "/")):
        return USER, PAGES
    browsing = any(name.startswith(_OF_A_BROWSER) for name in exchange["names"])
    return (USER, PAGES) if browsing else (CLIENT, API)


def _arrow(exchange: Exchange, start: float, end: float, y: float, broke: bool) -> Arrow:  # noqa: FBT001
    room = int(abs(end - start) / _CHARACTER)
    answer = exchange["response"]
    return Arrow(
        number=exchange["number"],
        start=start,
        end=end,
        y=y,
        back=y + _ANSWER,
        asked=_cut(_asked(exchange), room),
        answered=_cut(_answered(exchange), room),
        fine=answer is not None and answer["status"] < 400,
        broke=broke,
    )


def _asked(exchange: Exchange) -> str:
    """Return the request in a few words: method, path, grant, and the values that it carries."""
    request = exchange["request"]
    path, sent = urlsplit(request["url"]).path or "/", dict(_parameters(request))
    text = "\n".join((request["url"], request["body"], *(value for _, value in request["headers"])))
    words = [sent.get("grant_type", ""), *_named(exchange, text)]
    return " ".join(filter(None, (request["method"], path, *words)))


def _answered(exchange: Exchange) -> str:
    """Return the answer in a few words: status, error code, and the values that it brings."""
    answer = exchange["response"]
    if answer is None:
        return str(exchange["failure"] or "no answer")
    located = " ".join(value for name, value in answer["headers"] if name.lower() == "location")
    words = [_error(answer["body"], located), *_named(exchange, f"{located}\n{answer['body']}")]
    return " ".join(filter(None, (str(answer["status"]), *words)))


def _named(exchange: Exchange, text: str) -> Iterable[str]:
    """Return the names of codes, tokens and bent secrets in a text, in their order."""
    places: dict[str, int] = {}
    for name in sorted(exchange["names"], key=len, reverse=True):
        worth = ("#" in name or " (" in name) and not name.startswith(_OF_A_BROWSER)
        if worth and name in text:
            places[name] = text.index(name)
            text = text.replace(name, " " * len(name))
    return sorted(places, key=places.__getitem__)


def _error(body: str, located: str) -> str:
    try:
        told = parsed(body)
    except ValueError:
        told = None
    found = told.get("error") if isinstance(told, dict) else None
    return str(found or dict(parse_qsl(url_parts(located).query)).get("error", ""))


def _parameters(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from parse_qsl(urlsplit(request["url"]).query)
    yield from parse_qsl(request["body"])


def _cut(text: str, room: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= room else f"{line[: room - 1]}…"
