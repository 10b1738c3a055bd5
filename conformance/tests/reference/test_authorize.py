"""The authorization endpoint: login, consent, denial, popup, and whom it never redirects to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.reference import Client, Server, create_app
from conformance.tests.reference.visitor import (
    ANN,
    ONE,
    PAGE,
    TWO,
    Visitor,
    csrf,
    returned,
)


def test_login_then_consent_then_code(visitor: Visitor) -> None:
    """The user logs in, is asked, and goes back with a code and nothing else."""
    page = visitor.ask()
    assert "password" in page.text
    page = visitor.log_in(page)
    assert "Allow One?" in page.text
    response = visitor.decide(page)
    assert response.status_code == 303
    before, _, code = response.headers["Location"].partition("&code=")
    assert before == ONE.redirect_uri
    assert len(code) == 43


def test_consent_is_asked_every_time(visitor: Visitor) -> None:
    """A user who is logged in is still asked."""
    visitor.consent()
    assert "Allow One?" in visitor.ask().text


def test_denial(visitor: Visitor) -> None:
    """Denial sends an error and no code, and the state comes back as it was."""
    answer = returned(visitor.consent(decision="deny", state="a b&c=%d"))
    assert (answer["error"], answer["state"]) == ("access_denied", "a b&c=%d")
    assert "code" not in answer


@pytest.mark.parametrize("decision", ["", "ALLOW", "yes"])
def test_only_allow_allows(visitor: Visitor, decision: str) -> None:
    """Whatever is not the button that allows is a denial."""
    assert "code" not in returned(visitor.consent(decision=decision))


def test_state_comes_back(visitor: Visitor) -> None:
    """The state is returned with the code, unchanged."""
    assert returned(visitor.consent(state="x/ü+?"))["state"] == "x/ü+?"


def test_wrong_password(visitor: Visitor) -> None:
    """A wrong password gets the page again, with a message and another chance."""
    page = visitor.log_in(visitor.ask(), replace(ANN, password="wrong"))
    assert "Please try again" in page.text
    assert "wrong" not in page.text
    assert "Allow One?" in visitor.log_in(page).text


def test_login_changes_the_cookie(visitor: Visitor) -> None:
    """A cookie from before the login is worth nothing after it."""
    page = visitor.ask()
    before = page.cookies["reference_session"]
    after = visitor.log_in(page).cookies["reference_session"]
    assert before != after
    with Visitor(visitor.server) as thief:
        thief.http.cookies.set("reference_session", before)
        assert "password" in thief.ask().text


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"client_id": [ONE.id, TWO.id]},
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": TWO.redirect_uri},
        {"redirect_uri": ONE.redirect_uri + "/"},
        {"redirect_uri": ONE.redirect_uri.upper()},
        {"redirect_uri": [ONE.redirect_uri, ONE.redirect_uri]},
        {"state": "a\0"},
    ],
)
def test_no_redirect(visitor: Visitor, changes: dict[str, str | list[str]]) -> None:
    """A bad client or redirect_uri ends on a page that repeats nothing."""
    response = visitor.ask(**changes)
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert response.headers["Content-Type"].startswith("text/html")
    assert "evil" not in response.text
    assert "nobody" not in response.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ["code", "code"]}, "invalid_request"),
        ({"scope": ["a", "b"]}, "invalid_request"),
    ],
)
def test_error_redirect(visitor: Visitor, changes: dict[str, str | list[str]], error: str) -> None:
    """What else is wrong is told to the client, with its state."""
    answer = returned(visitor.ask(state="s", **changes))
    assert (answer["error"], answer["state"]) == (error, "s")


def test_redirect_uri_may_be_left_out(visitor: Visitor) -> None:
    """A client with one redirect_uri need not send it, and then need not repeat it."""
    code = returned(visitor.consent(redirect_uri=""))["code"]
    assert visitor.token("authorization_code", code=code).ok


def test_secret_is_ignored(visitor: Visitor) -> None:
    """A secret sent here by mistake is neither shown nor passed on."""
    page = visitor.ask(client_secret=ONE.secret)
    assert ONE.secret not in page.text
    page = visitor.log_in(page)
    assert ONE.secret not in page.text
    assert ONE.secret not in visitor.decide(page).headers["Location"]


def test_forms_of_another_browser(visitor: Visitor) -> None:
    """A form works only in the browser that it was shown to, and once."""
    page = visitor.log_in(visitor.ask())
    with Visitor(visitor.server) as other:
        other.log_in(other.ask())
        assert other.decide(page).status_code == 403
    assert visitor.decide(page).status_code == 303
    assert visitor.decide(page).status_code == 403


def test_consent_needs_login(visitor: Visitor) -> None:
    """The consent form is worth nothing before the login."""
    assert visitor.decide(visitor.ask()).status_code == 403


@pytest.mark.parametrize("path", ["/authorize/login", "/authorize/consent"])
def test_forms_without_csrf(visitor: Visitor, path: str) -> None:
    """A form without its hidden field, or with a foreign one, is refused with a page."""
    for data in ("", "csrf=unknown", "csrf=%ff"):
        response = visitor.send(
            "POST", path, data=data, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert response.status_code == 403
        assert "begin again" in response.text


def test_parameters_cannot_be_swapped(visitor: Visitor) -> None:
    """What the form says about client and redirect_uri does not matter."""
    page = visitor.log_in(visitor.ask())
    fields = {"csrf": csrf(page), "decision": "allow", "redirect_uri": "http://evil.example/"}
    location = visitor.send("POST", "/authorize/consent", data=fields).headers["Location"]
    assert location.startswith(ONE.redirect_uri)


def test_popup(visitor: Visitor) -> None:
    """A popup gets a page that sends its opener on, or a link; the code is an ordinary one."""
    response = visitor.consent(display="popup")
    assert response.status_code == 200
    assert "Location" not in response.headers
    assert "window.opener" in response.text
    assert 'href="http://127.0.0.1:9/back?keep=a%26b&amp;code=' in response.text
    code = response.text.partition("code=")[2].partition('"')[0]
    assert visitor.redeem(code).ok


def test_popup_denied(visitor: Visitor) -> None:
    """A denial travels the same way as a code."""
    response = visitor.consent(decision="deny", display="popup")
    assert "error=access_denied" in response.text
    assert "code=" not in response.text


def test_page_headers(visitor: Visitor) -> None:
    """A page is not framed, not kept, loads nothing and tells no referrer."""
    headers = visitor.ask().headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Set-Cookie"].endswith("; HttpOnly; SameSite=Lax")


def test_names_are_escaped() -> None:
    """A client's name is text on every page, whatever it holds."""
    hostile = Client("c", "s", "http://127.0.0.1:9/", "owner", "<script>alert(1)</script>")
    settings = replace(PAGE, clients=(hostile,))
    with Server(create_app(settings)) as server, Visitor(server) as visitor:
        pages = [visitor.send("GET", "/"), page := visitor.ask(hostile), visitor.log_in(page)]
        pages.append(visitor.consent(client=hostile, display="popup"))
        for one in pages:
            assert "<script>alert" not in one.text
            assert "&lt;script&gt;alert" in one.text


def test_start_page(visitor: Visitor) -> None:
    """The first page says what this is and leads to each client's authorization."""
    page = visitor.send("GET", "/")
    assert "token service" in page.text
    link = page.text.partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "One would like" in visitor.send("GET", link).text
