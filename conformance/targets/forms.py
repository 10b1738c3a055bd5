"""HTML pages as a person meets them: forms, their fields, what is sent, what was done for it.

A page may be the one that a server sent, or what a browser has made of it; the controls of the
latter are stamped (see `screen`), and more of them can be pressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag
from urllib3.filepost import encode_multipart_formdata

from conformance.wire import Browser, Exchange

Pairs = tuple[tuple[str, str], ...]

STAMP = "data-conformance"
UNSEEN = "data-conformance-unseen"

_CONTROLS = ["input", "button", "select", "textarea"]
_HTML = ("text/html", "application/xhtml+xml", "")
_PROLOG = re.compile(r"^\s*<\?xml[^>]*>")
_REFRESH = re.compile(r"\s*[0-5](?:\.\d*)?\s*[;,]\s*url\s*=\s*(?P<url>.+)", re.IGNORECASE)
_LEADING = re.compile(rb"http-equiv|submit\s*\(", re.IGNORECASE)
_IS_REFRESH = re.compile("^refresh$", re.IGNORECASE)
_SUBMITS = re.compile(r"\.(?:requestSubmit|submit)\s*\(")
_TYPED = ("text", "email", "tel", "search", "url", "number", "password")
_NEVER_SENT = ("submit", "image", "button", "reset", "file")


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does to a control: fills it with a text, ticks it or takes the tick, presses.

    To press a form is to press Enter in it.
    """

    verb: Literal["fill", "tick", "untick", "press"]
    control: Tag = field(repr=False)
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

    def __init__(self, tag: Tag, controls: tuple[Tag, ...], base: str, own: str = "") -> None:
        self._tag = tag
        self._base = base
        self._own = own or base
        self._acts: list[Act] = []
        self.controls = controls

    @property
    def buttons(self) -> tuple[Tag, ...]:
        """Return the controls that submit the form, or that a script on the screen may hear."""
        return tuple(tag for tag in self.controls if seen(tag) and _pressed(tag))

    @property
    def scripted(self) -> tuple[Tag, ...]:
        """Return the buttons that do nothing without a script."""
        return tuple(tag for tag in self.controls if kind(tag) == "button" and seen(tag))

    @property
    def typed(self) -> tuple[Tag, ...]:
        """Return the one-line fields that a person types into."""
        return tuple(tag for tag in self.controls if kind(tag) in _TYPED and seen(tag))

    @property
    def choices(self) -> tuple[Tag, ...]:
        """Return the boxes and radio buttons."""
        return tuple(tag for tag in self.controls if kind(tag) in ("checkbox", "radio"))

    def find(self, name: str, value: str | None = None) -> Tag | None:
        """Return the control of a name and value, or the one that `css:` and a selector means.

        A visible control is taken before a hidden one, whose value a script would set.
        """
        if name.startswith("css:"):
            chosen = self._tag.select(name.removeprefix("css:"))
            return next((tag for tag in self.controls if any(tag is one for one in chosen)), None)
        named = [tag for tag in self.controls if attribute(tag, "name") == name]
        visible = [tag for tag in named if kind(tag) != "hidden"]
        matching = [tag for tag in visible if value in (None, _value(tag))]
        return next(iter(matching or [tag for tag in named if kind(tag) == "hidden"]), None)

    def fill(self, control: Tag, text: str) -> None:
        """Type a text into a field, or choose the option of a list that has this value."""
        self._acts.append(Act("fill", control, text))
        if control.name != "select":
            control["value"] = text
            return
        for option in control.find_all("option"):
            option.attrs.pop("selected", None)
            if _value(option) == text:
                option["selected"] = ""

    def tick(self, control: Tag, *, on: bool = True) -> None:
        """Tick a box or choose a radio button, or take the tick away."""
        self._acts.append(Act("tick" if on else "untick", control))
        for tag in self.controls:
            same_choice = attribute(tag, "name") == attribute(control, "name")
            if tag is control or (kind(control) == kind(tag) == "radio" and same_choice):
                tag.attrs.pop("checked", None)
        if on:
            control["checked"] = ""

    def submission(self, button: Tag | None) -> Submission:
        """Return what is sent when a button is pressed (None: when Enter is)."""
        method = self._chosen("method", button).upper()
        action = self._chosen("action", button)
        return Submission(
            "POST" if method == "POST" else "GET",
            _joined(self._base, action) if action else self._own,
            tuple(self._sent(button)),
            self._chosen("enctype", button).lower(),
            (*self._acts, Act("press", button or self._tag)),
        )

    def _chosen(self, name: str, button: Tag | None) -> str:
        by_button = attribute(button, f"form{name}") if button else ""
        return by_button or attribute(self._tag, name)

    def _sent(self, button: Tag | None) -> Iterator[tuple[str, str]]:
        for tag in self.controls:
            name = attribute(tag, "name")
            if not name or tag.has_attr("disabled") or tag.name not in _CONTROLS:
                continue
            if tag.name == "select":
                yield from ((name, _value(option)) for option in _selected(tag))
            elif tag is button and kind(tag) == "image":
                yield from ((f"{name}.{axis}", "1") for axis in "xy")
            elif tag is button or kind(tag) not in (*_NEVER_SENT, "checkbox", "radio"):
                yield name, _value(tag)
            elif tag.has_attr("checked"):
                yield name, _value(tag) or "on"


