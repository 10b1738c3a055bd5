"""Tests of `conformance.evidence.journal` and of reading it back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from conformance.evidence import Journal, Redactor, read
from conformance.evidence.transcript import BODY_LIMIT
from conformance.tests.evidence.traffic import HTML, exchange, request
from conformance.wire import Exchange, Failure, Request

TOKEN = "N7kq-ZV2_0fT9sLwXy4BcR8u"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the journal is to be."""
    return tmp_path / "journal.jsonl"


@pytest.fixture
def redactor() -> Redactor:
    """Return a redactor that knows one token."""
    redactor = Redactor()
    redactor.register(TOKEN, "access-token")
    return redactor


def test_what_is_written_can_be_read(path: Path, redactor: Redactor) -> None:
    """A record holds every line by its type."""
    with Journal(path, redactor) as journal:
        journal.header(suite="x", cases=["a.b"])
        journal.exchange(exchange(body=b"hello"), "a.b")
        journal.verdict(check="a.b", outcome="pass")
        journal.observation("length", 43)
        journal.footer(exit_code=0)
    record = read(path)
    assert record.header is not None
    assert record.header["schema"] == "conformance-journal/1"
    assert record.exchanges[0]["response"]["body"] == "hello"
    assert record.exchanges[0]["duration"] == 0.25
    assert record.verdicts == [{"type": "verdict", "check": "a.b", "outcome": "pass"}]
    assert record.observations == {"length": 43}
    assert record.footer == {"type": "footer", "exit_code": 0}
    assert record.torn == 0


def test_no_line_holds_a_secret(path: Path, redactor: Redactor) -> None:
    """Secrets are hidden in every part of an exchange, in reasons and in what was observed."""
    sent = request(f"http://127.0.0.1/?t={TOKEN}", (("X", f"a {TOKEN}"),), TOKEN.encode())
    with Journal(path, redactor) as journal:
        journal.header(target={"name": "t", "note": TOKEN})
        journal.exchange(exchange(sent, headers=(("Y", TOKEN),), body={TOKEN: [TOKEN]}), "a.b")
        journal.verdict(check="a.b", outcome="violation", reason=f"saw {TOKEN}")
        journal.observation("found", {"nested": [TOKEN], TOKEN: 1})
        journal.footer(problem=f"no {TOKEN}")
    text = path.read_text()
    assert TOKEN not in text
    assert text.count("access-token#1") == 12
    assert read(path).exchanges[0]["names"] == ["access-token#1"]


def test_a_secret_does_not_change_what_the_suite_says(path: Path) -> None:
    """A password that is an ordinary word leaves check ids and requirements as they are."""
    redactor = Redactor()
    redactor.register("code", "password", "password")
    with Journal(path, redactor) as journal:
        journal.header(cases=["code.single-use"], requirements=[{"statement": "A code dies."}])
        journal.verdict(check="code.single-use", outcome="pass", reason="the code died")
    record = read(path)
    assert record.header is not None
    assert record.header["cases"] == ["code.single-use"]
    assert record.header["requirements"][0]["statement"] == "A code dies."
    assert record.verdicts[0]["check"] == "code.single-use"
    assert record.verdicts[0]["reason"] == "the password died"


def test_a_long_body_is_cut_after_redaction(path: Path, redactor: Redactor) -> None:
    """A secret that lies across the cut leaves no half behind."""
    body = b"x" * (BODY_LIMIT - 10) + TOKEN.encode() + b"y" * 500
    with Journal(path, redactor) as journal:
        journal.exchange(exchange(body=body), None)
    shown = read(path).exchanges[0]["response"]["body"]
    assert TOKEN[:6] not in shown
    assert shown.endswith("\n[504 more characters were cut]")


def test_a_huge_body_shows_no_secret_that_it_was_not_searched_for(
    path: Path, redactor: Redactor
) -> None:
    """Where only a part of a body is searched, a secret across the end of that part stays away."""
    long = "".join(f"{number:x}-" for number in range(700))
    redactor.register(long, "access-token")
    with Journal(path, redactor) as journal:
        journal.exchange(exchange(body=(long * 50).encode()), None)
    shown = read(path).exchanges[0]["response"]["body"]
    assert "more characters were cut]" in shown
    assert long[:20] not in shown


