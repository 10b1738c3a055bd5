"""Tests of `conformance.report.script`: the scripts are run, with bash, curl and sed."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import pytest

from conformance.contract import Level
from conformance.evidence import Record
from conformance.report.capture import capture
from conformance.report.script import flow, script, sources, variable
from conformance.tests.report.sample import CLIENT_SECRET
from conformance.verdict.judged import CheckResult
from conformance.verdict.outcome import Outcome, Verdict
from conformance.verdict.results import Results

_TOOLS = all(map(shutil.which, ("bash", "curl", "sed")))
needs_tools = pytest.mark.skipif(not _TOOLS, reason="bash, curl or sed is missing")


def _bash(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - a script of ours
        [str(shutil.which("bash")), "-c", text],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},
    )


def _finding(record: Record, results: Results) -> str:
    check = results.check("code.single-use")
    mine = [one for one in record.exchanges if one["number"] in check.exchanges]
    return script(check, mine)


@needs_tools
def test_a_script_repeats_the_flow(record: Record, results: Results) -> None:
    """Run against the service, it takes new values from new answers and meets the same fate."""
    done = _bash(_finding(record, results), CLIENT_SECRET=CLIENT_SECRET)
    assert done.stderr == ""
    assert done.returncode == 0
    statuses = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("HTTP/")]
    assert statuses == ["302", "200", "200", "200", "401"]
    assert done.stdout.count(f'"echo": "{CLIENT_SECRET}"') == 2


@needs_tools
def test_a_script_asks_for_what_no_answer_holds(record: Record, results: Results) -> None:
    """Without the client secret it stops and says what is missing."""
    done = _bash(_finding(record, results))
    assert done.returncode != 0
    assert "set it to the client-secret" in done.stderr


def test_a_script_marks_the_step_that_broke_the_rule(record: Record, results: Results) -> None:
    """What was expected and seen stands above the request, on lines that stay comments."""
    lines = _finding(record, results).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("# This broke the rule"))
    assert lines[at + 1].startswith("# Seen: status 200")
    assert lines[at + 2].startswith("answer=$(curl")


@needs_tools
@pytest.mark.parametrize(
    ("how", "bent"),
    [
        ("truncated", "abcdefGHI"),
        ("altered", "abcdefAHIJKL"),
        ("extended", "abcdefGHIJKLAAAA"),
        ("other-case", "ABCDEFghijkl"),
        ("last character removed", "abcdefGHIJK"),
    ],
)
def test_a_mutant_is_made_from_its_original(how: str, bent: str) -> None:
    """A script bends a token as the check did."""
    names = [f"access-token#1 ({how})"]
    exchange = _exchange(f"http://127.0.0.1:1/?t={names[0]}", names)
    text = script(_CHECK, [exchange]).partition("answer=$(curl")[0]
    done = _bash(f'{text}\nprintf %s "${variable(names[0])}"', ACCESS_TOKEN_1="abcdefGHIJKL")
    assert done.stdout == bent


@needs_tools
def test_nothing_that_a_target_said_is_run() -> None:
    """Quotes, expansions and line ends in a request stay what they are."""
    evil = "'; touch /tmp/pwned; $(exit 7) `exit 7` \"\\"
    exchange = _exchange(f"http://127.0.0.1:1/{evil}?a={evil}", [], body=evil, seen=evil)
    text = (
        script(_CHECK, [exchange]).replace("curl --silent", "printf '%s|'").replace("| cat -v", "")
    )
    done = _bash(text)
    assert done.returncode == 0
    assert done.stdout.count(evil) == 3


def test_a_flow_begins_with_the_login_of_another_check() -> None:
    """What an earlier exchange gave is taken from there, with all that it needs in its turn."""
    page = _numbered(1, "http://a/login", ["csrf#1"], body="<input name='csrf' value='csrf#1'>")
    other = _numbered(2, "http://a/other", ["code#9"], body='{"code": "code#9"}')
    login = _numbered(3, "http://a/login?csrf=csrf#1", ["csrf#1", "cookie#1"])
    login["response"]["headers"] = [["Set-Cookie", "sid=cookie#1"]]
    used = _numbered(7, "http://a/x?t=cookie#1 (truncated)", ["cookie#1 (truncated)", "cookie#1"])
    every = [page, other, login, used]
    assert [one["number"] for one in flow([used], sources(every))] == [1, 3, 7]
    text = script(_CHECK, flow([used], sources(every)))
    assert text.index('COOKIE_1="$(found') < text.index('COOKIE_1_TRUNCATED="')
    assert "?set it to" not in text


def test_a_session_with_a_long_past_is_no_script() -> None:
    """A cookie that is renewed with each answer leads back to the first; nobody reads that far."""
    every = [
        _numbered(
            one, f"http://a/?c=csrf#{one}", [f"csrf#{one}", f"csrf#{one + 1}"], f"csrf#{one + 1}"
        )
        for one in range(1, 3000)
    ]
    found = flow(every[-1:], sources(every))
    assert len(found) == len(every)
    text = script(_CHECK, found)
    assert "would repeat 2999 requests" in text
    assert "curl" not in text


@pytest.mark.parametrize(
    ("check", "ahead", "waits"),
    [("a.b", 31.0, "\nsleep 31\n"), ("a.b", 0.0, None), ("other", 31.0, None)],
)
def test_a_script_waits_where_the_clock_was_moved(
    check: str, ahead: float, waits: str | None
) -> None:
    """Time that the check skipped has to pass; what lies between two checks does not."""
    before = _numbered(1, "http://a/", []) | {"check": "a.b", "ahead": 0.0}
    after = _numbered(2, "http://a/", []) | {"check": check, "ahead": ahead}
    text = script(_CHECK, [before, after])
    assert (waits in text) if waits else ("sleep" not in text)


def test_names_that_look_like_parameters_are_left_alone() -> None:
    """A parameter called `password` whose value has that name keeps its own."""
    headers = [["Content-Type", "application/x-www-form-urlencoded"]]
    exchange = _exchange("http://127.0.0.1:1/", ["password"], body="password=password&x=1")
    exchange["request"]["headers"] = headers
    assert '--data-urlencode password="$PASSWORD" --data-raw x=1' in script(_CHECK, [exchange])


def test_basic_credentials_are_given_to_curl() -> None:
    """Credentials that the report shows decoded are encoded again by curl."""
    exchange = _exchange("http://127.0.0.1:1/", ["client-secret"])
    exchange["request"]["headers"] = [["Authorization", "Basic app-1:client-secret"]]
    assert '--user app-1:"$CLIENT_SECRET"' in script(_CHECK, [exchange])


@pytest.mark.parametrize(
    ("body", "headers", "anchor"),
    [
        ('{"a": 1, "access_token": "code#1"}', [], 'access_token": "'),
        ('<input name="csrf" value="code#1">', [], '<input name="csrf" value="'),
        ("", [["Location", "http://a/cb?code=code#1"]], "code="),
        ("", [["Set-Cookie", "sid=code#1; Path=/"]], "sid="),
        ("it is code#1, surely", [], None),
        ("nothing", [], None),
    ],
)
def test_the_place_of_a_secret_is_known_by_what_stands_before_it(
    body: str, headers: list[list[str]], anchor: str | None
) -> None:
    """JSON, forms, redirects and cookies are understood; prose is not guessed at."""
    found = capture({"body": body, "headers": headers}, "code#1")
    assert (found is None) if anchor is None else (found and found.sed.startswith(f"s/.*{anchor}"))


_CHECK = CheckResult(
    id="a.b",
    verdict=Verdict.FAIL,
    outcome=Outcome.VIOLATION,
    level=Level.MUST,
    requirements=(),
    step=1,
)


def _numbered(number: int, url: str, names: list[str], body: str = "") -> dict[str, Any]:
    """Return an exchange whose answer has a body."""
    exchange = _exchange(url, names)
    answer = {"status": 200, "reason": "OK", "headers": [], "body": body}
    return {**exchange, "number": number, "response": answer}


def _exchange(url: str, names: list[str], body: str = "", seen: str = "") -> dict[str, Any]:
    answer = {"status": 200, "reason": seen, "headers": [], "body": seen}
    request = {"method": "GET", "url": url, "headers": [], "body": body}
    times = {"sent_at": 1.0, "duration": 0.1, "failure": None}
    return {"number": 1, "request": request, "response": answer, "names": names, **times}
