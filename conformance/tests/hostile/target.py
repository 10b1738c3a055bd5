"""The reference server, some of whose answers are meant to do harm to whoever reads them."""

from __future__ import annotations

import base64
import html
import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.reference import Application, Clock, Decisions, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Pairs = list[tuple[str, str]]
Answer = tuple[str, Pairs, bytes]
Harm = Callable[[random.Random, Answer, str], Answer]

MARK = "HARM"
"""What only the harm itself may do: a page that runs it has this as its title."""

SCRIPTS = (
    f"<script>document.title='{MARK}'</script>",
    f"</pre></script><img src=x onerror=\"document.title='{MARK}'\">",
    f"\"'><svg onload=document.title='{MARK}'>",
    f"javascript:document.title='{MARK}'",
    f"{{{{ '{MARK}' }}}}]]><!--",
    f"::error::{MARK}\n::set-output name=x::{MARK}",
)
CONTROLS = (
    *("\x1b]0;HARM\x07", "\x1b[2J\x1b[31m", "\x9b31m", "\x00", "\x08\x08\x08", "\x7f"),
    *("\u202e", "\u2066", "\ud800", "\ufeff", "\u2028", "\r", "\x1b]8;;http://harm.example\x07"),
)
_TEXTS = (
    *SCRIPTS,
    *CONTROLS,
    "²",
    "9" * 5000,
    "-1",
    "1e999",
    "NaN",
    "http://[harm",
    "//[",
    "",
    "é日本",
)
_STATUSES = (
    *("100 Go on", "199 Nothing", "204 Empty", "206 Half", "299 Fine", "304 Same", "400 \x1b[31m"),
    *("418 <b>", "511 Log in", "599 What", "999 Beyond"),
)
_HEADERS = (
    *("Location", "Set-Cookie", "Content-Type", "WWW-Authenticate", "Retry-After", "Date", "Allow"),
    *("Content-Encoding", "Cache-Control", "Link", "Refresh", "X-Harm", "Content-Security-Policy"),
    *("Referrer-Policy", "Vary", "Access-Control-Allow-Origin"),
)
_ISSUED = re.compile(
    rb"""(?:_token"\s*:\s*"|[?&]code=|(?:csrf|xsrf)[^>]*value=")([\w.~+/-]{16,})"""
)


class Hostile(Application):
    """Serves rightly, but spoils a share of its answers; the seed decides which, and how.

    `answers` counts them; `secrets` are all that it ever told or knows, to be looked for later.
    """

    def __init__(self, settings: Settings, seed: int, share: float) -> None:
        super().__init__(settings, Decisions(), Clock())
        self._dice = random.Random(seed)  # noqa: S311 - it must repeat, not surprise
        self._share = share
        self.answers = 0
        self.secrets = {one.secret for one in settings.clients if one.secret}
        self.secrets |= {one.password for one in settings.users}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, rightly or not."""
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = _Again(sent)
        told: list[tuple[str, Pairs]] = []
        body = b"".join(super().__call__(environ, lambda *head: told.append(head)))  # type: ignore[arg-type]
        answer = (*told[0], body)
        self.answers += 1
        self._note(answer)
        if not environ["PATH_INFO"].startswith("/_clock") and self._dice.random() < self._share:
            harm = self._dice.choice(HARMS)
            answer = harm(self._dice, answer, _as_sent(environ, sent))
        status, headers, body = answer
        start_response(status, [(name, latin(value)) for name, value in headers])
        return [body]

    def _note(self, answer: Answer) -> None:
        """Remember what was issued."""
        _, headers, body = answer
        for text in (body, *(value.encode() for name, value in headers if name == "Location")):
            self.secrets |= {found.decode() for found in _ISSUED.findall(text)}
        for name, value in headers:
            if name == "Set-Cookie":
                self.secrets.add(value.partition(";")[0].partition("=")[2])


class _Again:
    """A body that was read, to be read again."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        size = len(self._data) if size < 0 else size
        piece, self._data = self._data[:size], self._data[size:]
        return piece


def _as_sent(environ: WSGIEnvironment, body: bytes) -> str:
    """Return a request as a careless error page repeats it."""
    lines = [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ.get('QUERY_STRING')}"]
    lines += [
        f"{name.removeprefix('HTTP_').title()}: {value}"
        for name, value in environ.items()
        if name.startswith("HTTP_")
    ]
    return "\n".join((*lines, "", body.decode("utf-8", "replace")))


def latin(value: str) -> str:
    """Return a header's value as a server writes it; what is no Latin-1 as the bytes of UTF-8."""
    return value.encode("utf-8", "surrogatepass").decode("latin-1")


# Harms: each returns another answer


def _text(dice: random.Random) -> str:
    return "".join(dice.choices(_TEXTS, k=dice.randint(1, 3)))


