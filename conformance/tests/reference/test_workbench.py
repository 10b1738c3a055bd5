"""The pages for a person at work: start, helper, console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from conformance.contract import find, load
from conformance.reference import HELPER_PATH, Server, create_app
from conformance.targets.browser.chromium import Chromium
from conformance.targets.startup.embedded import settings_for, with_helper

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

_PORT = 8765  # nobody listens there: the helper is called by hand


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    """Return a server with a helper and a console, as `conformance serve` starts it."""
    settings = with_helper(settings_for(load(find("kitchenmonki"))), f"http://127.0.0.1:{_PORT}")
    with Server(create_app(settings)) as server:
        yield server


def get(server: Server, path: str) -> requests.Response:
    """Return what a path answers."""
    return requests.get(server.url + path, timeout=10)


def form(page: str, grant: str) -> tuple[str, dict[str, str]]:
    """Return the action and the hidden fields of the form of a grant."""
    for action, body in re.findall(r'(?s)<form action="(.*?)".*?>(.*?)</form>', page):
        fields = dict(re.findall(r'name="(.*?)" value="(.*?)"', body))
        if fields.get("grant_type") == grant:
            return action, {name: unescape(value) for name, value in fields.items()}
    raise AssertionError(grant)


def test_the_start_page_leads_on(site: Server) -> None:
    """It says what the server is, who can log in, and where to go; no secret is on it."""
    page = get(site, "/").text
    assert "token service for tests" in page
    for path in (HELPER_PATH, "/api_docs/console"):
        assert f'href="{path}"' in page
        assert get(site, path).status_code == 200
    assert "user1" in page


def test_the_helper_builds_the_links(site: Server) -> None:
    """The links ask for a code that comes back to the helper, with and without a popup."""
    page = get(site, HELPER_PATH).text
    usual, popup = (
        {name: one[0] for name, one in parse_qs(urlsplit(unescape(link)).query).items()}
        for link in re.findall(r'href="(/authorize.*?)"', page)
    )
    assert usual["redirect_uri"] == f"http://127.0.0.1:{_PORT}{HELPER_PATH}"
    assert popup == {**usual, "display": "popup"}


def test_the_helper_catches_and_exchanges_a_code(site: Server) -> None:
    """A code that came is shown with the seconds it lives, and its form is the grant's request."""
    page = get(site, f"{HELPER_PATH}?code=a%22b").text
    action, fields = form(page, "authorization_code")
    assert '<strong id="left">30</strong>' in page
    assert (action, fields["code"]) == ("/v2/token/grant", 'a"b')
    answer = requests.get(site.url + action, fields, timeout=10)
    assert answer.json()["error"] == "invalid_grant"


def test_the_helper_needs_no_script(site: Server) -> None:
    """Its forms are enough to get a token, the next one, and an answer."""
    page = get(site, HELPER_PATH).text
    action, fields = form(page, "client_credentials")
    tokens = requests.get(site.url + action, fields, timeout=10).json()
    action, fields = form(page, "refresh_token")
    given = {**fields, "refresh_token": tokens["refresh_token"]}
    tokens = requests.get(site.url + action, given, timeout=10).json()
    assert 'action="/v2/queue"' in page
    assert get(site, f"/v2/queue?access_token={tokens['access_token']}").status_code == 200


def test_the_helper_shows_a_denial(site: Server) -> None:
    """An error is shown in the place of a code, and as text only."""
    page = get(site, f"{HELPER_PATH}?error=access_denied&error_description=<b>no</b>").text
    assert "No code has come" in page
    assert "access_denied" in page
    assert "<b>no</b>" not in page


def test_without_a_client_the_helper_says_so() -> None:
    """Where no client comes back to the helper it offers nothing, nor a console without an API."""
    settings = replace(settings_for(load(find("kitchenmonki"))), description={})
    with Server(create_app(settings)) as server:
        assert "No client of this server" in get(server, HELPER_PATH).text
        assert get(server, "/api_docs/console").status_code == 404


@pytest.mark.parametrize("path", ["/", HELPER_PATH, "/api_docs/console"])
def test_pages_are_guarded(site: Server, path: str) -> None:
    """No page can be framed, nothing is loaded from elsewhere, and no address is passed on."""
    headers = get(site, path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "http" not in headers["Content-Security-Policy"]


def answer(route: Route) -> None:
    """Send a browser's request, which could not leave it."""
    sent = route.request
    found = requests.request(sent.method, sent.url, headers=sent.headers, timeout=10)
    headers = {name: found.headers[name] for name in found.headers}
    headers.pop("Content-Encoding", None)
    route.fulfill(status=found.status_code, headers=headers, body=found.content)


# What somebody misses who does not see a page, sees little of it, or has a narrow screen.
_MISSED = """() => {
  const named = (one) => one.labels?.length || one.ariaLabel || one.title || one.innerText.trim();
  const controls = 'input:not([type=hidden]), select, button, textarea';
  const unnamed = [...document.querySelectorAll(controls)]
    .filter((one) => one.checkVisibility() && !named(one)).map((one) => one.outerHTML);
  const count = (selector) => document.querySelectorAll(selector).length;
  return [
    ...unnamed,
    ...(count('main') === 1 ? [] : ['main']),
    ...(count('h1, h2.title') === 1 ? [] : ['h1']),
    ...(document.documentElement.lang === 'en' && document.title ? [] : ['language, title']),
    ...(document.documentElement.scrollWidth > innerWidth ? ['it is wider than the screen'] : []),
  ];
}"""


@pytest.mark.parametrize("path", ["/", HELPER_PATH, "/api_docs/console#/resources/updateRecipe"])
def test_pages_are_for_everybody(path: str, site: Server, chromium: Chromium) -> None:
    """Every control has a name, there is one main part and one title, and a telephone will do."""

    def look(context: BrowserContext) -> list[str]:
        context.route("**/*", answer)
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 800})
        page.emulate_media(color_scheme="dark")
        page.goto(site.url + path)
        if "console" in path:
            page.click("text=Try it out")
            page.wait_for_selector("html.dark-mode .execute")
        missed: list[str] = page.evaluate(_MISSED)
        return missed

    assert chromium.use(look) == []


def test_the_console_makes_calls(site: Server, chromium: Chromium) -> None:
    """In a real browser every operation is shown, and a call is answered by this server alone."""
    asked: list[str] = []

    def call(context: BrowserContext) -> tuple[int, str]:
        context.on("request", lambda sent: asked.append(sent.url))
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(f"{site.url}/api_docs/console#/resources/getQueue")
        page.click("text=Try it out")
        page.click("button.execute")
        page.wait_for_selector(".live-responses-table")
        return page.locator(".opblock").count(), page.inner_text(".live-responses-table")

    operations, shown = chromium.use(call)
    assert operations == 8
    assert "401" in shown
    assert f"{site.url}/v2/queue" in asked
    assert all(one.startswith(site.url) for one in asked)
