"""Consent: on the reference server's pages, and on pages of other shapes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from conformance.contract import Contract
from conformance.targets.consent.driver import Decision, FormConsent, Visit
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.targets.live import LiveTarget, start_in_process
from conformance.tests.targets.site import Reply, Site, open_site, redirect
from conformance.wire import Wire

HOME = "https://app.example/cb"
ANN = User("user", "ann", "pass-of-ann", "u1")

LOGIN = "<form method=post action=/in><input name=email><input type=password name=pw>{}</form>"
ASK = (
    "<title>Allow?</title><form method=post action=/decide><input type=hidden name=csrf value=c1>"
    "<button name=answer value=1>Approve</button><button name=answer value=0>Decline</button>"
    "</form>"
)
BACK = redirect(f"{HOME}?code=abc&state=s")


def visit(
    site: Site,
    decision: Decision = "allow",
    user: User | None = ANN,
    **settings: Any,  # noqa: ANN401
) -> Visit:
    """Let Ann open a site's authorization page."""
    wire = Wire([site.url.removeprefix("http://")])
    driver = FormConsent(wire, Settings.model_validate(settings))
    return driver.visit(f"{site.url}/authorize?client_secret=hush", user, decision, HOME)


def site_of(**routes: Reply) -> dict[str, Reply]:
    """Return a script with the usual pages, and others in their places."""
    usual = {
        "GET /authorize": Reply(LOGIN.format("<button>Log in</button>")),
        "POST /in": redirect("/consent", 303),
        "GET /consent": Reply(ASK),
        "POST /decide": BACK,
    }
    places = {"authorize": "GET /authorize", "login": "POST /in", "consent": "GET /consent"}
    return {**usual, **{places[name]: reply for name, reply in routes.items()}}


@pytest.fixture
def live(contract: Contract) -> LiveTarget:
    """Return an embedded target."""
    return start_in_process(contract)


def visit_reference(live: LiveTarget, role: str, decision: Decision, **more: str) -> Visit:
    """Let the first user decide about a client of the reference server."""
    client, user = live.client(role), live.user("user")
    assert client is not None
    asked = {"client_id": client.id, "response_type": "code", "redirect_uri": client.redirect_uri}
    url = f"{live.endpoints.authorize}?{urlencode({**asked, **more})}"
    return live.consent.visit(url, user, decision, client.redirect_uri)


def test_a_user_allows(live: LiveTarget) -> None:
    """A user who logs in and allows is sent back with a code."""
    found = visit_reference(live, "client", "allow", state="s t")
    assert found.steps == ("login", "allow")
    assert found.logged_in
    assert found.code
    assert dict(found.query)["state"] == "s t"
    assert found.last.status == 303
    assert found.code not in repr(found)


def test_a_user_denies(live: LiveTarget) -> None:
    """A user who denies is sent back without a code."""
    found = visit_reference(live, "client", "deny")
    assert found.code is None
    assert dict(found.query)["error"] == "access_denied"


@pytest.mark.parametrize(
    ("sent_back", "told"),
    [
        ("error=invalid_request&error_description=No+nonce", r"invalid_request \(No nonce\) came"),
        ("state=s", "no code came back, but status 302"),
        ("code=&state=s", "no code came back, but status 302"),
    ],
)
def test_what_comes_instead_of_a_code_is_told(sent_back: str, told: str) -> None:
    """An error that the client is told is the reason; without one, the last answer is."""
    with open_site(site_of(login=redirect(f"{HOME}?{sent_back}"))) as site:
        found = visit(site)
    assert found.code is None
    assert re.search(told, found.instead)


def test_a_user_leaves(live: LiveTarget) -> None:
    """A user who leaves has logged in, decided nothing, and sees the consent page."""
    found = visit_reference(live, "client", "leave")
    assert found.steps == ("login",)
    assert found.redirect is None
    assert found.page is not None
    assert found.page.response is not None
    assert "Allow" in found.page.response.text


def test_a_user_takes_their_time(live: LiveTarget) -> None:
    """A user who has seen the page can decide later, and is sent back then."""
    client, user = live.client("client"), live.user("user")
    assert client is not None
    assert user is not None
    asked = {"client_id": client.id, "response_type": "code", "redirect_uri": client.redirect_uri}
    url = f"{live.endpoints.authorize}?{urlencode(asked)}"
    paused = live.consent.pause(url, user, client.redirect_uri)
    assert paused.last.status == 200
    assert paused.decide("allow").code


