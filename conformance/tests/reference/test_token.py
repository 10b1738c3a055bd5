"""The token endpoint: three grants, what they answer and what they refuse."""

from __future__ import annotations

import re

import pytest

from conformance.tests.reference.visitor import ANN, BOB, ONE, TWO, Visitor

GRANTS = ("client_credentials", "authorization_code", "refresh_token")
NOT_CACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def issue(visitor: Visitor, grant_type: str) -> dict[str, object]:
    """Return the answer of a grant."""
    if grant_type == "authorization_code":
        return dict(visitor.redeem(visitor.code()).json())
    first = visitor.tokens("client_credentials")
    if grant_type == "client_credentials":
        return first
    return dict(visitor.refresh(first["refresh_token"]).json())


@pytest.mark.parametrize("grant_type", GRANTS)
def test_answer_has_the_five_members(visitor: Visitor, grant_type: str) -> None:
    """Each grant answers what the page shows, in its order."""
    answer = issue(visitor, grant_type)
    assert list(answer) == ["access_token", "expires_in", "token_type", "scope", "refresh_token"]
    assert (answer["expires_in"], answer["token_type"], answer["scope"]) == (3600, "bearer", None)
    for name in ("access_token", "refresh_token"):
        assert re.fullmatch("[A-Za-z0-9_-]{43}", str(answer[name]))


def test_answer_is_not_cached(visitor: Visitor) -> None:
    """A token answer is JSON that nobody keeps, and says when it was made."""
    headers = visitor.token("client_credentials").headers
    assert headers["Content-Type"] == "application/json"
    assert headers.items() >= NOT_CACHED.items()
    assert headers["Date"].endswith(" GMT")


def test_values_are_fresh(visitor: Visitor) -> None:
    """No value is issued twice."""
    answers = [visitor.tokens("client_credentials") for _ in range(20)]
    values = {one[name] for one in answers for name in ("access_token", "refresh_token")}
    assert len(values) == 40


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials", "refresh_token"]}, 400, "invalid_request"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": ONE.secret[:-1]}, 401, "invalid_client"),
        ({"client_secret": ONE.secret + "x"}, 401, "invalid_client"),
        ({"client_secret": ONE.secret.upper()}, 401, "invalid_client"),
        ({"client_secret": TWO.secret}, 401, "invalid_client"),
        ({"client_secret": "naïve"}, 401, "invalid_client"),
        ({"client_secret": "a\0b"}, 400, "invalid_request"),
        ({"grant_type": "authorization_code"}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "unknown"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, 400, "invalid_grant"),
    ],
)
def test_refusals(
    visitor: Visitor, changes: dict[str, str | list[str]], status: int, error: str
) -> None:
    """Each mistake gets the status and error code of RFC 6749 section 5.2, and no echo."""
    asked = {
        "grant_type": "client_credentials",
        "client_id": ONE.id,
        "client_secret": ONE.secret,
    }
    response = visitor.send("GET", "/v2/token/grant", params=asked | changes)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert set(response.json()) == {"error", "error_description"}
    assert response.headers.items() >= NOT_CACHED.items()
    assert "WWW-Authenticate" not in response.headers
    assert not [one for one in ("nobody", "unknown", "secret-") if one in response.text]


@pytest.mark.parametrize("query", ["client_id=%ff", "client_id=%00", f"client_id={'a' * 20000}"])
def test_odd_bytes_are_refused(visitor: Visitor, query: str) -> None:
    """What is no text, or far too much of it, is the client's fault."""
    query = f"grant_type=client_credentials&client_secret=x&{query}"
    assert visitor.send("GET", "/v2/token/grant", params=query).status_code in {400, 401}


def test_challenge_only_after_the_header(visitor: Visitor) -> None:
    """A client that used the header Authorization is told which scheme would be right."""
    response = visitor.send("GET", "/v2/token/grant", params="grant_type=client_credentials")
    assert "WWW-Authenticate" not in response.headers
    response = visitor.send(
        "GET",
        "/v2/token/grant",
        params="grant_type=client_credentials",
        headers={"Authorization": "Basic eDp5"},
    )
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    """Only GET is served, and the answer says so."""
    asked = {"grant_type": "client_credentials", "client_id": ONE.id, "client_secret": ONE.secret}
    response = visitor.send(method, "/v2/token/grant", params=asked)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET")


def test_unknown_and_blank_parameters_are_ignored(visitor: Visitor) -> None:
    """Neither a strange parameter nor an empty one changes anything."""
    assert visitor.token("client_credentials", strange="1", code="").ok


