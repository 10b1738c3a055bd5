"""One window of a browser, as a person looks at it and uses it.

What is seen is the page as its scripts have made it, each control with a stamp; what is done to a
control is done to the one with its stamp.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from conformance.targets.consent.forms import STAMP, UNSEEN, Act, Submission, kind, label
from conformance.targets.consent.markup import attribute
from conformance.targets.errors import ConsentError
from conformance.wire import Exchange, Response

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_PATIENCE = 5000.0  # milliseconds that a control may take until it can be used

_LOOK = """([stamp, unseen]) => {
  const all = document.querySelectorAll('form, input, button, select, textarea, a, [role=button]');
  all.forEach((one, number) => {
    one.setAttribute(stamp, number);
    one.toggleAttribute(unseen, !one.checkVisibility({visibilityProperty: true}));
  });
  document.body?.setAttribute(stamp, 'body');
  const copy = document.documentElement.cloneNode(true);
  all.forEach((one, number) => {
    const twin = copy.querySelector(`[${stamp}="${number}"]`);
    if (twin && 'checked' in one) twin.toggleAttribute('checked', one.checked);
    if (twin && one.disabled) twin.toggleAttribute('disabled', true);
  });
  return '<!doctype html>' + copy.outerHTML;
}"""
_SET = "(one, text) => { one.value = text }"
_TICK = "(one, on) => { if (one.checked !== on) one.click() }"
_CLICK = "one => { setTimeout(() => one.click()) }"
_ENTER = """one => {
  const form = one.closest('form');
  if (form) setTimeout(() => form.requestSubmit());
}"""
# Before a picture is taken: what was typed, and whatever looks like a secret, becomes dots.
_BLUR = r"""secrets => {
  const dots = '\u2022'.repeat(8);
  const opaque = /(?=[\w.~+\/=-]*\d)[\w.~+\/=-]{16,}/g;
  document.querySelectorAll('input, textarea').forEach(one => {
    if (!['submit', 'button', 'reset', 'checkbox', 'radio', 'image', 'file'].includes(one.type)
        && one.value) one.value = dots;
  });
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    let text = node.nodeValue;
    for (const secret of secrets) text = text.split(secret).join(dots);
    text = text.replace(opaque, dots);
    if (text !== node.nodeValue) node.nodeValue = text;
  }
}"""


class Screen:
    """A window that shows a page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def look(self, shown: Exchange) -> Exchange:
        """Return the exchange that brought the page, with the page as it stands in its answer.

        However the page was written, that is in UTF-8. Raises Playwright's error where the window
        is just going elsewhere.
        """
        html = self._page.evaluate(_LOOK, [STAMP, UNSEEN])
        answer = shown.response or Response(0)
        others = tuple(pair for pair in answer.headers if pair[0].lower() != "content-type")
        told = ("Content-Type", f"{answer.media_type or 'text/html'}; charset=utf-8")
        now = replace(answer, headers=(*others, told), body=html.encode("utf-8", "replace"))
        return replace(shown, request=replace(shown.request, url=self._page.url), response=now)

    def carry_out(self, step: str, submission: Submission) -> None:
        """Do what leads to a submission; raises `ConsentError` where a control cannot be used."""
        from playwright.sync_api import Error, TimeoutError as TooLong  # noqa: I001, PLC0415

        for act in submission.acts:
            try:
                self._do(act)
            except TooLong:
                what = f"{label(act.control) or attribute(act.control, 'name')!r}"
                raise ConsentError(
                    step, self._page.url, f"the control {what} is there and cannot be used"
                ) from None
            except Error:
                if not self._page.is_closed():
                    raise

    def picture(self, *secrets: str) -> bytes:
        """Return a picture of the page, without what was typed and without secrets."""
        self._page.evaluate(_BLUR, [one for one in secrets if one])
        return self._page.screenshot(timeout=_PATIENCE)

    def _do(self, act: Act) -> None:
        found = self._page.locator(f'[{STAMP}="{attribute(act.control, STAMP)}"]').first
        if act.verb in ("tick", "untick"):
            found.evaluate(_TICK, act.verb == "tick", timeout=_PATIENCE)
        elif act.verb == "fill":
            _fill(found, act)
        elif act.control.tag in ("form", "body"):
            found.evaluate(_ENTER, timeout=_PATIENCE)
        else:
            _click(found)


def _fill(found: Locator, act: Act) -> None:
    if act.control.tag == "select":
        found.select_option(act.text, timeout=_PATIENCE)
    elif _is_hidden(act.control):
        found.evaluate(_SET, act.text, timeout=_PATIENCE)
    else:
        found.fill(act.text, timeout=_PATIENCE)


def _click(found: Locator) -> None:
    """Click on a control; what something else covers is told by a script."""
    from playwright.sync_api import TimeoutError as TooLong  # noqa: PLC0415

    try:
        found.click(no_wait_after=True, timeout=_PATIENCE / 5)
    except TooLong:
        if not found.is_enabled(timeout=_PATIENCE):
            raise
        found.evaluate(_CLICK, timeout=_PATIENCE)


def _is_hidden(tag: HtmlElement) -> bool:
    return kind(tag) == "hidden" or UNSEEN in tag.attrib
