"""Consent in a real browser: pages that only scripts make, and pages that are not as declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.contract import Contract
from conformance.targets.browser.chromium import Chromium
from conformance.targets.browser.onscreen import BrowserConsent
from conformance.targets.consent.driver import Decision, Visit
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.targets.live import start_in_process
from conformance.targets.service.service import Service
from conformance.tests.targets.site import Reply, Site, open_site, redirect
from conformance.wire import Wire

HOME = "https://app.example/cb"
ANN = User("user", "ann", "pass-of-ann", "u1")

# A page without a form: its script shows a name, then a password, then the question.
APP = """<!doctype html><title>App</title><main id=app></main><script>
const app = document.getElementById('app');
const ask = (html, then) => {
  app.innerHTML = html;
  app.querySelectorAll('button').forEach(one => {
    one.onclick = () => then(one.textContent, app.querySelector('input')?.value);
  });
};
const send = async (path, value) => fetch(path, {method: 'POST', body: value});
setTimeout(() => ask('<label>E-mail <input type=email></label><button>Next</button>',
  (_, name) => ask('<label>Password <input type=password></label><button>Sign in</button>',
    async (_, password) => {
      await send('/in', name + '/' + password);
      ask('<p>May it?</p><button>Reject</button><button>Accept</button>', answer => {
        location = '/decide?answer=' + answer;
      });
    })), 50);
</script>"""


def visit(
    site: Site,
    chromium: Chromium,
    decision: Decision = "allow",
    **settings: Any,  # noqa: ANN401
) -> Visit:
    """Let Ann open a site's authorization page in a browser."""
    wire = Wire([site.url.removeprefix("http://")])
    driver = BrowserConsent(wire, Settings.model_validate(settings), chromium)
    return driver.visit(f"{site.url}/authorize", ANN, decision, HOME)


def test_a_user_decides_on_the_pages_of_the_reference(
    contract: Contract, chromium: Chromium
) -> None:
    """With nothing declared a user allows and denies, and one who returns is still logged in."""
    live = start_in_process(contract)
    live.consent = BrowserConsent(live.wire, Settings(driver="browser"), chromium)
    service = Service(live)
    url, home = service.authorize_url(service.client()), service.client().redirect_uri
    first = service.visit(url, service.user(), redirect_uri=home, returning=True)
    again = service.visit(url, service.user(), "deny", redirect_uri=home, returning=True)
    assert first.code
    assert first.steps == ("login", "allow")
    assert first.last.status == 303
    assert (again.steps, dict(again.query)["error"]) == (("deny",), "access_denied")


def test_a_user_may_wait_before_deciding(contract: Contract, chromium: Chromium) -> None:
    """The page is held open until the user decides; others may use the browser meanwhile."""
    live = start_in_process(contract)
    live.consent = BrowserConsent(live.wire, Settings(driver="browser"), chromium)
    service = Service(live)
    url, home = service.authorize_url(service.client()), service.client().redirect_uri
    paused = live.consent.pause(url, service.user(), home)
    assert service.visit(url, service.user(), "deny", redirect_uri=home).code is None
    assert paused.decide("allow").code


@pytest.mark.parametrize(("decision", "answer"), [("allow", "Accept"), ("deny", "Reject")])
def test_pages_made_by_scripts(chromium: Chromium, decision: Decision, answer: str) -> None:
    """An application of one page is understood as it stands on the screen."""
    back = redirect(f"{HOME}?code=abc")
    pages = {"GET /authorize": Reply(APP), "POST /in": Reply("{}"), "GET /decide": back}
    with open_site(pages) as site:
        found = visit(site, chromium, decision)
        assert site.heard[1].body == "ann/pass-of-ann"
        assert site.heard[-1].query == (("answer", answer),)
    assert found.steps == ("username", "login", decision)
    assert found.redirect == f"{HOME}?code=abc"


def test_a_page_in_another_encoding(chromium: Chromium) -> None:
    """What the browser has read is read no second time in the encoding that the page came in."""
    written = (("Content-Type", "text/html; charset=iso-8859-1"),)
    login = "<form method=post action=/in><input name=email><input type=password><button>In"
    ask = "<a href=/yes>Autoriser</a> <a href=/no>D&eacute;cliner</a>"
    pages = {
        "GET /authorize": Reply(login, 200, written),
        "POST /in": Reply(ask, 200, written),
        "GET /no": redirect(f"{HOME}?error=access_denied"),
    }
    with open_site(pages) as site:
        assert dict(visit(site, chromium, "deny").query) == {"error": "access_denied"}


def test_where_the_browser_leaves_is_known_as_it_was_sent(chromium: Chromium) -> None:
    """A redirect to an application of the user's is told unchanged, though nobody serves it."""
    with open_site({"GET /authorize": redirect("app:/cb?code=x y")}) as site:
        assert visit(site, chromium).redirect == "app:/cb?code=x y"


def test_a_page_not_as_declared_leaves_a_picture(chromium: Chromium, tmp_path: Path) -> None:
    """The message names step, URL, what is there, and a picture in which nothing is legible."""
    page = "<title>Hm</title><form><input type=password name=pw value=hush></form>"
    chromium.pictures = tmp_path / "pictures"
    try:
        with (
            open_site({"GET /authorize": Reply(page)}) as site,
            pytest.raises(
                ConsentError, match=r"'login', at \S+/authorize: .*names 'a' and 'b'"
            ) as e,
        ):
            visit(site, chromium, login={"username": "a", "password": "b"})
    finally:
        chromium.pictures = None
    (picture,) = (tmp_path / "pictures").iterdir()
    assert f"a picture of the page is {picture}" in str(e.value)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_secrets_are_blurred(chromium: Chromium) -> None:
    """What is typed, what is known to be secret and whatever looks opaque is dots in a picture."""
    from conformance.targets.browser.screen import Screen  # noqa: PLC0415

    html = "<input value=typed><p>my pass-of-ann and SplxlOBeZQQYbYS6WxSbIA1 and words</p>"

    def look(context: Any) -> tuple[str, str]:  # noqa: ANN401
        page = context.new_page()
        page.set_content(html)
        Screen(page).picture("pass-of-ann")
        return page.input_value("input"), page.inner_text("p")

    dots = "\N{BULLET}" * 8
    assert chromium.use(look) == (dots, f"my {dots} and {dots} and words")