def test_subjects(visitor: Visitor) -> None:
    """Client credentials stand for the owner, a code for who consented; a refresh keeps both."""
    for client in (ONE, TWO):
        answer = visitor.tokens("client_credentials", client)
        answer = visitor.refresh(answer["refresh_token"], client).json()
        assert visitor.user_of(answer["access_token"]) == client.owner
    for user in (ANN, BOB):
        with Visitor(visitor.server) as browser:
            answer = browser.redeem(browser.code(user)).json()
            answer = browser.refresh(answer["refresh_token"]).json()
            assert browser.user_of(answer["access_token"]) == user.id


def test_code_is_used_once(visitor: Visitor) -> None:
    """A second use is refused and revokes what the first one gave, refreshed or not."""
    code = visitor.code()
    first = visitor.redeem(code).json()
    second = visitor.refresh(first["refresh_token"]).json()
    assert visitor.redeem(code).json()["error"] == "invalid_grant"
    assert not visitor.user_of(first["access_token"])
    assert not visitor.user_of(second["access_token"])
    assert visitor.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": TWO.id, "client_secret": TWO.secret}, "invalid_grant"),
        ({"redirect_uri": TWO.redirect_uri}, "invalid_grant"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"client_secret": "wrong"}, "invalid_client"),
    ],
)
def test_code_is_bound_and_survives(visitor: Visitor, changes: dict[str, str], error: str) -> None:
    """A code is for its client and redirect_uri; a failed attempt does not use it up."""
    code = visitor.code()
    asked = {"code": code, "redirect_uri": ONE.redirect_uri} | changes
    assert visitor.token("authorization_code", **asked).json()["error"] == error
    assert visitor.redeem(code).ok


def test_refresh_rotates(visitor: Visitor) -> None:
    """Each refresh token works once, its successor works, and the old access token lives on."""
    first = answer = visitor.tokens("client_credentials")
    sibling = visitor.tokens("client_credentials")
    for _ in range(6):
        old, answer = answer, visitor.refresh(answer["refresh_token"]).json()
        assert visitor.refresh(old["refresh_token"]).json()["error"] == "invalid_grant"
    assert visitor.user_of(first["access_token"])
    assert visitor.refresh(answer["refresh_token"]).ok
    assert visitor.refresh(sibling["refresh_token"]).ok


def test_refresh_token_is_bound_and_survives(visitor: Visitor) -> None:
    """A refresh token is for its client, and another's attempt does not harm it."""
    token = visitor.tokens("client_credentials")["refresh_token"]
    assert visitor.refresh(token, TWO).json()["error"] == "invalid_grant"
    assert visitor.refresh(token).ok


def test_kinds_are_not_mixed(visitor: Visitor) -> None:
    """A code, an access token and a refresh token each open only their own door."""
    code, answer = visitor.code(), visitor.tokens("client_credentials")
    for value in (code, answer["access_token"]):
        assert visitor.refresh(value).json()["error"] == "invalid_grant"
    for value in (answer["access_token"], answer["refresh_token"]):
        assert visitor.redeem(value).json()["error"] == "invalid_grant"
    for value in (code, answer["refresh_token"]):
        assert not visitor.user_of(value)


@pytest.mark.parametrize(("seconds", "alive"), [(29, True), (31, False)])
def test_code_lifetime(later: Visitor, seconds: float, alive: bool) -> None:  # noqa: FBT001
    """A code lives for 30 seconds after the consent, not after the page was shown."""
    page = later.log_in(later.ask())
    later.wait(40)
    code = later.decide(page).headers["Location"].rpartition("code=")[2]
    later.wait(seconds)
    assert later.redeem(code).ok is alive


@pytest.mark.parametrize(("seconds", "alive"), [(3598, True), (3601, False)])
def test_access_token_lifetime(later: Visitor, seconds: float, alive: bool) -> None:  # noqa: FBT001
    """An access token lives for an hour, and the refresh token outlives it."""
    answer = later.tokens("client_credentials")
    later.wait(seconds)
    assert bool(later.user_of(answer["access_token"])) is alive
    assert later.refresh(answer["refresh_token"]).ok


@pytest.mark.parametrize(("seconds", "alive"), [(1209598, True), (1209601, False)])
def test_refresh_token_lifetime(later: Visitor, seconds: float, alive: bool) -> None:  # noqa: FBT001
    """A refresh token lives for two weeks, counted anew after each refresh."""
    answer = later.tokens("client_credentials")
    later.wait(1000000)
    answer = later.refresh(answer["refresh_token"]).json()
    later.wait(seconds)
    assert later.refresh(answer["refresh_token"]).ok is alive


def test_replay_of_an_expired_code_still_revokes(later: Visitor) -> None:
    """That a code has expired meanwhile does not hide that it is used twice."""
    code = later.code()
    access_token = later.redeem(code).json()["access_token"]
    later.wait(60)
    assert later.redeem(code).status_code == 400
    assert not later.user_of(access_token)
