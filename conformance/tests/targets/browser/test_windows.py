"""Windows of a real browser on sites of other shapes than the reference server's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.targets.browser.chromium import Chromium
from conformance.targets.browser.scene import Scene
from conformance.targets.browser.windows import play
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.tests.targets.site import Reply, Site, open_site, redirect
from conformance.wire import BudgetSpent, Limits, Wire

CLIENT = "https://app.example"
HOME = f"{CLIENT}/cb"
ANN = User("user", "ann", "pass-of-ann", "u1")

LOGIN = (
    "<form method=post action=/in><input name=email><input type=password name=pw>"
    "<button>Log in</button></form>"
)
ASK = "<form method=post action=/decide><button name=answer value=1>Approve</button></form>"
BACK = f"<script>opener.location = '{HOME}?code=abc'; close()</script>"


def site_of(**routes: Reply) -> dict[str, Reply]:
    """Return a script with the usual pages, and others in their places."""
    usual = {
        "GET /authorize": Reply(LOGIN),
        "POST /in": redirect("/consent", 303),
        "GET /consent": Reply(ASK),
        "POST /decide": Reply(BACK),
    }
    return {**usual, **{name.replace("_", " /"): reply for name, reply in routes.items()}}


def scene_on(site: Site) -> Scene:
    """Return a scene in which the client's page opens a site's authorization page."""
    return Scene(f"{site.url}/authorize", HOME, CLIENT, ANN, Settings(), patience=1.0)


def wire_to(site: Site, **limits: int) -> Wire:
    """Return a wire to a site, with a header that a gateway wants."""
    host = site.url.removeprefix("http://")
    return Wire([host], Limits(**limits), headers={"X-Env": "staging"})


def test_redirects_and_cookies(chromium: Chromium) -> None:
    """A window follows redirects step by step and keeps the cookies of each; all is recorded."""
    first = redirect("/login")
    cookies = (("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/; HttpOnly"))
    pages = site_of(
        GET_authorize=replace(first, headers=(*first.headers, *cookies)), GET_login=Reply(LOGIN)
    )
    with open_site(pages) as site:
        wire, seen = wire_to(site), []
        wire.listeners.append(lambda one: seen.append(one.request.method))
        played = play(chromium, wire, scene_on(site))
        assert [one.route for one in site.heard] == [
            "GET /authorize",
            "GET /login",
            "POST /in",
            "GET /consent",
            "POST /decide",
        ]
        assert {one.cookie for one in site.heard[1:]} == {"a=1; b=2"}
        assert site.heard[2].form == {"email": "ann", "pw": "pass-of-ann"}
    assert len(seen) == 5
    came = [one for one in played.arrivals if one.codes]
    assert [(one.window, one.how, one.site) for one in came] == [
        ("opener", "navigation", "redirect_uri")
    ]
    assert played.last is not None
    assert dict(played.last.request.headers)["X-Env"] == "staging"


def test_a_redirect_to_the_client(chromium: Chromium) -> None:
    """A redirect takes the window itself to the client, and nothing is sent there."""
    with open_site(site_of(POST_decide=redirect(f"{HOME}?code=abc", 307))) as site:
        played = play(chromium, wire_to(site), scene_on(site))
    came = [one for one in played.arrivals if one.codes]
    assert [(one.window, one.site) for one in came] == [("popup", "redirect_uri")]


def test_strangers_are_refused_and_noted(chromium: Chromium) -> None:
    """What a page asks of a stranger is not sent, and what it would have told is known."""
    picture = "<img src='https://stranger.example/?code=abc'><img src=/there>"
    pages = site_of(POST_decide=Reply(picture), GET_there=redirect("https://stranger.example/2"))
    with open_site(pages) as site:
        played = play(chromium, wire_to(site), scene_on(site))
    strange = [one for one in played.arrivals if one.site == "other"]
    assert [(one.how, one.codes) for one in strange] == [("request", ("abc",))]


def test_a_loop_comes_to_an_end(chromium: Chromium) -> None:
    """Pages that lead to each other for ever are counted, and left."""
    there, back = Reply("<script>location = '/back'</script>"), redirect("/there")
    with open_site(site_of(POST_decide=redirect("/there"), GET_there=there, GET_back=back)) as site:
        played = play(chromium, wire_to(site), scene_on(site))
    assert played.pages > 20


def test_pages_without_a_control(chromium: Chromium) -> None:
    """A page that offers nothing to allow is told as it is to a person without a browser."""
    with (
        open_site(site_of(GET_consent=Reply("<title>Closed</title>"))) as site,
        pytest.raises(ConsentError, match=r"nothing here lets a user allow.*'Closed'"),
    ):
        play(chromium, wire_to(site), scene_on(site))


def test_the_cap_holds_for_browsers(chromium: Chromium) -> None:
    """A browser's requests count, and end with the cap."""
    with open_site(site_of()) as site, pytest.raises(BudgetSpent):
        play(chromium, wire_to(site, requests=2), scene_on(site))
