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
from conformance.report.script import script, variable
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


def _exchange(url: str, names: list[str], body: str = "", seen: str = "") -> dict[str, Any]:
    answer = {"status": 200, "reason": seen, "headers": [], "body": seen}
    request = {"method": "GET", "url": url, "headers": [], "body": body}
    times = {"sent_at": 1.0, "duration": 0.1, "failure": None}
    return {"number": 1, "request": request, "response": answer, "names": names, **times}
