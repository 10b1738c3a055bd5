"""A Flask application with Authlib's server, after its documentation: `app.py PORT`.

The clients and users are those of the target file, which sets their secrets in the environment.
"""

from __future__ import annotations

import secrets
import sys

from authlib.integrations.flask_oauth2 import current_token
from authlib.oauth2 import OAuth2Error
from authority import require_oauth, server
from cheroot.wsgi import Server
from flask import Flask, abort, redirect, render_template, request, url_for
from flask import session as browser
from models import User, register, session
from werkzeug.wrappers import Response

# Idle connections outlive any jump of the clock, so that no request meets one that is closing.
IDLE_TIMEOUT = 365 * 24 * 3600

app = Flask(__name__)
app.config.update(
    SECRET_KEY=secrets.token_urlsafe(),
    SESSION_COOKIE_SAMESITE="Lax",
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
    OAUTH2_TOKEN_EXPIRES_IN=dict.fromkeys(("authorization_code", "client_credentials"), 3600),
)
server.init_app(app)


def csrf() -> str:
    """Return what shows that a form comes from our own page."""
    return browser.setdefault("csrf", secrets.token_urlsafe())


app.jinja_env.globals["csrf"] = csrf


@app.before_request
def check_csrf() -> None:
    """Take the forms of people only from our own pages."""
    if request.method == "POST" and request.endpoint in {"login", "authorize"}:
        sent = request.form.get("csrf", "")
        if not secrets.compare_digest(csrf().encode(), sent.encode()):
            abort(400, "This form is not from this session. Open the page again.")


@app.after_request
def guard(response: Response) -> Response:
    """Keep pages out of frames."""
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


@app.teardown_appcontext
def give_back(_error: BaseException | None) -> None:
    """Give the database connection back."""
    session.remove()


@app.route("/login", methods=["GET", "POST"])
def login() -> str | Response:
    """Log a user in and go on with what was asked for."""
    user = session.query(User).filter_by(name=request.form.get("username", "")).first()
    if user is None or not user.check_password(request.form.get("password", "")):
        return render_template("login.html")
    browser["user"] = user.id
    return redirect(url_for("authorize", **request.args))


@app.route("/oauth/authorize", methods=["GET", "POST"])
def authorize() -> str | Response:
    """Ask the user, every time, and hand out a code."""
    user = session.get(User, browser.get("user")) if "user" in browser else None
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    if user is None:
        return redirect(url_for("login", **request.args))
    if request.method == "GET":
        return render_template("consent.html", grant=grant, user=user)
    granting = user if request.form.get("answer") == "yes" else None
    return server.create_authorization_response(grant_user=granting, grant=grant)


@app.post("/oauth/token")
def issue_token() -> Response:
    """Let Authlib answer."""
    return server.create_token_response()


@app.post("/oauth/revoke")
def revoke_token() -> Response:
    """Let Authlib answer."""
    return server.create_endpoint_response("revocation")


@app.post("/oauth/introspect")
def introspect_token() -> Response:
    """Let Authlib answer."""
    return server.create_endpoint_response("introspection")


@app.route("/me", methods=["GET", "POST", "PUT"])
@require_oauth("read")
def me() -> dict[str, str]:
    """Say whom a token stands for."""
    user = current_token.user
    return {"sub": user.name if user else current_token.client_id}


if __name__ == "__main__":
    register()
    Server(("127.0.0.1", int(sys.argv[1])), app, timeout=IDLE_TIMEOUT).safe_start()
