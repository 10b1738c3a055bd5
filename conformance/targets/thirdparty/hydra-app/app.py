"""The application that Hydra wants beside it: its pages for login and consent, after its guide.

`app.py PORT OF HYDRA, OWN PORT`: starts Hydra, registers the clients of the target file, whose
secrets the environment holds, and shows the pages.
"""

from __future__ import annotations

import html
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

HOST = "127.0.0.1"
USERS = ("ursula", "uwe")
CLIENTS = {
    "planner": ("http://127.0.0.1:8765/callback", ["client_credentials"]),
    "shopping": ("http://127.0.0.1:8765/other?from=shop", []),
    "kiosk": ("http://127.0.0.1:8765/kiosk", []),
}
LOGIN = """<p><label>Name <input name="username"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button>Log in</button></p>"""
CONSENT = """<p><button name="answer" value="yes">Grant access</button>
<button name="answer" value="no">Refuse</button></p>"""


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.create_server((HOST, 0)) as door:
        port: int = door.getsockname()[1]
        return port


class Admin:
    """Hydra's administration, on a port that nobody else knows."""

    def __init__(self, port: int) -> None:
        self.base = f"http://{HOST}:{port}"

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Any:  # noqa: ANN401
        """Send a request and return what the answer holds."""
        url = f"{self.base}{path}?{urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        request = Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
            return json.loads(answer.read() or "null")

    def wait(self, server: subprocess.Popen[bytes]) -> None:
        """Wait until Hydra answers, or has ended."""
        while server.poll() is None:
            try:
                self.ask("GET", "/health/ready")
            except (URLError, ConnectionError):
                time.sleep(0.1)
            else:
                return
        raise SystemExit(f"hydra ended with {server.returncode}")

    def register(self) -> None:
        """Register the clients."""
        for name, (redirect_uri, more) in CLIENTS.items():
            secret = os.environ.get(f"{name.upper()}_SECRET")
            client = {
                "client_id": name,
                "client_secret": secret,
                "redirect_uris": [redirect_uri],
                "grant_types": ["authorization_code", "refresh_token", *more],
                "response_types": ["code"],
                "scope": "openid offline_access",
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            }
            self.ask("POST", "/admin/clients", client)


class Pages(BaseHTTPRequestHandler):
    """The pages; what a user decides is told to Hydra, which says where to go next."""

    admin: Admin
    token = secrets.token_urlsafe()

    def do_GET(self) -> None:
        """Show the form of a page."""
        challenge, kind = self._challenge()
        if not challenge:
            is_error = urlsplit(self.path).path == "/error"
            self._show("<p>Hydra's login and consent</p>", status=400 if is_error else 200)
            return
        form = LOGIN if kind == "login" else CONSENT
        self._show(
            f'<form method="post"><input type="hidden" name="csrf" value="{self.token}">'
            f'<input type="hidden" name="challenge" value="{html.escape(challenge)}">{form}</form>'
        )

    def do_POST(self) -> None:
        """Take what a user says on a page."""
        length = int(self.headers.get("Content-Length", 0))
        sent = {
            name: found[0] for name, found in parse_qs(self.rfile.read(length).decode()).items()
        }
        _, kind = self._challenge()
        if not secrets.compare_digest(sent.get("csrf", ""), self.token):
            self.send_error(400, "This form is not ours")
        elif kind == "login":
            self._log_in(sent)
        else:
            self._decide(sent)

    def _log_in(self, sent: dict[str, str]) -> None:
        name = sent.get("username", "")
        known = os.environ[f"{name.upper()}_PASSWORD"] if name in USERS else ""
        if not known or not secrets.compare_digest(known, sent.get("password", "")):
            self.do_GET()
            return
        self._go_on("login", "accept", sent["challenge"], {"subject": name})

    def _decide(self, sent: dict[str, str]) -> None:
        challenge = sent["challenge"]
        if sent.get("answer") != "yes":
            refusal = {"error": "access_denied", "error_description": "The user refused"}
            self._go_on("consent", "reject", challenge, refusal)
            return
        path = "/admin/oauth2/auth/requests/consent"
        asked = self.admin.ask("GET", path, consent_challenge=challenge)
        granted = {
            "grant_scope": asked["requested_scope"],
            "grant_access_token_audience": asked["requested_access_token_audience"],
        }
        self._go_on("consent", "accept", challenge, granted)

    def _go_on(self, kind: str, answer: str, challenge: str, body: dict[str, object]) -> None:
        path = f"/admin/oauth2/auth/requests/{kind}/{answer}"
        found = self.admin.ask("PUT", path, body, **{f"{kind}_challenge": challenge})
        self.send_response(303)
        self.send_header("Location", found["redirect_to"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _challenge(self) -> tuple[str, str]:
        parts = urlsplit(self.path)
        kind = "login" if parts.path == "/login" else "consent"
        return parse_qs(parts.query).get(f"{kind}_challenge", [""])[0], kind

    def _show(self, body: str, status: int = 200) -> None:
        page = f'<!doctype html><html lang="en"><title>Hydra</title>{body}</html>'.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("X-Frame-Options", "DENY")
        policy = "default-src 'none'; frame-ancestors 'none'"
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(page)


def started(public: int, admin: int, pages: int) -> subprocess.Popen[bytes]:
    """Start Hydra, its store in memory."""
    settings = {
        "DSN": "memory",
        "SERVE_PUBLIC_HOST": HOST,
        "SERVE_PUBLIC_PORT": str(public),
        "SERVE_ADMIN_HOST": HOST,
        "SERVE_ADMIN_PORT": str(admin),
        "URLS_SELF_ISSUER": f"http://{HOST}:{public}",
        "URLS_LOGIN": f"http://{HOST}:{pages}/login",
        "URLS_CONSENT": f"http://{HOST}:{pages}/consent",
        "URLS_ERROR": f"http://{HOST}:{pages}/error",
        "SECRETS_SYSTEM": secrets.token_urlsafe(),
        "OAUTH2_PKCE_ENFORCED_FOR_PUBLIC_CLIENTS": "true",
        "SQA_OPT_OUT": "true",
        "LOG_LEVEL": "error",
    }
    # `--dev` lets it serve without TLS, which it else wants even on the loopback interface.
    command = ("./hydra", "serve", "all", "--dev")
    return subprocess.Popen(command, env={**os.environ, **settings})  # noqa: S603 - just built


if __name__ == "__main__":
    public_port, own_port = map(int, sys.argv[1:])
    Pages.admin = Admin(free_port())
    hydra = started(public_port, int(urlsplit(Pages.admin.base).port or 0), own_port)
    Pages.admin.wait(hydra)
    Pages.admin.register()
    ThreadingHTTPServer((HOST, own_port), Pages).serve_forever()
