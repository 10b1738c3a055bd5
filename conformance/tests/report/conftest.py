"""A small service on loopback, and the record of a run against it, with everything in it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conformance.evidence import Journal, Record, Redactor, read
from conformance.tests.report.sample import CLIENT_SECRET, HOSTILE, header
from conformance.verdict.results import Results, evaluate
from conformance.wire import Exchange, Limits, Wire


class _Service(BaseHTTPRequestHandler):
    """Gives tokens for everything, which is against the rules, and one page full of traps."""

    given = 0

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/authorize":
            self.send_response(302)
            self.send_header(
                "Location", "http://127.0.0.1:1/cb?code=code%2Ffor-you-0123456789&state=x"
            )
            self.send_header("Set-Cookie", "sid=session-value-0123456789; Path=/")
            self.end_headers()
        elif path == "/token":
            type(self).given += 1
            secret_shown = query.get("client_secret", [""])[0]
            self._json({"access_token": f"live-token-{self.given:020}", "echo": secret_shown})
        elif self.headers.get("Authorization", "").startswith("Bearer live-token-"):
            self._json({"success": True})
        else:
            self._answer(401, "text/html", HOSTILE)

    def _json(self, document: Any) -> None:  # noqa: ANN401 - JSON is any of six types
        self._answer(200, "application/json", json.dumps(document).encode())

    def _answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Say nothing."""


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """Return the address of the service."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def journal_path(service: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the journal of a run that broke rules, lacked a browser, and ended."""
    path = tmp_path_factory.mktemp("run") / "journal.jsonl"
    redactor = Redactor()
    redactor.register(CLIENT_SECRET, "client-secret", "client-secret")
    with Journal(path, redactor) as journal:
        journal.header(**header())
        numbers = _exchanges(service, redactor, journal)
        _verdicts(journal, numbers)
        journal.observation("token.length", 31)
        journal.observation("redirect_uri.with_the_query_left_out.authorization_code", "refused")
        journal.observation(
            "lifecycle.exercised",
            ["code: live --present--> spent", "code: spent --present--> spent"],
        )
        journal.observation("server", "<script>alert(1)</script>\x1b[31m")
        journal.footer(
            exit_code=1, ended="2026-01-02T03:04:09Z", requests=len(numbers), phases={"checks": 1.5}
        )
    return path


@pytest.fixture(scope="session")
def record(journal_path: Path) -> Record:
    """Return what the journal says."""
    return read(journal_path)


@pytest.fixture(scope="session")
def results(record: Record) -> Results:
    """Return what it comes to."""
    return evaluate(record)


def _exchanges(service: str, redactor: Redactor, journal: Journal) -> list[int]:
    wire = Wire([urlsplit(service).netloc], Limits(), trust_env=False)

    def write(exchange: Exchange) -> None:
        redactor.learn(exchange)
        journal.exchange(exchange, "code.single-use")

    wire.listeners.append(write)
    client = [("client_id", "app-1"), ("client_secret", CLIENT_SECRET)]
    authorized = wire.send("GET", f"{service}/authorize", query=[("client_id", "app-1")])
    assert authorized.response is not None
    code = authorized.response.location_query[0]
    cookie = {"Cookie": "sid=session-value-0123456789"}
    redeemed = wire.send("GET", f"{service}/token", query=[*client, code], headers=cookie)
    replayed = wire.send("GET", f"{service}/token", query=[*client, code])
    token = str(redeemed.members["access_token"])
    bent = token[: -(len(token) // 4)]
    redactor.register_mutant(bent, token, "truncated")
    good = wire.send("GET", f"{service}/queue", headers={"Authorization": f"Bearer {token}"})
    refused = wire.send("GET", f"{service}/queue", query=[("access_token", bent)])
    return [one.number for one in (authorized, redeemed, replayed, good, refused)]


def _verdicts(journal: Journal, numbers: list[int]) -> None:
    journal.verdict(
        check="code.single-use",
        outcome="violation",
        reason="expected a code that was already redeemed to be refused; seen: status 200",
        expected="a code that was already redeemed to be refused",
        seen="status 200, error '<img src=x onerror=alert(1)>` | @everyone \x1b[2J\x00'",
        step=numbers[2],
        exchanges=numbers,
        duration=0.012,
    )
    for check, outcome, reason, members in (
        ("answer.no-store[authorization_code]", "violation", "it may be cached", {}),
        ("placement.accepted[header]", "pass", "", {"exchanges": numbers[3:4]}),
        ("refresh.old-access-token", "violation", "the old one still works", {}),
        ("popup.opener", "inconclusive", "no browser here", {"precondition": "browser"}),
        ("association.clients-apart", "inconclusive", "one client", {"precondition": "clients"}),
        ("lifetime.code-after[late]", "pending", "it is not yet time", {"due": 4e9}),
        ("grant.issues[implicit]", "not_applicable", "not promised", {}),
        ("race.code", "not_selected", "effort smoke", {}),
    ):
        journal.verdict(check=check, outcome=outcome, reason=reason, **members)