def test_nobody_hesitates_where_nothing_is_asked() -> None:
    """A target that asks for no decision is no place to take one's time."""
    with open_site({**site_of(), "POST /in": BACK}) as site:
        driver = FormConsent(Wire([site.url.removeprefix("http://")]), Settings())
        with pytest.raises(ConsentError, match="no decision"):
            driver.pause(f"{site.url}/authorize", ANN, HOME)


def test_a_redirect_uri_with_a_query_is_home(live: LiveTarget) -> None:
    """A redirect URI's own query does not keep the return from being seen."""
    found = visit_reference(live, "other_client", "allow")
    assert dict(found.query)["tenant"] == "a&b"
    assert found.code


def test_a_popup_ends_on_its_page(live: LiveTarget) -> None:
    """Where scripts would go on, the visit ends on the page that holds them."""
    found = visit_reference(live, "client", "allow", display="popup")
    assert found.steps == ("login", "allow")
    assert found.redirect is None
    assert found.page is found.last


def test_nobody_logs_in_without_a_user() -> None:
    """Without a user the page is opened and nothing is sent."""
    with open_site(site_of()) as site:
        found = visit(site, user=None)
        assert site.routes == ["GET /authorize"]
    assert found.steps == ()
    assert found.page is not None


def test_guesses_fill_forms_of_others() -> None:
    """Undeclared pages are understood by their password field and the words on their buttons."""
    with open_site(site_of()) as site:
        found = visit(site)
        assert [one.form for one in site.heard if one.route.startswith("POST")] == [
            {"email": "ann", "pw": "pass-of-ann"},
            {"csrf": "c1", "answer": "1"},
        ]
        denied = visit(site, "deny")
        assert site.heard[-1].form == {"csrf": "c1", "answer": "0"}
    assert (found.code, found.steps) == ("abc", ("login", "allow"))
    assert denied.steps == ("login", "deny")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_form_that_leads_to_no_url_is_told(method: str) -> None:
    """What nobody can send ends the visit at its step, and is no fault of the suite."""
    page = LOGIN.format("<button>Log in</button>").replace("method=post action=/in", "{}")
    form = page.format(f"method={method} action='http://[harm'")
    with open_site(site_of(authorize=Reply(form))) as site, pytest.raises(ConsentError) as told:
        visit(site)
    assert "login" in str(told.value)
    assert "no URL" in str(told.value)


def test_declared_controls_win_over_guesses() -> None:
    """What is declared is pressed, whatever its label says."""
    with open_site(site_of()) as site:
        visit(site, allow={"name": "answer", "value": "0"})
        assert site.heard[-1].form["answer"] == "0"
        visit(site, allow={"name": "css:button:first-of-type"})
        assert site.heard[-1].form["answer"] == "1"


def test_cookies_belong_to_one_visit() -> None:
    """A cookie set on the way is sent back on the same visit, and not on the next."""
    login = Reply("", 303, (("Location", "/consent"), ("Set-Cookie", "sid=1; HttpOnly")))
    with open_site(site_of(login=login)) as site:
        visit(site)
        visit(site)
        cookies = [(one.route, one.cookie) for one in site.heard]
    assert cookies[:4] == cookies[4:]
    assert cookies[2] == ("GET /consent", "sid=1")
    assert cookies[4] == ("GET /authorize", "")


def test_name_and_password_on_two_pages() -> None:
    """A login that asks for the name first is followed page by page."""
    ask_name = Reply("<form method=post action=/name><input name=who></form>")
    ask_password = Reply("<form method=post action=/in><input type=password name=pw></form>")
    script = {**site_of(authorize=ask_name), "POST /name": ask_password}
    with open_site(script) as site:
        found = visit(site, login={"username": "who", "password": "pw"})
        assert site.heard[1].form == {"who": "ann"}
        assert site.heard[2].form == {"pw": "pass-of-ann"}
    assert found.steps == ("username", "login", "allow")