class Page:
    """A page that was shown, and the forms and links on it."""

    def __init__(self, exchange: Exchange) -> None:
        answer = exchange.response
        is_html = answer is not None and answer.media_type in _HTML and b"<" in answer.body
        text = _PROLOG.sub("", answer.text) if answer and is_html else ""
        self._soup = BeautifulSoup(text, "html.parser")
        self._answer = answer
        self.status = exchange.status
        base = self._soup.find("base", href=True)
        self._own = exchange.request.url
        self._base = _joined(self._own, attribute(base, "href")) if base else self._own
        self.forms = tuple(self._forms())

    @property
    def links(self) -> tuple[Tag, ...]:
        """Return the links that lead somewhere."""
        return tuple(filter(seen, self._soup.find_all("a", href=True)))

    @property
    def offers(self) -> bool:
        """Tell whether there is anything for a person to use."""
        return bool(self._fields or self.links)

    @property
    def scripted(self) -> bool:
        """Tell whether scripts may put more on the page."""
        return self._soup.find("script") is not None

    @property
    def onward(self) -> Submission | None:
        """Return where the page leads by itself, without anything for a person to do, or None.

        That is a refresh (HTML, the state Refresh of `meta`), or a form that holds nothing but
        hidden fields and is submitted by a script.
        """
        refresh = self._soup.find(
            "meta", attrs={"http-equiv": re.compile("^refresh$", re.IGNORECASE)}
        )
        found = _REFRESH.match(attribute(refresh, "content")) if refresh else None
        if refresh and found and not refresh.find_parent("noscript"):
            return Submission("GET", _joined(self._base, found["url"].strip("\"' ")))
        scripts = [tag.get_text() for tag in self._soup.find_all("script")]
        told = (*scripts, attribute(self._soup.body, "onload") if self._soup.body else "")
        if len(self.forms) != 1 or not any(map(_SUBMITS.search, told)):
            return None
        hidden = all(kind(tag) == "hidden" or tag.find_parent("noscript") for tag in self._fields)
        return self.forms[0].submission(None) if hidden else None

    def follow(self, link: Tag) -> Submission:
        """Return what is sent when a link is followed."""
        there = _joined(self._base, attribute(link, "href"))
        return Submission("GET", there, acts=(Act("press", link),))

    def describe(self) -> str:
        """Say what is on the page, without any value of a field."""
        if self._answer and not self._soup.contents:
            return f"status {self.status}, {self._answer.media_type or 'no'} content, no form"
        title = label(self._soup.title)[:60] if self._soup.title else ""
        names = [attribute(tag, "name") for form in self.forms for tag in form.controls]
        buttons = [label(tag)[:30] for form in self.forms for tag in form.buttons]
        return (
            f"status {self.status}, title {title!r}, form fields:"
            f" {', '.join(name for name in dict.fromkeys(names) if name) or 'none'},"
            f" buttons: {', '.join(repr(text) for text in buttons) or 'none'}"
        )

    @property
    def _fields(self) -> tuple[Tag, ...]:
        return tuple(tag for tag in self._soup.find_all(_control))

    def _forms(self) -> Iterator[Form]:
        """Yield the forms; on a screen what stands in none of them makes up one more."""
        for tag in self._soup.find_all("form"):
            owner = attribute(tag, "id")
            own = [
                control
                for control in self._fields
                if (control.get("form") == owner and owner)
                or (not control.has_attr("form") and control.find_parent("form") is tag)
            ]
            yield Form(tag, tuple(own), self._base, self._own)
        loose = [tag for tag in self._fields if tag.has_attr(STAMP) and not tag.find_parent("form")]
        if loose and self._soup.body:
            yield Form(self._soup.body, tuple(loose), self._base, self._own)


