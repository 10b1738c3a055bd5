# mypy: disable-error-code="import-untyped,import-not-found,misc,no-any-return,untyped-decorator"
"""The pages, the token grant and the resources of the Authentication page, with Flask."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from itertools import count
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import current_token
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Flask, Response, abort, redirect, render_template, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as AnyResponse

from .accounts import USERS
from .authority import require_oauth, server

Answer = dict[str, Any]


class RecipeId(IntegerConverter):
    """A recipe's number, short enough for any database."""

    regex = r"[1-9]\d{0,9}"


# What goes from page to page; a client_secret sent by mistake goes no further (KM-27).
AUTHORIZATION_PARAMETERS = (
    "client_id", "response_type", "redirect_uri", "scope", "state", "display",
)  # fmt: skip
RECIPE = "<recipe(max=2147483647):recipe_id>"

app = Flask(__name__)
app.secret_key = secrets.token_bytes()
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
app.url_map.converters["recipe"] = RecipeId


@app.get("/")
def start() -> str:
    """Say what this is."""
    return render_template("start.html")


def _csrf() -> str:
    return session.setdefault("csrf", secrets.token_urlsafe())


def _go_to(path: str) -> AnyResponse:
    asked = {name: request.args[name] for name in AUTHORIZATION_PARAMETERS if name in request.args}
    return redirect(f"{path}?{urlencode(asked)}")


def _check_csrf() -> None:
    sent = request.form.get("csrf", "")
    if not secrets.compare_digest(_csrf().encode(), sent.encode()):
        abort(400, "This form is not from this session. Open the page again.")


@app.route("/login", methods=["GET", "POST"])
def login() -> str | AnyResponse:
    """Log a user in, then go on with the authorization request in the query."""
    if request.method == "GET":
        return render_template("login.html", csrf=_csrf())
    _check_csrf()
    user = USERS.get(request.form.get("email", ""))
    password = request.form.get("password", "")
    if user is None or not secrets.compare_digest(user.password.encode(), password.encode()):
        return render_template("login.html", csrf=_csrf(), wrong=True)
    session["user"] = user.id
    return _go_to("/authorize")


@app.route("/authorize", methods=["GET", "POST"])
def authorize() -> str | AnyResponse:
    """Ask the user, every time, and hand out a code."""
    user = USERS.get(session.get("user", ""))
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    except ValueError:
        # Authlib cannot say that a redirect_uri or response_type with a quotation mark is wrong.
        return server.handle_error_response(request, InvalidRequestError())
    if user is None:
        return _go_to("/login")
    if request.method == "GET":
        return render_template("consent.html", csrf=_csrf(), client=grant.client, user=user)
    _check_csrf()
    grant_user = user if request.form.get("answer") == "yes" else None
    response = server.create_authorization_response(grant_user=grant_user, grant=grant)
    if request.args.get("display") == "popup":
        # KM-42, KM-43: the window that opened this one goes to the redirect_uri.
        return render_template("popup.html", target=response.location)
    return response


@app.get("/v2/token/grant")
def grant_token() -> Response:
    """Let Authlib answer."""
    return server.create_token_response()


QUEUES: dict[str, dict[int, None]] = defaultdict(dict)
RECIPES: dict[tuple[str, int], Answer] = {}
LIST_IDS = count(1)


def _success(message: str, **data: object) -> Answer:
    return {"success": True, "success_message": message, "data": data}


@app.get("/v2/queue")
@require_oauth()
def get_queue() -> Answer:
    """Return the user's queue."""
    queue = [{"recipe_id": recipe_id} for recipe_id in list(QUEUES[current_token.user_id])]
    return _success("Here is the queue.", queue=queue)


@app.post(f"/v2/queue/{RECIPE}")
@require_oauth()
def add_to_queue(recipe_id: int) -> Answer:
    """Add a recipe to the user's queue."""
    QUEUES[current_token.user_id][recipe_id] = None
    return _success("The recipe is in the queue.")


@app.delete(f"/v2/queue/{RECIPE}")
@require_oauth()
def remove_from_queue(recipe_id: int) -> Answer:
    """Take a recipe from the user's queue."""
    QUEUES[current_token.user_id].pop(recipe_id, None)
    return _success("The recipe is not in the queue.")


@app.get(f"/v2/recipe/{RECIPE}")
@require_oauth()
def get_recipe(recipe_id: int) -> Answer:
    """Return a recipe as the user left it."""
    kept = RECIPES.get((current_token.user_id, recipe_id), {"title": f"Recipe {recipe_id}"})
    return _success("Here is the recipe.", recipe={**kept, "recipe_id": recipe_id})


@app.put(f"/v2/recipe/{RECIPE}")
@require_oauth()
def update_recipe(recipe_id: int) -> Answer:
    """Replace the user's version of a recipe by the JSON object in `data`."""
    try:
        recipe = json.loads(request.form.get("data", ""))
    except (ValueError, RecursionError):
        recipe = None
    if not isinstance(recipe, dict):
        abort(400, "The form field data is not a JSON object.")
    RECIPES[current_token.user_id, recipe_id] = recipe
    return _success("The recipe is changed.", recipe={**recipe, "recipe_id": recipe_id})


@app.post("/v2/list")
@require_oauth()
def create_list() -> Answer:
    """Make an empty list for the user."""
    return _success("The list is made.", list_id=next(LIST_IDS), user_id=current_token.user_id)


@app.errorhandler(HTTPException)
def refused(error: HTTPException) -> AnyResponse:
    """Give errors of the API a JSON body (KM-71), where Authlib has not done so."""
    response = error.get_response()
    if request.path.startswith("/v2/") and response.mimetype == "text/html":
        response.set_data(json.dumps({"success": False, "error_message": error.description}))
        response.mimetype = "application/json"
    return response


@app.after_request
def guard(response: Response) -> Response:
    """Keep answers out of caches (RFC 6750 section 2.3) and pages out of frames."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