def test_login_and_consent_on_one_page() -> None:
    """A page that asks for the password and the decision together is sent once."""
    both = Reply(LOGIN.format("<button name=ok value=1>Go</button>"))
    with open_site({**site_of(authorize=both), "POST /in": BACK}) as site:
        found = visit(site, allow={"name": "ok"})
        assert site.heard[-1].form["ok"] == "1"
        assert visit(site, "leave", allow={"name": "ok"}).steps == ()
    assert found.steps == ("login", "allow")


def test_a_box_is_ticked_or_left() -> None:
    """Where consent is a box, allowing ticks it and denying leaves it alone."""
    box = Reply(
        "<form action=/decide method=post><input type=checkbox name=yes><button>Send</button>"
    )
    with open_site(site_of(consent=box)) as site:
        visit(site, allow={"name": "yes"})
        assert site.heard[-1].form == {"yes": "on"}
        visit(site, "deny", allow={"name": "yes"})
        assert site.heard[-1].form == {}


@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_a_page_between_is_passed(decision: Decision) -> None:
    """A page between login and consent that only lets a user go on decides nothing."""
    terms = "<form action=/search><input name=q><button>Go</button></form><form action=/consent>{}"
    pages = {
        **site_of(login=redirect("/terms", 303)),
        "GET /terms": Reply(terms.format("<p>New terms<button>Continue</button></form>")),
    }
    with open_site(pages) as site:
        found = visit(
            site,
            decision,
            allow={"name": "answer", "value": "1"},
            deny={"name": "answer", "value": "0"},
        )
    assert found.steps == ("login", "on", decision)
    assert site.heard[-1].form["answer"] == {"allow": "1", "deny": "0"}[decision]


def test_the_only_control_is_not_passed_where_it_allows() -> None:
    """Who denies does not press what allows, though the page lets nobody do anything else."""
    page = Reply("<form method=post action=/decide><button name=answer value=1>On</button></form>")
    with (
        open_site(site_of(consent=page)) as site,
        pytest.raises(ConsentError, match="nothing here lets a user deny"),
    ):
        visit(site, "deny", allow={"name": "answer", "value": "1"})
    assert "POST /decide" not in site.routes


@pytest.mark.parametrize("where", ["consent", "authorize"])
def test_a_denial_that_only_a_script_tells_apart_is_not_sent(where: str) -> None:
    """Two buttons that send the same allow both, without their script: nobody has denied then."""
    buttons = "<button id=yes>Accept</button><button id=no>Refuse</button>"
    page = LOGIN.format(buttons) if where == "authorize" else f"<form method=post>{buttons}</form>"
    with (
        open_site({**site_of(**{where: Reply(page)}), "POST /consent": BACK}) as site,
        pytest.raises(
            ConsentError, match=r'only a script tells them apart; say driver = "browser"'
        ),
    ):
        visit(site, "deny")


def test_a_link_can_deny() -> None:
    """A page whose only way to refuse is a link is understood."""
    page = (
        ASK.replace("<button name=answer value=0>Decline</button>", "")
        + "<a href=/no>[ Cancel ]</a>"
    )
    script = {**site_of(consent=Reply(page)), "GET /no": redirect(f"{HOME}?error=access_denied")}
    with open_site(script) as site:
        assert dict(visit(site, "deny").query) == {"error": "access_denied"}


def test_a_form_by_get_replaces_the_query_of_its_action() -> None:
    """A form with method GET sends its fields in place of the query of its action."""
    form = Reply(
        "<form action='/decide?old=1'><input type=hidden name=a value=b><button>Yes</button>"
    )
    with open_site({**site_of(consent=form), "GET /decide": BACK}) as site:
        visit(site)
        assert site.heard[-1].query == (("a", "b"),)


def test_a_multipart_form_is_sent_as_such() -> None:
    """A form that declares multipart is sent in parts."""
    with open_site(
        site_of(consent=Reply(ASK.replace("<form", "<form enctype=multipart/form-data")))
    ) as site:
        visit(site)
        assert site.heard[-1].content_type.startswith("multipart/form-data; boundary=")
        assert 'name="csrf"\r\n\r\nc1' in site.heard[-1].body


def test_a_307_keeps_the_form() -> None:
    """A redirect with 307 repeats the POST and its fields at the new place."""
    script = {**site_of(login=redirect("/in2", 307)), "POST /in2": redirect("/consent", 303)}
    with open_site(script) as site:
        visit(site)
        assert site.heard[2].form == site.heard[1].form == {"email": "ann", "pw": "pass-of-ann"}