def onward(exchange: Exchange) -> Submission | None:
    """Return where a page leads by itself, if it does; pages that cannot are not parsed for it."""
    body = exchange.response.body if exchange.response else b""
    return Page(exchange).onward if _LEADING.search(body) else None


def attribute(tag: Tag, name: str) -> str:
    """Return an attribute of a tag, or an empty text."""
    found = tag.get(name)
    return found if isinstance(found, str) else ""


def kind(tag: Tag) -> str:
    """Return what a control is, by its type or its tag."""
    defaults = {"input": "text", "button": "submit"}
    return (attribute(tag, "type") or defaults.get(tag.name, tag.name)).lower()


def seen(tag: Tag) -> bool:
    """Tell whether a person can see a control; without a screen only what is plainly hidden is."""
    style = attribute(tag, "style").replace(" ", "").lower()
    return not (tag.has_attr(UNSEEN) or tag.has_attr("hidden") or "display:none" in style)


def label(tag: Tag) -> str:
    """Return what a person reads on a control."""
    shown = tag.get_text(" ", strip=True)
    named = (attribute(tag, name) for name in ("value", "alt", "aria-label", "title"))
    return shown or next(filter(None, named), "")


def caption(tag: Tag) -> str:
    """Return what a person reads beside a field: its label, its hint."""
    root = next(iter(tag.find_parents("form")[-1:]), None) or tag.find_parent("body") or tag
    own = attribute(tag, "id")
    labels = root.find_all("label", attrs={"for": own}) if own else []
    around = tag.find_parent("label")
    told = [one.get_text(" ", strip=True) for one in (*labels, *([around] if around else []))]
    hints = (attribute(tag, name) for name in ("aria-label", "placeholder", "title"))
    return " ".join(filter(None, (*told, *hints)))


def _control(tag: Tag) -> bool:
    return tag.name in _CONTROLS or (attribute(tag, "role") == "button" and tag.has_attr(STAMP))


def _joined(base: str, reference: str) -> str:
    """Return where a reference on a page leads; one that is none as it stands."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _pressed(tag: Tag) -> bool:
    on_screen = tag.has_attr(STAMP)
    return kind(tag) in ("submit", "image") or (
        on_screen and (kind(tag) == "button" or attribute(tag, "role") == "button")
    )


def _value(tag: Tag) -> str:
    if tag.has_attr("value"):
        return attribute(tag, "value")
    return tag.get_text() if tag.name in ("textarea", "option") else ""


def _selected(select: Tag) -> list[Tag]:
    options = select.find_all("option")
    chosen = [option for option in options if option.has_attr("selected")]
    return chosen or ([] if select.has_attr("multiple") else options[:1])
