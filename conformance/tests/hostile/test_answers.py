"""Answers that are hardly HTTP: each becomes a record that is safe to keep, and none is waited for.

What `test_runs` cannot send, since a server's library keeps it from saying such things.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import socket
from collections.abc import Callable

import pytest

from conformance.evidence import Redactor, Transcript
from conformance.faults.degenerate.listener import listening
from conformance.tests.hostile.leaks import leaks
from conformance.tests.hostile.target import CONTROLS, SCRIPTS, echoes
from conformance.wire import Failure, Limits, Wire

_ANSWERS = int(os.environ.get("CONFORMANCE_HOSTILE", "2000"))
_EACH = min(_ANSWERS, 5000)  # answers of one test, whose records are searched together
_CANARIES = {
    name: f"c4n4ry-{name}-Zq81xKf0vT3m"
    for name in ("secret", "password", "token", "code", "cookie", "query", "header")
}
_SAFE = re.compile("[^\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]*")
_STARTS = (
    *(b"HTTP/1.1 200 OK", b"HTTP/1.1 400 \xff\xfe", b"HTTP/1.0 302 \x1b[2J", b"HTTP/9.9 200 OK"),
    *(b"HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 200 OK", b"HTTP/1.1 \xb2 x", b"HTTP/1.1 -1 x", b"ICY"),
    *(b"HTTP/1.1 200", b"HTTP/1.1 99999 x", b"\x00\x00", b""),
)
_FIELDS = (
    *(
        b"Content-Length: 5",
        b"Content-Length: -5",
        b"Content-Length: 5, 6",
        b"Content-Length: \xb2",
    ),
    *(b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Content-Encoding: br, \xff"),
    *(b"Date: Mon, 01 Jan 0001 00:00:00 -0000", b"Date: Mon, 99 Xyz 99999 99:99:99 +9999"),
    *(b"Content-Type: \xff/\xfe; charset=\x00", b": nameless", b"no colon", b" folded", b"X:\x00"),
    *(
        b"Content-Type: application/json",
        b"Content-Type: text/html; charset=utf-16",
        b"\xff\xfe: x",
    ),
    *(
        b"Set-Cookie: =; expires=\xff",
        b"Set-Cookie: a=b; Max-Age=" + b"9" * 400,
        b"X: " + b"y" * 60_000,
    ),
    *(b"Location: http://[x", b"Location: //\xff:99999/", b"Retry-After: \xb2", b"Retry-After: -1"),
)
_BODIES = (
    *(b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n", b"-1\r\n", b"\x1f\x8b\x08\x00", b"[" * 20_000),
    *(
        b'{"access_token": "\\ud800"}',
        b'{"code": ' + b"9" * 5000 + b"}",
        b"\xff" * 300,
        b"",
        b"null",
    ),
)


def _answering(seed: int) -> Callable[[socket.socket], None]:
    """Send bytes that are put together from what is wrong and from echoes."""
    numbers = itertools.count()
    repeated = "\n".join(f"{name}={value}" for name, value in _CANARIES.items())
    told = [
        one.encode("utf-8", "surrogatepass") for one in (*echoes(repeated), *SCRIPTS, *CONTROLS)
    ]

    def answer(connection: socket.socket) -> None:
        dice = random.Random(f"{seed} {next(numbers)}")  # noqa: S311 - it must repeat
        fields = [dice.choice((*_FIELDS, b"X-Echo: " + dice.choice(told))) for _ in range(4)]
        body = dice.choice(_BODIES) + dice.choice(told)
        data = b"\r\n".join((dice.choice(_STARTS), *fields, b"", body))
        connection.sendall(data[: dice.choice((len(data), dice.randrange(len(data) + 1)))])

    return answer


@pytest.mark.filterwarnings("ignore:http.cookiejar bug!")
@pytest.mark.parametrize("part", range(_ANSWERS // _EACH))
def test_every_answer_becomes_a_record_that_is_safe_to_keep(part: int) -> None:
    """No exception, no control character and no canary, whatever bytes come back."""
    redactor = Redactor()
    transcript = Transcript(redactor)
    for name, value in _CANARIES.items():
        redactor.register(value, name)
    sent = {name: _CANARIES[name] for name in ("secret", "password", "code")}
    lines = set()
    with listening(_answering(part)) as url:
        wire = Wire(
            [url.removeprefix("http://")], Limits(requests=_EACH, timeout=5), trust_env=False
        )
        for _ in range(_EACH):
            exchange = wire.send(
                "POST",
                f"{url}/token?key={_CANARIES['query']}",
                form=[*sent.items()],
                headers={
                    "Authorization": f"Bearer {_CANARIES['token']}",
                    "Cookie": f"sid={_CANARIES['cookie']}",
                    "X-Key": _CANARIES["header"],
                },
            )
            redactor.learn(exchange)
            assert exchange.date is None or exchange.date
            line = transcript.line(exchange, None)
            lines.add(json.dumps(line["response"], ensure_ascii=False))
    assert wire.budget.spent == _EACH
    assert all(_SAFE.fullmatch(line) for line in lines)
    assert not leaks([("the records", "\n".join(lines))], _CANARIES.values())


def test_of_fifty_megabytes_the_beginning_is_kept() -> None:
    """What is too much is not read to its end, and of what was read little is written down."""
    body = SCRIPTS[0].encode() * (50_000_000 // len(SCRIPTS[0]))
    with listening(lambda door: door.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + body)) as url:
        wire = Wire([url.removeprefix("http://")], trust_env=False)
        exchange = wire.send("GET", url)
    assert exchange.failure is Failure.TOO_LARGE
    line = json.dumps(Transcript(Redactor()).line(exchange, None))
    assert "more characters were cut" in line
    assert len(line) < 30_000