def test_bytes_and_controls_are_shown_as_escapes(path: Path, redactor: Redactor) -> None:
    """What is no UTF-8, and what a terminal would obey, is written as text."""
    body = "a\x00b\x1b[31m\u202e\x85\tc\nd".encode() + b"\xff\xfe"
    with Journal(path, redactor) as journal:
        journal.exchange(exchange(headers=(HTML, ("X\x1b", "y\rz")), body=body), None)
    response = read(path).exchanges[0]["response"]
    assert response["body"] == "a\\x00b\\x1b[31m\\u202e\\u0085\tc\nd\\xff\\xfe"
    assert response["headers"][1] == ["X\\x1b", "y\\x0dz"]


@pytest.mark.parametrize("value", ["a\x1eb", f"{TOKEN}\x1e", "\x1e"])
def test_a_header_with_a_forbidden_character_stays_in_its_place(
    path: Path, redactor: Redactor, value: str
) -> None:
    """Headers that hold what none may hold are kept apart and redacted all the same."""
    with Journal(path, redactor) as journal:
        journal.exchange(exchange(headers=(("X", value), ("Y", TOKEN))), None)
    shown = value.replace(TOKEN, "access-token#1").replace("\x1e", "\\x1e")
    headers = read(path).exchanges[0]["response"]["headers"]
    assert headers == [["X", shown], ["Y", "access-token#1"]]


def test_an_exchange_without_headers_has_none(path: Path, redactor: Redactor) -> None:
    """No header is no pair of empty texts."""
    with Journal(path, redactor) as journal:
        journal.exchange(exchange(headers=()), None)
    assert read(path).exchanges[0]["response"]["headers"] == []


def test_an_exchange_without_an_answer_is_kept(path: Path, redactor: Redactor) -> None:
    """A failure is written in the place of the response."""
    dead = Exchange(7, Request("GET", "http://127.0.0.1:1/"), None, Failure.UNREACHABLE, 1.0, 2.0)
    with Journal(path, redactor) as journal:
        journal.exchange(dead, None)
    written = read(path).exchanges[0]
    assert (written["response"], written["failure"], written["number"]) == (None, "unreachable", 7)


def test_a_torn_last_line_is_skipped_and_the_next_run_starts_anew(
    path: Path, redactor: Redactor
) -> None:
    """What a killed run left half written spoils neither its journal nor what is appended."""
    path.write_text('{"type": "verdict", "check": "a.b", "outcome": "pass"}\n{"type": "ver')
    assert (len(read(path).verdicts), read(path).torn) == (1, 1)
    with Journal(path, redactor) as journal:
        journal.verdict(check="c.d", outcome="pass")
    assert [line["check"] for line in read(path).verdicts] == ["a.b", "c.d"]


def test_a_resumed_run_has_not_ended_until_it_has(path: Path, redactor: Redactor) -> None:
    """The footer of the first run does not end the second."""
    with Journal(path, redactor) as journal:
        journal.header(suite="first")
        journal.footer(exit_code=0)
        journal.header(suite="second")
    record = read(path)
    assert record.header is not None
    assert (record.header["suite"], record.footer) == ("second", None)


def test_threads_write_whole_lines(path: Path, redactor: Redactor) -> None:
    """Lines of several threads never mix."""
    with Journal(path, redactor) as journal:

        def work() -> None:
            for _ in range(50):
                journal.observation("x", "y" * 9000)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = path.read_text().splitlines()
    assert len(lines) == 200
    assert all(json.loads(line)["name"] == "x" for line in lines)


def test_a_killed_run_leaves_at_most_one_torn_line(path: Path) -> None:
    """What was written before a SIGKILL is there, and whole."""
    script = (
        "import sys, pathlib\n"
        "from conformance.evidence import Journal, Redactor\n"
        "journal = Journal(pathlib.Path(sys.argv[1]), Redactor())\n"
        "while True: journal.observation('x', 'y' * 5000)\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command) as process:  # noqa: S603 - our own interpreter
        deadline = time.monotonic() + 30
        while not (path.exists() and path.stat().st_size > 100_000):
            assert time.monotonic() < deadline
            assert process.poll() is None
        process.kill()
    record = read(path)
    assert record.observations == {"x": "y" * 5000}
    assert record.torn <= 1


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path, redactor: Redactor) -> None:
    """The caller is told at the start, not at the first line."""
    with pytest.raises(OSError, match="missing"):
        Journal(tmp_path / "missing" / "journal.jsonl", redactor)
