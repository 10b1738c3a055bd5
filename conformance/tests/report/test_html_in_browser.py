"""`report.html` in a real browser: it unfolds, it is searched, and nothing in it is obeyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.evidence import Record
from conformance.report import html
from conformance.targets.browser.chromium import Chromium
from conformance.verdict.results import Results

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Visit = Callable[[str, "Callable[[Page], object]"], object]


@pytest.fixture
def visit(chromium: Chromium, record: Record, results: Results, tmp_path: Path) -> Visit:
    """Return what opens the report at a place and looks at it; the browser must not complain."""
    file = tmp_path / "report.html"
    file.write_bytes(html.render(record, results))

    def go(place: str, look: Callable[[Page], object]) -> object:
        def act(context: BrowserContext) -> object:
            page = context.new_page()
            complaints: list[str] = []
            asked: list[str] = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("dialog", lambda dialog: complaints.append(dialog.message))
            page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
            page.goto(f"{file.as_uri()}{place}")
            seen = look(page)
            assert complaints == []
            assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}
            return seen

        return chromium.use(act)

    return go


def test_a_link_to_a_requirement_opens_it(visit: Visit) -> None:
    """Whoever follows a link sees what it is about, unfolded."""
    assert visit("#KM-72", lambda page: page.locator("#KM-72 dl").is_visible()) is True


def test_evidence_unfolds_where_it_is_asked_for(visit: Visit) -> None:
    """A check that passed unpacks its drawing; before that there is none."""

    def look(page: Page) -> tuple[int, str]:
        check = page.locator("[id='check-placement.accepted[header]']")
        before = check.locator("svg").count()
        check.locator("summary").click()
        check.locator("svg").wait_for()
        return before, check.locator(".step text").nth(1).text_content() or ""

    assert visit("", look) == (0, "GET /queue access-token#1")


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("search.value = 'opener'; apply()", ["KM-42", "popup.opener"]),
        ("buttons.find((one) => one.value === 'fail').click()", ["KM-34", "code.single-use"]),
    ],
)
def test_it_is_searched_and_filtered(visit: Visit, act: str, left: list[str]) -> None:
    """Requirements and checks that do not fit are gone, and so are the headings above them."""

    def look(page: Page) -> list[str]:
        page.evaluate(act)
        shown = page.locator("[data-verdict]:not([hidden])")
        return [text.split()[2] for text in shown.locator("summary, p").all_text_contents()]

    assert visit("", look) == left


def test_nothing_that_the_target_said_is_obeyed(visit: Visit) -> None:
    """With everything unfolded no markup of an answer has become a part of the page."""

    def look(page: Page) -> object:
        return page.evaluate(
            """async () => {
                for (const one of document.querySelectorAll("details")) await unpack(one);
                return [document.querySelectorAll("img, iframe, form, [onerror]").length,
                        document.querySelectorAll("script").length,
                        document.body.textContent.includes("<script>alert(1)</script>")];
            }"""
        )

    assert visit("", look) == [0, 1, True]


def test_it_fits_a_telephone(visit: Visit) -> None:
    """On a narrow screen nothing but a drawing has to be moved sideways."""

    def look(page: Page) -> object:
        page.set_viewport_size({"width": 360, "height": 800})
        return page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    assert visit("", look) is True