def _echo(dice: random.Random, answer: Answer, sent: str) -> Answer:
    """Repeat the request in every encoding at once, between scripts and controls."""
    page = "\n".join((_text(dice), *echoes(sent), _text(dice)))
    headers = [("Content-Type", dice.choice(("text/html", "text/plain", "application/json")))]
    return (dice.choice((answer[0], "400 Bad", "500 Oh")), headers, _bytes(page))


def echoes(text: str) -> tuple[str, ...]:
    """Return a text in all encodings that a page or a log may have for it."""
    encoded = base64.b64encode(text.encode()).decode()
    return (
        text,
        quote(text, safe=""),
        quote(quote(text, safe=""), safe=""),
        html.escape(text),
        json.dumps(text),
        "".join(f"&#{ord(one)};" for one in text),
        "".join(f"%{byte:02x}" for byte in text.encode()),
        encoded,
        "\r\n".join(wrap(encoded, 76)),
        base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
        "\n".join(text[at : at + 13] for at in range(0, len(text), 13)),
        "=\r\n".join(text[at : at + 17] for at in range(0, len(text), 17)),
        "\x00".join(text),
    )


def _echo_as_error(dice: random.Random, _answer: Answer, sent: str) -> Answer:
    told = {"error": _text(dice), "error_description": dice.choice(echoes(sent)), "code": 7}
    return "400 Bad", [("Content-Type", "application/json")], json.dumps(told).encode()


def _member(dice: random.Random, answer: Answer, _sent: str) -> Answer:
    """Put something else in the place of members of a JSON answer."""
    try:
        told = json.loads(answer[2])
    except ValueError:
        return _header(dice, answer, _sent)
    values: tuple[object, ...] = (
        *map(_text, [dice] * 3),
        None,
        [],
        {"a": [None]},
        1e308,
        10**400,
        -1,
        True,
        "\ud800",
    )
    told |= {name: dice.choice(values) for name in dice.choices(list(told) or ["error"], k=2)}
    told |= {_text(dice): _text(dice)}
    return answer[0], answer[1], json.dumps(told).encode()


def _header(dice: random.Random, answer: Answer, _sent: str) -> Answer:
    """Add or replace headers by ones that are none."""
    changed = {name: _text(dice) for name in dice.sample(_HEADERS, 3)}
    kept = [pair for pair in answer[1] if pair[0] not in changed or dice.random() < 0.5]
    return answer[0], [*kept, *changed.items()], answer[2]


def _folded(dice: random.Random, answer: Answer, _sent: str) -> Answer:
    """Break header lines where none may be broken."""
    broken = dice.choice(
        ("x\r\n folded", "x\r\nno header at all", "x\r\n: nameless", "x\r\n\x00: y")
    )
    return answer[0], [("X-Harm", broken), *answer[1]], answer[2]


def _status(dice: random.Random, answer: Answer, _sent: str) -> Answer:
    return dice.choice(_STATUSES), answer[1], answer[2]


def _body(dice: random.Random, answer: Answer, _sent: str) -> Answer:
    """Cut, repeat or garble a body, or put another one in its place."""
    status, headers, body = answer
    at = dice.randint(0, len(body))
    garbled = dice.choice(
        (
            *(body[:at], body * 3, body[:at] + _bytes(_text(dice)) + body[at:], b"\xff\xfe" + body),
            *(body.decode("utf-8", "replace").encode("utf-16"), dice.randbytes(2000)),
            *(b"[" * 50_000, b'{"a":' * 50_000, b"1" * 100_000, b"<form>" * 5_000),
            *(b"<a href='http://[harm'>x</a><form action='http://[harm'><input name=a>",),
            *(b"<meta http-equiv=refresh content='0;url=http://[harm'>",),
        )
    )
    kept = [pair for pair in headers if pair[0] != "Content-Length"]
    return status, kept, garbled


def _astray(dice: random.Random, _answer: Answer, _sent: str) -> Answer:
    """Redirect to where no request may go."""
    places = (
        *(
            "http://harm.example/",
            "//harm.example/",
            "http://[harm",
            "file:///etc/passwd",
            "data:,x",
        ),
        *(
            "http://127.0.0.1:1/",
            "http://x@harm.example/",
            "http:\\\\harm.example",
            "\x00",
            "http://",
        ),
        *("javascript:alert(1)", "/\\harm.example", "http://127.0.0.1:99999/", "http://é日本/"),
    )
    code = dice.choice(("", "?code=", "?code=%00", "?code=%ff", "#code=x", "?error=<b>"))
    where = dice.choice(places) + code
    return f"{dice.choice((301, 302, 303, 307, 308))} Away", [("Location", where)], b""


HARMS: Sequence[Harm] = (
    *(_echo, _echo, _echo_as_error, _echo_as_error, _member, _member, _member, _header, _header),
    *(_header, _folded, _status, _body, _body, _body, _astray),
)
"""What may happen to an answer."""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
