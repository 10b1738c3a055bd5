"""HTML pages as a person meets them: forms, their fields, what is sent, what was done for it.

A page may be the one that a server sent, or what a browser has made of it; the controls of the
latter are stamped (see `screen`), and more of them can be pressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from lxml.html import HtmlElement
from urllib3.filepost import encode_multipart_formdata

from conformance.targets.consent.markup import (
    around,
    attribute,
    decoded,
    document,
    first,
    nearest,
    said,
)
from conformance.wire import Browser, Exchange

Pairs = tuple[tuple[str, str], ...]

STAMP = "data-conformance"
UNSEEN = "data-conformance-unseen"

_CONTROLS = ["input", "button", "select", "textarea"]
PAGE_TYPES = ("text/html", "application/xhtml+xml")
_HTML = (*PAGE_TYPES, "")
_PROLOG = re.compile(r"^\s*<\?xml[^>]*>")
_REFRESH = re.compile(r"\s*[0-5](?:\.\d*)?\s*[;,]\s*url\s*=\s*(?P<url>.+)", re.IGNORECASE)
_LEADING = re.compile(rb"http-equiv|submit\s*\(", re.IGNORECASE)
_SUBMITS = re.compile(r"\.(?:requestSubmit|submit)\s*\(")
_TYPED = ("text", "email", "tel", "search", "url", "number", "password")
_NEVER_SENT = ("submit", "image", "button", "reset", "file")


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does to a control: fills it with a text, ticks it or takes the tick, presses.

    To press a form is to press Enter in it.
    """

    verb: Literal["fill", "tick", "untick", "press"]
    control: HtmlElement = field(repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """A request that a page leads to, by a form, a link or a redirect, and the acts of the person.

    Without a screen the request is sent, with one the acts are done.
    """

    method: str
    url: str = field(repr=False)
    pairs: Pairs | None = field(default=None, repr=False)
    enctype: str = "application/x-www-form-urlencoded"
    acts: tuple[Act, ...] = field(default=(), repr=False)

    def says_no_more_than(self, other: Submission) -> bool:
        """Tell whether the target learns the same of another; scripts on a screen may tell more."""
        if any(STAMP in act.control.attrib for act in self.acts):
            return False
        return replace(self, acts=()) == replace(other, acts=())

    @property
    def shown(self) -> str:
        """Return the URL that a browser shows once it is there."""
        if self.pairs is None or self.method != "GET":
            return self.url
        return urlunsplit((*urlsplit(self.url)[:3], urlencode(self.pairs), ""))

    def send(self, browser: Browser, referer: str = "") -> Exchange:
        """Send it with the cookies of a browser; raises `ForeignHost` and `BudgetSpent`."""
        headers = {"Referer": referer} if referer else {}
        if self.pairs is None:
            return browser.send(self.method, self.url, headers=headers)
        if self.method == "GET":
            # The query of a form's action is replaced by the fields (HTML, form submission).
            bare = urlunsplit((*urlsplit(self.url)[:3], "", ""))
            return browser.send("GET", bare, query=self.pairs, headers=headers)
        if self.enctype == "multipart/form-data":
            body, headers["Content-Type"] = encode_multipart_formdata(list(self.pairs))
            return browser.send("POST", self.url, body=body, headers=headers)
        return browser.send("POST", self.url, form=self.pairs, headers=headers)


class Form:
    """One form of a page, filled in step by step."""

    def __init__(
        self, tag: HtmlElement, controls: tuple[HtmlElement, ...], base: str, own: str = ""
    ) -> None:
        self._tag = tag
        self._base = base
        self._own = own or base
        self._acts: list[Act] = []
        self.controls = controls

    @property
    def buttons(self) -> tuple[HtmlElement, ...]:
        """Return the controls that submit the form, or that a script on the screen may hear."""
        return tuple(tag for tag in self.controls if seen(tag) and _pressed(tag))

    @property
    def scripted(self) -> tuple[HtmlElement, ...]:
        """Return the buttons that do nothing without a script."""
        return tuple(tag for tag in self.controls if kind(tag) == "button" and seen(tag))

    @property
    def typed(self) -> tuple[HtmlElement, ...]:
        """Return the one-line fields that a person types into."""
        return tuple(tag for tag in self.controls if kind(tag) in _TYPED and seen(tag))

    @property
    def choices(self) -> tuple[HtmlElement, ...]:
        """Return the boxes and radio buttons."""
        return tuple(tag for tag in self.controls if kind(tag) in ("checkbox", "radio"))

    def find(self, name: str, value: str | None = None) -> HtmlElement | None:
        """Return the control of a name and value, or the one that `css:` and a selector means.

        A visible control is taken before a hidden one, whose value a script would set.
        """
        if name.startswith("css:"):
            chosen = self._tag.cssselect(name.removeprefix("css:"))
            return next((tag for tag in self.controls if any(tag is one for one in chosen)), None)
        named = [tag for tag in self.controls if attribute(tag, "name") == name]
        visible = [tag for tag in named if kind(tag) != "hidden"]
        matching = [tag for tag in visible if value in (None, _value(tag))]
        return next(iter(matching or [tag for tag in named if kind(tag) == "hidden"]), None)

    def fill(self, control: HtmlElement, text: str) -> None:
        """Type a text into a field, or choose the option of a list that has this value."""
        self._acts.append(Act("fill", control, text))
        if control.tag != "select":
            control.set("value", text)
            return
        for option in control.iter("option"):
            option.attrib.pop("selected", None)
            if _value(option) == text:
                option.set("selected", "")

    def tick(self, control: HtmlElement, *, on: bool = True) -> None:
        """Tick a box or choose a radio button, or take the tick away."""
        self._acts.append(Act("tick" if on else "untick", control))
        group = self.controls if kind(control) == "radio" else (control,)
        for tag in group:
            same_choice = attribute(tag, "name") == attribute(control, "name")
            if tag is control or (kind(tag) == "radio" and same_choice):
                tag.attrib.pop("checked", None)
        if on:
            control.set("checked", "")

    def submission(self, button: HtmlElement | None) -> Submission:
        """Return what is sent when a button is pressed (None: when Enter is)."""
        method = self._chosen("method", button).upper()
        action = self._chosen("action", button)
        return Submission(
            "POST" if method == "POST" else "GET",
            _joined(self._base, action) if action else self._own,
            tuple(self._sent(button)),
            self._chosen("enctype", button).lower(),
            (*self._acts, Act("press", self._tag if button is None else button)),
        )

    def _chosen(self, name: str, button: HtmlElement | None) -> str:
        by_button = "" if button is None else attribute(button, f"form{name}")
        return by_button or attribute(self._tag, name)

    def _sent(self, button: HtmlElement | None) -> Iterator[tuple[str, str]]:
        for tag in self.controls:
            name = attribute(tag, "name")
            if not name or "disabled" in tag.attrib or tag.tag not in _CONTROLS:
                continue
            if tag.tag == "select":
                yield from ((name, _value(option)) for option in _selected(tag))
            elif tag is button and kind(tag) == "image":
                yield from ((f"{name}.{axis}", "1") for axis in "xy")
            elif tag is button or kind(tag) not in (*_NEVER_SENT, "checkbox", "radio"):
                yield name, _value(tag)
            elif "checked" in tag.attrib:
                yield name, _value(tag) or "on"


class Page:
    """A page that was shown, and the forms and links on it."""

    def __init__(self, exchange: Exchange) -> None:
        answer = exchange.response
        is_html = answer is not None and answer.media_type in _HTML and b"<" in answer.body
        text = _PROLOG.sub("", decoded(answer)) if answer and is_html else ""
        self._root = document(text)
        self._answer = answer
        self.status = exchange.status
        self._own = exchange.request.url
        base = next((tag for tag in self._root.iter("base") if "href" in tag.attrib), None)
        self._base = self._own if base is None else _joined(self._own, attribute(base, "href"))
        self.forms = tuple(self._forms())

    @property
    def links(self) -> tuple[HtmlElement, ...]:
        """Return the links that lead somewhere."""
        return tuple(tag for tag in self._root.iter("a") if "href" in tag.attrib and seen(tag))

    @property
    def offers(self) -> bool:
        """Tell whether there is anything for a person to use."""
        return bool(self._fields or self.links)

    @property
    def scripted(self) -> bool:
        """Tell whether scripts may put more on the page."""
        return first(self._root, "script") is not None

    @property
    def onward(self) -> Submission | None:
        """Return where the page leads by itself, without anything for a person to do, or None.

        That is a refresh (HTML, the state Refresh of `meta`), or a form that holds nothing but
        hidden fields and is submitted by a script.
        """
        for refresh in filter(_is_refresh, self._root.iter("meta")):
            found = _refreshed(self._base, attribute(refresh, "content"))
            if found and around(refresh, "noscript") is None:
                return found
        body = first(self._root, "body")
        onload = "" if body is None else attribute(body, "onload")
        told = (*(tag.text or "" for tag in self._root.iter("script")), onload)
        if len(self.forms) != 1 or not any(map(_SUBMITS.search, told)):
            return None
        unseen = all(
            kind(tag) == "hidden" or around(tag, "noscript") is not None for tag in self._fields
        )
        return self.forms[0].submission(None) if unseen else None

    def follow(self, link: HtmlElement) -> Submission:
        """Return what is sent when a link is followed."""
        there = _joined(self._base, attribute(link, "href"))
        return Submission("GET", there, acts=(Act("press", link),))

    def describe(self) -> str:
        """Say what is on the page, without any value of a field."""
        if self._answer and not len(self._root):
            return f"status {self.status}, {self._answer.media_type or 'no'} content, no form"
        title = next((label(tag)[:60] for tag in self._root.iter("title")), "")
        names = [attribute(tag, "name") for form in self.forms for tag in form.controls]
        buttons = [label(tag)[:30] for form in self.forms for tag in form.buttons]
        return (
            f"status {self.status}, title {title!r}, form fields:"
            f" {', '.join(name for name in dict.fromkeys(names) if name) or 'none'},"
            f" buttons: {', '.join(repr(text) for text in buttons) or 'none'}"
        )

    @property
    def _fields(self) -> tuple[HtmlElement, ...]:
        return tuple(filter(_control, self._root.iter("*")))

    def _forms(self) -> Iterator[Form]:
        """Yield the forms; on a screen what stands in none of them makes up one more.

        A page may hold thousands of forms and fields, so each is looked at once.
        """
        inside = nearest(self._root, "form")
        held: dict[HtmlElement, list[HtmlElement]] = {tag: [] for tag in self._root.iter("form")}
        named = {tag.get("id"): tag for tag in reversed(held) if tag.get("id")}
        loose = []
        for control in self._fields:
            own = control.get("form")
            holder = inside.get(control) if own is None else named.get(own)
            if holder is not None:
                held[holder].append(control)
            elif STAMP in control.attrib:
                loose.append(control)
        yield from (Form(tag, tuple(its), self._base, self._own) for tag, its in held.items())
        body = first(self._root, "body")
        if loose and body is not None:
            yield Form(body, tuple(loose), self._base, self._own)


def onward(exchange: Exchange) -> Submission | None:
    """Return where a page leads by itself, if it does; pages that cannot are not parsed for it.

    The header Refresh leads browsers on as the element `meta` does.
    """
    answer = exchange.response
    if answer is None:
        return None
    found = _refreshed(exchange.request.url, answer.header("Refresh") or "")
    return found or (Page(exchange).onward if _LEADING.search(answer.body) else None)


def kind(tag: HtmlElement) -> str:
    """Return what a control is, by its type or its tag."""
    defaults = {"input": "text", "button": "submit"}
    name = str(tag.tag)
    return (attribute(tag, "type") or defaults.get(name, name)).lower()


def seen(tag: HtmlElement) -> bool:
    """Tell whether a person can see a control; without a screen only what is plainly hidden is."""
    style = attribute(tag, "style").replace(" ", "").lower()
    return not (UNSEEN in tag.attrib or "hidden" in tag.attrib or "display:none" in style)


def label(tag: HtmlElement) -> str:
    """Return what a person reads on a control."""
    shown = said(tag)
    named = (attribute(tag, name) for name in ("value", "alt", "aria-label", "title"))
    return shown or next(filter(None, named), "")


def caption(tag: HtmlElement) -> str:
    """Return what a person reads beside a field: its label, its hint."""
    root = next(iter([*tag.iterancestors("form")][-1:]), None)
    root = next(tag.iterancestors("body"), tag) if root is None else root
    own = attribute(tag, "id")
    labels = [one for one in root.iter("label") if own and attribute(one, "for") == own]
    told = [said(one) for one in (*labels, *[*tag.iterancestors("label")][:1])]
    hints = (attribute(tag, name) for name in ("aria-label", "placeholder", "title"))
    return " ".join(filter(None, (*told, *hints)))


def _refreshed(base: str, content: str) -> Submission | None:
    found = _REFRESH.match(content)
    return Submission("GET", _joined(base, found["url"].strip("\"' "))) if found else None


def _is_refresh(tag: HtmlElement) -> bool:
    return attribute(tag, "http-equiv").lower() == "refresh"


def _control(tag: HtmlElement) -> bool:
    return tag.tag in _CONTROLS or (attribute(tag, "role") == "button" and STAMP in tag.attrib)


def _joined(base: str, reference: str) -> str:
    """Return where a reference on a page leads; one that is none as it stands."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _pressed(tag: HtmlElement) -> bool:
    on_screen = STAMP in tag.attrib
    return kind(tag) in ("submit", "image") or (
        on_screen and (kind(tag) == "button" or attribute(tag, "role") == "button")
    )


def _value(tag: HtmlElement) -> str:
    if "value" in tag.attrib:
        return attribute(tag, "value")
    return tag.text_content() if tag.tag in ("textarea", "option") else ""


def _selected(select: HtmlElement) -> list[HtmlElement]:
    options = [*select.iter("option")]
    chosen = [option for option in options if "selected" in option.attrib]
    return chosen or ([] if "multiple" in select.attrib else options[:1])
