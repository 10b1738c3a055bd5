"""A user who logs in and decides, page by page, as the target file declares the pages or by guess.

What is declared is never guessed; `guess` understands the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Literal

from lxml.html import HtmlElement

from conformance.targets.consent import guess
from conformance.targets.consent.forms import Form, Page, Submission, kind, label
from conformance.targets.consent.walk import Way
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.description.tables import Control
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User

Decision = Literal["allow", "deny", "leave"]

_PAGES = 12
_REFUSED = 400  # RFC 9110 section 15: the first status of an error
_FAILED = 500  # and the first that is the server's own
_NOT_NOW = (408, 429)
_BROWSER = 'say driver = "browser" in [consent]'
LOG_IN = frozenset({"username", "login"})
"""The steps by which a user says who they are."""


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
        if login is not None and not (stays and self._decides(login, "allow") is not None):
            self._log_in(page, login)
            return True
        if self._passes(page, guess.harmless_way):
            return True
        if stays and page.status < _REFUSED:
            return False
        found = None if stays else self.decided(page)
        if found is not None:
            self._expect_a_difference(found, page)
            self._press(self._decision, found)
            return True
        if self._has_decided:
            return False
        # That a way on decides nothing is known where the control that allows is declared.
        may_pass = self._settings.allow and self._passes(page, guess.only_way)
        return may_pass or self._finds_the_way_in(page)

    @property
    def _has_decided(self) -> bool:
        """Tell whether the user decided: what was pressed before the login let them go on."""
        since = takewhile(lambda step: step not in LOG_IN, reversed(self._way.steps))
        return self._decision in since

    def _passes(self, page: Page, way: Callable[[Page], Submission | None]) -> bool:
        """Go on from a page between, such as new terms of use, that lets a user do nothing else.

        Raises `ConsentError` where that may have been the page to decide on, since it was the last.
        """
        declared = any(self._declared(form, "allow") is not None for form in page.forms)
        on = None if declared or page.status >= _REFUSED else way(page)
        if on is None:
            return False
        self._press("on", on)
        undecided = self._way.over and not self._has_decided
        if undecided and self._decision == "deny":
            raise self._no_control(page)
        if undecided and self._decision == "leave" and not self._settings.allow:
            may = f"what goes on may be what allows: {page.describe()}"
            raise self._problem("leave", f"{may}; name the control that does as [consent].allow")
        return True

    # Logging in

    def _login_form(self, page: Page) -> Form | None:
        if self._settings.login is None:
            known = not LOG_IN.isdisjoint(self._way.steps)
            return guess.login_form(page) or (None if known else guess.name_form(page))
        found = next((form for form in page.forms if self._fields(form) != (None, None)), None)
        asked = any(guess.passwords(form) for form in page.forms)
        if found is None and asked and "login" not in self._way.steps:
            names = self._settings.login
            raise self._problem(
                "login",
                f"[consent].login names {names.username!r} and {names.password!r},"
                f" but there is {page.describe()}",
            )
        return found

    def _fields(self, form: Form) -> tuple[HtmlElement | None, HtmlElement | None]:
        """Return the fields of a form for the user's name and password."""
        if self._settings.login is not None:
            names = (self._settings.login.username, self._settings.login.password)
            username, password = (form.find(name) for name in names)
            return _if_typed(form, username), _if_typed(form, password)
        return guess.fields(form)

    def _finds_the_way_in(self, page: Page) -> bool:
        """Follow a link to the login, where that is all that a first page offers."""
        link = None if self._way.steps or self._settings.login else guess.way_in(page)
        if link is None:
            raise self._no_control(page)
        self._press("way in", link)
        return True

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
        control = self._decides(form, self._decision)
        if control is None:
            self._press(step, form.submission(guess.enters(form)))
        else:
            decided = self._used(form, control)
            self._expect_a_difference(decided, page)
            self._press(step, decided, self._decision)

    # Deciding

    def decided(self, page: Page) -> Submission | None:
        """Return what carries the decision out, or None where the page offers nothing."""
        if self._control(self._decision) is not None:
            found = ((form, self._declared(form, self._decision)) for form in page.forms)
            return next((self._used(form, tag) for form, tag in found if tag is not None), None)
        return self._without_the_tick(page) or self._guessed(page)

    def _guessed(self, page: Page) -> Submission | None:
        if self._decision == "leave":
            return None
        return guess.decided(page, self._decision, before=not self._has_decided)

    def _without_the_tick(self, page: Page) -> Submission | None:
        """Deny by leaving alone the box that allows."""
        for form in page.forms if self._decision == "deny" else ():
            box = self._declared(form, "allow")
            if box is not None and kind(box) == "checkbox":
                form.tick(box, on=False)
                return form.submission(guess.enters(form))
        return None

    def _control(self, decision: Decision) -> Control | None:
        return {"allow": self._settings.allow, "deny": self._settings.deny}.get(decision)

    def _declared(self, form: Form, decision: Decision) -> HtmlElement | None:
        control = self._control(decision)
        return form.find(control.name, control.value) if control else None

    def _decides(self, form: Form, decision: Decision) -> HtmlElement | None:
        """Return what carries a decision out in the form to log in: it may ask for both at once."""
        if self._control(decision) is not None:
            return self._declared(form, decision)
        return guess.either(form, decision)

    def _used(self, form: Form, tag: HtmlElement) -> Submission:
        """Press a button, tick a box, or set a field that a script would set."""
        if any(tag is button for button in form.buttons):
            if self._decision == "allow":
                guess.tick_permissions(form)
            return form.submission(tag)
        if kind(tag) in ("checkbox", "radio"):
            form.tick(tag)
        else:
            control = self._control(self._decision)
            form.fill(tag, (control.value if control else None) or "")
        return form.submission(guess.enters(form))

    def _expect_a_difference(self, denial: Submission, page: Page) -> None:
        """Raise `ConsentError` where what denies would allow, were it not for a script."""
        if self._decision != "deny":
            return
        permission = Person(self._settings, self._user, "allow", self._way).decided(page)
        if permission is not None and denial.says_no_more_than(permission):
            raise self._problem(
                "deny",
                "what denies here sends the same as what allows, so only a script tells them apart;"
                f" {_BROWSER}",
            )

    def _press(self, step: str, submission: Submission, *also: str) -> None:
        self._way.steps += (step, *also)
        self._way.go(step, submission)

    # Not as declared

    def _no_control(self, page: Page) -> ConsentError:
        if self._decision == "leave" or (page.status >= _REFUSED and not page.forms):
            what, advice = _refusal(page.status)
            refused = page.status < _FAILED and page.status not in _NOT_NOW
            blind = refused and self._way.steps and self._settings.driver == "form"
            also = f"; or, where a script fills in what is sent, {_BROWSER}" if blind else ""
            found = f"the target {what}: {page.describe()}; {advice}{also}"
            return self._problem("consent page", found)
        return self._problem(
            self._decision,
            f"nothing here lets a user {self._decision}: {page.describe()}; {self._missing(page)}",
        )

    def _missing(self, page: Page) -> str:
        """Say what to do about a page without the control that was looked for."""
        if page.offers or not page.scripted:
            asks = not self._way.steps and any(form.typed for form in page.forms)
            login = ", or the fields of a login as [consent].login" if asks else ""
            return f"name the control as [consent].{self._decision}{login}{self._dead(page)}"
        if self._settings.driver == "form":
            return f"where scripts make the page, {_BROWSER}"
        return "its scripts put nothing there"

    def _dead(self, page: Page) -> str:
        """Say what to do about buttons that do nothing without a script, where none is run."""
        labels = [repr(label(tag)[:30]) for form in page.forms for tag in form.scripted]
        if self._settings.driver != "form" or not labels:
            return ""
        return f"; or, since only a script knows what {', '.join(labels)} does, {_BROWSER}"

    def _problem(self, step: str, found: str) -> ConsentError:
        page = self._way.page
        return ConsentError(step, page.request.url if page else "", found, page)


def _refusal(status: int) -> tuple[str, str]:
    """Return what a page that lets nobody go on means, and what to do about it."""
    if status >= _FAILED:
        return "fails", "its own log may say why"
    if status in _NOT_NOW:
        return "wants to be asked later", "lift its limit, or lower the rate in [limits]"
    return (
        "refuses",
        "look at the client's id, redirect_uri and scope, and at [authorize].parameters",
    )


def _if_typed(form: Form, tag: HtmlElement | None) -> HtmlElement | None:
    return tag if any(tag is typed for typed in form.typed) else None
