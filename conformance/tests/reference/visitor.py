"""What talks to the server under test: a browser for the pages, a client for the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import requests

from conformance.reference import Client, Placement, Route, Server, Settings, User

ONE = Client("client-1", "secret-of-one", "http://127.0.0.1:9/back?keep=a%26b", "owner1", "One")
TWO = Client("client-2", "secret-of-two", "http://127.0.0.1:9/two", "owner2", "Two")
ANN = User("u-ann", "ann", "password-of-ann")
BOB = User("u-bob", "bob", "password-of-bob")

HEADER = Placement("header", "Authorization", "Bearer ")
QUERY = Placement("query", "access_token")
FORM = Placement("form", "access_token")


PAGE = Settings(
    authorize=Route("GET", "/authorize"),
    token=Route("GET", "/v2/token/grant"),
    token_parameters="query",
    resources={
        "getQueue": Route("GET", "/v2/queue"),
        "addToQueue": Route("POST", "/v2/queue/{recipe_id}"),
        "removeFromQueue": Route("DELETE", "/v2/queue/{recipe_id}"),
        "getRecipe": Route("GET", "/v2/recipe/{recipe_id}"),
        "updateRecipe": Route("PUT", "/v2/recipe/{recipe_id}"),
        "createList": Route("POST", "/v2/list"),
    },
    placements={
        "getQueue": (HEADER, QUERY),
        "addToQueue": (HEADER, FORM),
        "removeFromQueue": (HEADER,),
        "getRecipe": (HEADER, QUERY),
        "updateRecipe": (HEADER, FORM),
        "createList": (HEADER, FORM),
    },
    clients=(ONE, TWO),
    users=(ANN, BOB),
    popup_parameter=("display", "popup"),
    clock_control=True,
)

Fields = Mapping[str, str | list[str]] | str


class Visitor:
    """One browser with its cookies, and whatever client it is told to be."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = requests.Session()
        self.http.trust_env = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.http.close()

    def send(
        self,
        method: str,
        path: str,
        params: Fields = "",
        data: Fields = "",
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request and follow no redirect."""
        return self.http.request(
            method,
            self.server.url + path,
            params=params,
            data=data,
            headers=headers,
            allow_redirects=False,
            timeout=5,
        )

    def token(
        self, grant_type: str, client: Client = ONE, /, **more: str | list[str]
    ) -> requests.Response:
        """Ask the token endpoint for tokens."""
        asked: dict[str, str | list[str]] = {
            "grant_type": grant_type,
            "client_id": client.id,
            "client_secret": client.secret,
        }
        return self.send("GET", "/v2/token/grant", params=asked | more)

    def tokens(self, grant_type: str, client: Client = ONE, **more: str) -> dict[str, Any]:
        """Return the tokens of a grant that succeeds."""
        response = self.token(grant_type, client, **more)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def redeem(self, code: str, client: Client = ONE) -> requests.Response:
        """Redeem a code."""
        return self.token("authorization_code", client, code=code, redirect_uri=client.redirect_uri)

    def refresh(self, refresh_token: str, client: Client = ONE) -> requests.Response:
        """Use a refresh token."""
        return self.token("refresh_token", client, refresh_token=refresh_token)

    def ask(self, client: Client = ONE, /, **more: str | list[str]) -> requests.Response:
        """Send an authorization request."""
        asked: dict[str, str | list[str]] = {
            "client_id": client.id,
            "response_type": "code",
            "redirect_uri": client.redirect_uri,
        }
        return self.send("GET", "/authorize", params=asked | more)

    def log_in(self, page: requests.Response, user: User = ANN) -> requests.Response:
        """Fill in the login page."""
        fields = {"username": user.name, "password": user.password, "csrf": csrf(page)}
        return self.send("POST", "/authorize/login", data=fields)

    def decide(self, page: requests.Response, decision: str = "allow") -> requests.Response:
        """Press a button of the consent page."""
        fields = {"csrf": csrf(page), "decision": decision}
        return self.send("POST", "/authorize/consent", data=fields)

    def consent(
        self, user: User = ANN, decision: str = "allow", client: Client = ONE, **more: str
    ) -> requests.Response:
        """Go the whole way from the authorization request to the redirect."""
        page = self.ask(client, **more)
        if "password" in page.text:
            page = self.log_in(page, user)
        return self.decide(page, decision)

    def code(self, user: User = ANN, client: Client = ONE) -> str:
        """Return a fresh code."""
        return returned(self.consent(user, client=client))["code"]

    def user_of(self, access_token: str) -> str:
        """Return the user for whom a token stands, or the empty string if it is refused."""
        response = self.send("POST", "/v2/list", data={"access_token": access_token})
        return str(response.json()["data"]["user_id"]) if response.ok else ""

    def wait(self, seconds: float) -> None:
        """Move the server's clock."""
        assert self.send("POST", "/_clock", params={"advance": str(seconds)}).ok


def csrf(page: requests.Response) -> str:
    """Return the hidden field of a page."""
    found = re.search('name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def returned(response: requests.Response) -> dict[str, str]:
    """Return the query of the URI to which the browser is sent."""
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}
