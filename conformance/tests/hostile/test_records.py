"""Answers spoilt one by one and recorded at once: thousands in the time of one whole run.

Nothing but the spoilt answer itself tells what was secret in it.
"""

from __future__ import annotations

import json
import os
import random
import string

import pytest

from conformance.evidence import Redactor, Transcript
from conformance.tests.hostile.leaks import leaks
from conformance.tests.hostile.target import HARMS, Answer, latin
from conformance.wire import Exchange, Request, Response

_ANSWERS = int(os.environ.get("CONFORMANCE_HOSTILE", "2000"))
_EACH = min(_ANSWERS, 2000)  # answers of one test, whose records are searched together
_DRAWN = string.ascii_letters + string.digits + "-_"
_URL = "http://127.0.0.1/v2/token/grant?access_token="


def _granted(one: str, other: str) -> Answer:
    told = {"access_token": one, "expires_in": 3600, "scope": None, "refresh_token": other}
    return "200 OK", [("Content-Type", "application/json")], json.dumps(told).encode()


def _redirected(one: str, other: str) -> Answer:
    headers = [("Location", f"http://127.0.0.1:1/cb?state=x&code={one}")]
    return "302 Found", [*headers, ("Set-Cookie", f"session={other}; Path=/; HttpOnly")], b""


def _page(one: str, other: str) -> Answer:
    page = (
        "<!doctype html><html lang=en><title>Log in</title><body><form method=post>"
        f'<input type="hidden" name="csrf" value="{one}"><input name="password" type="password">'
        f'<button>Log in</button></form><a href="/cb?x=1&amp;code={other}">back</a></body></html>'
    )
    return "200 OK", [("Content-Type", "text/html; charset=utf-8")], page.encode()


@pytest.mark.parametrize("part", range(_ANSWERS // _EACH))
def test_no_secret_of_a_spoilt_answer_is_recorded(part: int) -> None:
    """Whatever is done to an answer, the values that it gives stay out of its record."""
    dice = random.Random(part)  # noqa: S311 - it must repeat
    secrets, lines = [], []
    for _ in range(_EACH):
        own = ["".join(dice.choices(_DRAWN, k=43)) for _ in range(3)]
        secrets += own
        url = _URL + own[2]
        answer = dice.choice((_granted, _redirected, _page))(own[0], own[1])
        lines.append(_recorded(Request("GET", url), dice.choice(HARMS)(dice, answer, f"GET {url}")))
    assert not leaks([("the records", "\n".join(lines))], secrets)


def _recorded(request: Request, answer: Answer) -> str:
    """Return what is written down of an answer by a run that knows nothing else."""
    status, headers, body = answer
    code, _, reason = status.partition(" ")
    sent = tuple((name, latin(value)) for name, value in headers)
    exchange = Exchange(1, request, Response(int(code), reason, sent, body), None, 0, 0)
    redactor = Redactor()
    redactor.learn(exchange)
    return json.dumps(Transcript(redactor).line(exchange, None), ensure_ascii=False)