@pytest.mark.parametrize(
    "location", [f"{HOME}?code=x", "app:/callback?code=x", "https://attacker.example/?code=x"]
)
def test_no_foreign_url_is_fetched(location: str) -> None:
    """Where the user agent leaves the declared hosts the visit ends, with the URL as sent."""
    with open_site(site_of(authorize=redirect(location))) as site:
        found = visit(site)
        assert site.routes == ["GET /authorize"]
    assert (found.redirect, found.code, found.steps) == (location, "x", ())


LOOP = Reply("<form method=post action=/again><button>Continue</button></form>")


@pytest.mark.parametrize(
    ("script", "settings", "expected"),
    [
        (
            site_of(login=Reply("<title>Hm</title>" + LOGIN.format(""), 401)),
            {},
            (
                r"'login', at \S+/in: login refused: .*status 401, title 'Hm',"
                r" form fields: email, pw,.*password of \[user\]"
            ),
        ),
        (
            site_of(),
            {"login": {"username": "nick", "password": "secret"}},
            r"\[consent\]\.login names 'nick' and 'secret', but there is .*form fields: email, pw",
        ),
        (
            site_of(),
            {"allow": {"name": "yes"}},
            (
                r"'allow', at \S+/consent: nothing here lets a user allow: status 200,"
                r" title 'Allow\?',"
                r" form fields: csrf, answer, buttons: 'Approve', 'Decline';"
                r" name the control as \[consent\]\.allow"
            ),
        ),
        (
            site_of(authorize=Reply("<form><input name=a1><input name=a2><button>Go</button>")),
            {},
            r"\[consent\]\.allow, or the fields of a login as \[consent\]\.login",
        ),
        (site_of(consent=Reply("<p>Gone")), {}, "form fields: none, buttons: none"),
        (
            site_of(consent=Reply("{}", 400, (("Content-Type", "application/json"),))),
            {},
            "the target refuses: status 400, application/json content, no form; look at the client",
        ),
        (
            site_of(consent=Reply("<p>Please enable JavaScript", 400)),
            {},
            r'refuses: .*where a script fills in what is sent, say driver = "browser" in',
        ),
        (
            site_of(consent=Reply("<form><button type=button onclick=a()>Approve</button></form>")),
            {},
            r"\[consent\]\.allow; or, since only a script knows what 'Approve' does, say driver",
        ),
        (site_of(consent=Reply("", 500)), {}, "the target fails: status 500, .*its own log"),
        (site_of(consent=Reply("", 429)), {}, r"wants to be asked later: .*rate in \[limits\]"),
        (
            site_of(authorize=Reply("<p>Loading…<script src=app.js></script>")),
            {},
            r'buttons: none; where scripts make the page, say driver = "browser" in \[consent\]',
        ),
        (
            site_of(authorize=Reply("<p>Loading…<script src=app.js></script>")),
            {"driver": "browser"},
            "buttons: none; its scripts put nothing there",
        ),
        (
            site_of(consent=redirect("http://a.example:99999/cb")),
            {},
            "a redirect to something that is no URL",
        ),
        (site_of(consent=redirect("/consent")), {}, "more than 20 redirects in a row"),
        (
            {**site_of(consent=LOOP), "POST /again": LOOP},
            {},
            "'pages', at .*more than 12 pages in a row",
        ),
        (
            site_of(authorize=Reply(LOGIN.format("").replace("/in", "https://phish.example/"))),
            {},
            "'login', at https://phish.example/: 'https://phish.example' is not one of the hosts",
        ),
    ],
)
def test_a_page_not_as_declared_is_told(
    script: dict[str, Reply], settings: dict[str, Any], expected: str
) -> None:
    """A page that was not expected is named by step, URL and what is on it; no secret is shown."""
    with open_site(script) as site, pytest.raises(ConsentError, match=expected) as caught:
        visit(site, **settings)
    assert "hush" not in str(caught.value)
    assert "pass-of-ann" not in str(caught.value)


def test_a_dead_port_is_told() -> None:
    """An authorization endpoint that nobody serves is named as such."""
    with pytest.raises(ConsentError, match=r"'open', at .*: no answer: unreachable"):
        visit(Site({}, "http://127.0.0.1:1"))
