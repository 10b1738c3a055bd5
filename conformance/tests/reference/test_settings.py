"""Settings: every path, method, placement and lifetime may differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.reference import Placement, Route, Server, Settings, create_app
from conformance.tests.reference.visitor import ANN, ONE, PAGE, Visitor, csrf, returned

OTHER = replace(
    PAGE,
    authorize=Route("GET", "/oauth/ask"),
    token=Route("POST", "/oauth/token"),
    token_parameters="form",
    resources={
        "getQueue": Route("POST", "/q"),
        "addToQueue": Route("PUT", "/q/{id}/add"),
        "createList": Route("GET", "/q/{id}"),
    },
    placements={
        "getQueue": (Placement("form", "tok"),),
        "addToQueue": (
            Placement("header", "X-Token"),
            Placement("header", "Authorization", "MAC "),
        ),
        "createList": (Placement("query", "t"),),
    },
    access_token_lifetime=90,
    code_lifetime=5,
    popup_parameter=("window", "small"),
)


def test_everything_differs() -> None:
    """A server with other settings serves those, and nothing of the page."""
    with Server(create_app(OTHER)) as server, Visitor(server) as visitor:
        page = visitor.send(
            "GET", "/oauth/ask", params={"client_id": ONE.id, "response_type": "code"}
        )
        fields = {"username": ANN.name, "password": ANN.password, "csrf": csrf(page)}
        page = visitor.send("POST", "/oauth/ask/login", data=fields)
        fields = {"decision": "allow", "csrf": csrf(page)}
        code = returned(visitor.send("POST", "/oauth/ask/consent", data=fields))["code"]
        asked = {
            "grant_type": "authorization_code",
            "client_id": ONE.id,
            "client_secret": ONE.secret,
            "code": code,
        }
        assert visitor.send("POST", "/oauth/token", params=asked).status_code == 400
        answer = visitor.send("POST", "/oauth/token", data=asked).json()
        assert answer["expires_in"] == 90
        token = answer["access_token"]
        assert visitor.send("POST", "/q", data={"tok": token}).ok
        assert visitor.send("PUT", "/q/5/add", headers={"X-Token": token}).ok
        assert visitor.send("PUT", "/q/5/add", headers={"Authorization": f"mac {token}"}).ok
        made = visitor.send("GET", "/q/list", params={"t": token})
        assert made.json()["data"]["user_id"] == ANN.id
        assert visitor.send("GET", "/v2/queue", params={"t": token}).status_code == 404


def test_lifetimes_differ() -> None:
    """A lifetime is the one that was set."""
    settings = replace(PAGE, access_token_lifetime=90)
    with Server(create_app(settings)) as server, Visitor(server) as visitor:
        token = visitor.tokens("client_credentials")["access_token"]
        visitor.wait(88)
        assert visitor.user_of(token)
        visitor.wait(3)
        assert not visitor.user_of(token)


def test_authorize_by_post() -> None:
    """The authorization request may come as a form."""
    settings = replace(PAGE, authorize=Route("POST", "/ask"))
    with Server(create_app(settings)) as server, Visitor(server) as visitor:
        asked = {"client_id": ONE.id, "response_type": "code"}
        assert "password" in visitor.send("POST", "/ask", data=asked).text


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (replace(PAGE, resources={"getSoup": Route("GET", "/soup")}), "getSoup"),
        (replace(PAGE, resources={"getQueue": Route("POST", "/authorize/login")}), "twice"),
    ],
)
def test_impossible_settings(settings: Settings, problem: str) -> None:
    """Settings that cannot be served are refused with the reason."""
    with pytest.raises(ValueError, match=problem):
        create_app(settings)


def test_secrets_are_not_shown() -> None:
    """No representation holds a secret or a password."""
    assert ONE.secret not in repr(PAGE)
    assert ANN.password not in repr(PAGE)
