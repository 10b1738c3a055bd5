"""The protected resources: which tokens open them, from where, and what they answer."""

from __future__ import annotations

import pytest

from conformance.tests.reference.visitor import ONE, TWO, Visitor

OPERATIONS = {
    "getQueue": ("GET", "/v2/queue"),
    "addToQueue": ("POST", "/v2/queue/55"),
    "removeFromQueue": ("DELETE", "/v2/queue/55"),
    "getRecipe": ("GET", "/v2/recipe/55"),
    "updateRecipe": ("PUT", "/v2/recipe/55"),
    "createList": ("POST", "/v2/list"),
}
DATA = {"data": '{"title": "Soup"}'}


@pytest.fixture
def token(visitor: Visitor) -> str:
    """Return a good access token."""
    return str(visitor.tokens("client_credentials")["access_token"])


@pytest.mark.parametrize(("method", "path"), OPERATIONS.values(), ids=OPERATIONS)
def test_success(visitor: Visitor, token: str, method: str, path: str) -> None:
    """Each operation is carried out and says so in JSON."""
    headers = {"Authorization": f"Bearer {token}"}
    response = visitor.send(method, path, data=DATA, headers=headers)
    assert (response.status_code, response.json()["success"]) == (200, True)
    assert response.json()["success_message"]
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(("method", "path"), OPERATIONS.values(), ids=OPERATIONS)
def test_without_token(visitor: Visitor, method: str, path: str) -> None:
    """Without a token there is a challenge that names no error."""
    response = visitor.send(method, path, data=DATA)
    assert (response.status_code, response.json()["success"]) == (401, False)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("bad", ["garbage", "ä", "", ONE.id])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_bad_token(visitor: Visitor, operation: str, bad: str) -> None:
    """A bad token is refused wherever it stands."""
    method, path = OPERATIONS[operation]
    place = {"GET": "params", "POST": "data", "PUT": "data"}.get(method)
    sent = [visitor.send(method, path, headers={"Authorization": f"Bearer {bad}".encode()})]  # type: ignore[dict-item]  # requests takes bytes too
    if place == "params":
        sent.append(visitor.send(method, path, params={"access_token": bad}))
    if place == "data":
        sent.append(visitor.send(method, path, data={"access_token": bad, **DATA}))
    for response in sent:
        assert response.status_code == 401
        assert ("invalid_token" in response.headers["WWW-Authenticate"]) is bool(bad)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_placements(visitor: Visitor, token: str, scheme: str) -> None:
    """A token opens from the header in any case, from a query and from a form."""
    headers = {"Authorization": f"{scheme} {token}"}
    assert visitor.send("GET", "/v2/queue", headers=headers).ok
    assert visitor.send("GET", "/v2/queue", params={"access_token": token}).ok
    assert visitor.send("POST", "/v2/list", data={"access_token": token}).ok
    assert visitor.send("PUT", "/v2/recipe/1", data={"access_token": token, **DATA}).ok


def test_other_places_do_not_count(visitor: Visitor, token: str) -> None:
    """A token in a place that an operation does not read is no token."""
    query = {"access_token": token}
    assert visitor.send("POST", "/v2/list", params=query).status_code == 401
    assert visitor.send("DELETE", "/v2/queue/1", data=query).status_code == 401
    basic = {"Authorization": f"Basic {token}"}
    assert visitor.send("GET", "/v2/queue", headers=basic).status_code == 401


def test_two_tokens(visitor: Visitor, token: str) -> None:
    """A token that comes twice, in two places or one, spoils the request."""
    headers = {"Authorization": f"Bearer {token}"}
    query = {"access_token": token}
    both = visitor.send("GET", "/v2/queue", params=query, headers=headers)
    twice = visitor.send("GET", "/v2/queue", params={"access_token": [token, token]})
    for response in (both, twice):
        assert response.status_code == 400
        assert "invalid_request" in response.headers["WWW-Authenticate"]


def test_queues_are_apart(visitor: Visitor) -> None:
    """What one user adds, that user sees and removes; another does not see it."""
    one = {"access_token": visitor.tokens("client_credentials", ONE)["access_token"]}
    two = {"access_token": visitor.tokens("client_credentials", TWO)["access_token"]}
    visitor.send("POST", "/v2/queue/77", data=one)
    visitor.send("POST", "/v2/queue/77", data=one)
    queue = visitor.send("GET", "/v2/queue", params=one).json()["data"]["queue"]
    assert queue.count({"recipe_id": 77}) == 1
    assert "77" not in visitor.send("GET", "/v2/queue", params=two).text
    headers = {"Authorization": f"Bearer {one['access_token']}"}
    visitor.send("DELETE", "/v2/queue/77", headers=headers)
    assert "77" not in visitor.send("GET", "/v2/queue", params=one).text


def test_recipe_is_changed(visitor: Visitor, token: str) -> None:
    """What is put is what is got, for this user; the number stays."""
    sent = {"access_token": token, "data": '{"title": "Sauce", "recipe_id": 1}'}
    visitor.send("PUT", "/v2/recipe/8", data=sent)
    recipe = visitor.send("GET", "/v2/recipe/8", params={"access_token": token}).json()["data"]
    assert recipe == {"recipe": {"title": "Sauce", "recipe_id": 8}}


@pytest.mark.parametrize(
    "data", ["", "soup", "[]", "null", '{"a": NaN}', '{"a": 1e999}', "[" * 100000, "9" * 5000]
)
def test_recipe_data(visitor: Visitor, token: str, data: str) -> None:
    """Only a JSON object changes a recipe."""
    response = visitor.send("PUT", "/v2/recipe/9", data={"access_token": token, "data": data})
    assert (response.status_code, response.json()["success"]) == (400, False)


@pytest.mark.parametrize("recipe_id", ["x", "0", "-1", "1.0", "%00", "%ff", "2147483648", "٣"])
def test_recipe_id(visitor: Visitor, token: str, recipe_id: str) -> None:
    """Whatever is no recipe's number leads nowhere."""
    response = visitor.send("GET", f"/v2/recipe/{recipe_id}", params={"access_token": token})
    assert (response.status_code, response.json()["success"]) == (404, False)


def test_unknown_path(visitor: Visitor) -> None:
    """An unknown path is told in JSON."""
    response = visitor.send("GET", "/v2/nowhere")
    assert (response.status_code, response.json()["success"]) == (404, False)


@pytest.mark.parametrize(
    ("path", "allowed"), [("/v2/queue/5", "DELETE, POST"), ("/v2/recipe/5", "GET, PUT")]
)
def test_unknown_method(visitor: Visitor, path: str, allowed: str) -> None:
    """A method that is not served is told, with those that are."""
    response = visitor.send("PATCH", path)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
    assert response.json()["success"] is False
