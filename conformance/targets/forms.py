"""HTML pages as a person without scripts meets them: forms, their fields, what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag
from urllib3.filepost import encode_multipart_formdata

from conformance.wire import Browser, Exchange

Pairs = tuple[tuple[str, str], ...]

_HTML = ("text/html", "application/xhtml+xml", "")
_PROLOG = re.compile(r"^\s*<\?xml[^>]*>")
_TYPED = ("text", "email", "tel", "search", "url", "number", "password")
_NEVER_SENT = ("submit", "image", "button", "reset", "file")


@dataclass(frozen=True, slots=True)
class Submission:
    """A request that a page leads to: by a form, a link or a redirect."""

    method: str
    url: str = field(repr=False)
    pairs: Pairs | None = field(default=None, repr=False)
    enctype: str = "application/x-www-form-urlencoded"

    def send(self, browser: Browser) -> Exchange:
        """Send it with the cookies of a browser; raises `ForeignHost` and `BudgetSpent`."""
        if self.pairs is None:
            return browser.send(self.method, self.url)
        if self.method == "GET":
            # The query of a form's action is replaced by the fields (HTML, form submission).
            bare = urlunsplit((*urlsplit(self.url)[:3], "", ""))
            return browser.send("GET", bare, query=self.pairs)
        if self.enctype == "multipart/form-data":
            body, content_type = encode_multipart_formdata(list(self.pairs))
            return browser.send("POST", self.url, body=body, headers={"Content-Type": content_type})
        return browser.send("POST", self.url, form=self.pairs)


class Form:
    """One form of a page, filled in step by step."""

    def __init__(self, tag: Tag, controls: tuple[Tag, ...], base: str) -> None:
        self._tag = tag
        self._base = base
        self.controls = controls

    @property
    def buttons(self) -> tuple[Tag, ...]:
        """Return the controls that submit the form."""
        return tuple(tag for tag in self.controls if kind(tag) in ("submit", "image"))

    @property
    def typed(self) -> tuple[Tag, ...]:
        """Return the one-line fields that a person types into."""
        return tuple(tag for tag in self.controls if kind(tag) in _TYPED)

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
        """Type a text into a field."""
        control["value"] = text

    def tick(self, control: Tag, *, on: bool = True) -> None:
        """Tick a box or choose a radio button, or take the tick away."""
        for tag in self.controls:
            same_choice = attribute(tag, "name") == attribute(control, "name")
            if tag is control or (kind(control) == kind(tag) == "radio" and same_choice):
                tag.attrs.pop("checked", None)
        if on:
            control["checked"] = ""

    def submission(self, button: Tag | None) -> Submission:
        """Return what is sent when a button is pressed (None: when Enter is)."""
        method = self._chosen("method", button).upper()
        return Submission(
            "POST" if method == "POST" else "GET",
            urljoin(self._base, self._chosen("action", button)),
            tuple(self._sent(button)),
            self._chosen("enctype", button).lower(),
        )

    def _chosen(self, name: str, button: Tag | None) -> str:
        by_button = attribute(button, f"form{name}") if button else ""
        return by_button or attribute(self._tag, name)

    def _sent(self, button: Tag | None) -> Iterator[tuple[str, str]]:
        for tag in self.controls:
            name = attribute(tag, "name")
            if not name or tag.has_attr("disabled"):
                continue
            if tag.name == "select":
                yield from ((name, _value(option)) for option in _selected(tag))
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
        own = exchange.request.url
        self._base = urljoin(own, attribute(base, "href")) if base else own
        self.forms = tuple(self._form(tag) for tag in self._soup.find_all("form"))

    @property
    def links(self) -> tuple[Tag, ...]:
        """Return the links that lead somewhere."""
        return tuple(self._soup.find_all("a", href=True))

    def follow(self, link: Tag) -> Submission:
        """Return what is sent when a link is followed."""
        return Submission("GET", urljoin(self._base, attribute(link, "href")))

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

    def _form(self, tag: Tag) -> Form:
        owner = attribute(tag, "id")
        controls = self._soup.find_all(["input", "button", "select", "textarea"])
        own = [
            control
            for control in controls
            if (control.get("form") == owner and owner)
            or (not control.has_attr("form") and control.find_parent("form") is tag)
        ]
        return Form(tag, tuple(own), self._base)


def attribute(tag: Tag, name: str) -> str:
    """Return an attribute of a tag, or an empty text."""
    found = tag.get(name)
    return found if isinstance(found, str) else ""


def kind(tag: Tag) -> str:
    """Return what a control is, by its type or its tag."""
    defaults = {"input": "text", "button": "submit"}
    return (attribute(tag, "type") or defaults.get(tag.name, tag.name)).lower()


def label(tag: Tag) -> str:
    """Return what a person reads on a control."""
    shown = tag.get_text(" ", strip=True)
    return shown or attribute(tag, "value") or attribute(tag, "aria-label")


def _value(tag: Tag) -> str:
    if tag.has_attr("value"):
        return attribute(tag, "value")
    return tag.get_text() if tag.name in ("textarea", "option") else ""


def _selected(select: Tag) -> list[Tag]:
    options = select.find_all("option")
    chosen = [option for option in options if option.has_attr("selected")]
    return chosen or ([] if select.has_attr("multiple") else options[:1])
