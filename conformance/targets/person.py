"""A user who logs in and decides, page by page, as the target file declares the pages or by guess.

What is declared is never guessed. A guess goes by words that such pages use in English.
"""

from __future__ import annotations

import re
from typing import Literal

from bs4 import Tag

from conformance.targets.errors import ConsentError
from conformance.targets.forms import Form, Page, Submission, attribute, kind, label
from conformance.targets.grants import User
from conformance.targets.tables import Consent as Settings
from conformance.targets.tables import Control
from conformance.targets.walk import Way

Decision = Literal["allow", "deny", "leave"]

_PAGES = 12
_ALLOW = frozenset(
    ("allow", "authorize", "authorise", "approve", "accept", "yes", "grant", "continue", "confirm")
)
_DENY = frozenset(("deny", "cancel", "refuse", "reject", "no", "decline", "disallow", "abort"))
_NOT = frozenset(("not", "don't", "never"))
_REFUSED = 400  # RFC 9110 section 15: the first status of an error


class Person:
    """One user on the way through the pages."""

    def __init__(self, settings: Settings, user: User, decision: Decision, way: Way) -> None:
        self._settings = settings
        self._user = user
        self._decision = decision
        self._way = way

    def proceed(self) -> None:
        """Do what the pages ask for until nothing is left to do; raises `ConsentError`."""
        for _ in range(_PAGES):
            shown = self._way.page
            if self._way.over or shown is None or not self._act(Page(shown)):
                return
        raise self._problem("pages", f"more than {_PAGES} pages in a row")

    def _act(self, page: Page) -> bool:
        """Do what one page asks for; return False where it asks for nothing more."""
        login = self._login_form(page)
        stays = self._decision == "leave"
        if login is not None and not (stays and self._declared(login, "allow")):
            self._log_in(page, login)
            return True
        if stays and page.status < _REFUSED:
            return False
        found = None if stays else self._decided(page)
        if found is not None:
            self._press(self._decision, found)
        elif self._decision not in self._way.steps:
            raise self._no_control(page)
        return found is not None

    # Logging in

    def _login_form(self, page: Page) -> Form | None:
        found = next((form for form in page.forms if any(self._fields(form))), None)
        asked = any(kind(tag) == "password" for form in page.forms for tag in form.typed)
        if found is None and asked and "login" not in self._way.steps:
            names = self._settings.login
            declared = f"{names.username!r} and {names.password!r}" if names else "nothing"
            raise self._problem(
                "login", f"[consent].login names {declared}, but there is {page.describe()}"
            )
        return found

    def _fields(self, form: Form) -> tuple[Tag | None, Tag | None]:
        """Return the fields of a form for the user's name and password."""
        if self._settings.login is not None:
            names = (self._settings.login.username, self._settings.login.password)
            username, password = (form.find(name) for name in names)
            return _if_typed(form, username), _if_typed(form, password)
        passwords = [tag for tag in form.typed if kind(tag) == "password"]
        if len(passwords) != 1:  # two: a page to sign up, or to change a password
            return None, None
        before = form.typed[: next(i for i, tag in enumerate(form.typed) if tag is passwords[0])]
        return (before[-1] if before else None), passwords[0]

    def _log_in(self, page: Page, form: Form) -> None:
        username, password = self._fields(form)
        step = "username" if password is None else "login"
        if step in self._way.steps:
            raise self._problem(
                "login",
                f"login refused: the form came again ({page.describe()}); look at the name and"
                f" password of [{self._user.role}], and at [consent].login",
            )
        for field, text in ((username, self._user.name), (password, self._user.password)):
            if field is not None:
                form.fill(field, text)
        control = self._declared(form, self._decision)  # a page may ask for both at once
        if control is None:
            self._press(step, form.submission(_default(form)))
        else:
            self._press(step, self._used(form, control), self._decision)

    # Deciding

    def _decided(self, page: Page) -> Submission | None:
        """Return what carries the decision out, or None where the page offers nothing."""
        if self._control(self._decision) is not None:
            found = ((form, self._declared(form, self._decision)) for form in page.forms)
            return next((self._used(form, tag) for form, tag in found if tag is not None), None)
        return self._without_the_tick(page) or _guessed(page, self._decision)

    def _without_the_tick(self, page: Page) -> Submission | None:
        """Deny by leaving alone the box that allows."""
        for form in page.forms if self._decision == "deny" else ():
            box = self._declared(form, "allow")
            if box is not None and kind(box) == "checkbox":
                form.tick(box, on=False)
                return form.submission(_default(form))
        return None

    def _control(self, decision: Decision) -> Control | None:
        return {"allow": self._settings.allow, "deny": self._settings.deny}.get(decision)

    def _declared(self, form: Form, decision: Decision) -> Tag | None:
        control = self._control(decision)
        return form.find(control.name, control.value) if control else None

    def _used(self, form: Form, tag: Tag) -> Submission:
        """Press a button, tick a box, or set a field that a script would set."""
        if any(tag is button for button in form.buttons):
            return form.submission(tag)
        if kind(tag) in ("checkbox", "radio"):
            form.tick(tag)
        else:
            control = self._control(self._decision)
            form.fill(tag, (control.value if control else None) or "")
        return form.submission(_default(form))

    def _press(self, step: str, submission: Submission, *also: str) -> None:
        self._way.steps += (step, *also)
        self._way.go(step, submission)

    # Not as declared

    def _no_control(self, page: Page) -> ConsentError:
        if self._decision == "leave":
            return self._problem("consent page", f"the target refuses: {page.describe()}")
        return self._problem(
            self._decision,
            f"nothing here lets a user {self._decision}: {page.describe()};"
            f" name the control as [consent].{self._decision}",
        )

    def _problem(self, step: str, found: str) -> ConsentError:
        page = self._way.page
        return ConsentError(step, page.request.url if page else "", found, page)


def _guessed(page: Page, decision: Decision) -> Submission | None:
    for form in page.forms:
        for button in form.buttons:
            if decision in (_meaning(label(button)) or _meaning(attribute(button, "value")) or ()):
                return form.submission(button)
    for link in page.links if decision == "deny" else ():
        if _words(label(link)) and _words(label(link)) <= _DENY:
            return page.follow(link)
    return None


def _meaning(text: str) -> tuple[Decision, ...]:
    words = _words(text)
    if words & _DENY or (words & _ALLOW and words & _NOT):
        return ("deny",)
    return ("allow",) if words & _ALLOW else ()


def _words(text: str) -> frozenset[str]:
    return frozenset(
        re.findall(r"[a-z']+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    )


def _default(form: Form) -> Tag | None:
    """Return the button that Enter presses: the first one, unless it denies."""
    return next((tag for tag in form.buttons if "deny" not in _meaning(label(tag))), None)


def _if_typed(form: Form, tag: Tag | None) -> Tag | None:
    return tag if any(tag is typed for typed in form.typed) else None
