"""What the controls of a page mean to a person whom nobody told: by the words that they bear.

The words are those of `lexicon`, in labels first, then in names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from lxml.html import HtmlElement

from conformance.targets.consent import lexicon
from conformance.targets.consent.forms import Form, Page, Submission, caption, kind, label
from conformance.targets.consent.lexicon import words
from conformance.targets.consent.markup import attribute

Meaning = Literal["allow", "deny"]


def meaning(tag: HtmlElement) -> Meaning | None:
    """Return whether a control allows or denies, by what it bears; or None."""
    texts = (label(tag), *(attribute(tag, name) for name in ("value", "name", "id")))
    if any(words(text) & lexicon.ELSEWHERE for text in texts):
        return None
    return next(filter(None, map(_meant, texts)), None)


def enters(form: Form) -> HtmlElement | None:
    """Return the button that takes a login on: not the one that denies, or that leads elsewhere."""
    own = [tag for tag in form.buttons if meaning(tag) != "deny"]
    straight = [tag for tag in own if not words(label(tag)) & lexicon.OTHERS]
    telling = [tag for tag in straight if words(label(tag)) & lexicon.LOG_IN]
    return next(iter(telling or straight or own), None)


def login_form(page: Page) -> Form | None:
    """Return the form with the one field for a password; not the one to sign up with."""
    found = [form for form in page.forms if len(passwords(form)) == 1]
    return min(found, key=_signs_up, default=None)


def name_form(page: Page) -> Form | None:
    """Return a form that asks for nothing but the name of a user, on the page before a password."""
    asked = (form for form in page.forms if not passwords(form) and form.buttons)
    return next((form for form in asked if len(form.typed) == 1 and _names(form.typed[0])), None)


def passwords(form: Form) -> list[HtmlElement]:
    """Return the fields for a password; where none hides what is typed, those named so."""
    masked = [tag for tag in form.typed if kind(tag) == "password"]
    return masked or [tag for tag in form.typed[1:] if _called(tag) & lexicon.PASSWORD]


def fields(form: Form) -> tuple[HtmlElement | None, HtmlElement | None]:
    """Return the fields for the user's name and the password."""
    asked = passwords(form)
    if not asked:
        return (form.typed[0] if len(form.typed) == 1 else None), None
    before = form.typed[: next(i for i, tag in enumerate(form.typed) if tag is asked[0])]
    told = [tag for tag in before if attribute(tag, "autocomplete") == "username"]
    named = told or [tag for tag in before if _names(tag)]
    return next(iter(named[:1] or before[-1:]), None), asked[0]


def way_in(page: Page) -> Submission | None:
    """Return the link from a page that only offers ways to log in, or None."""
    found = [
        tag for tag in page.links if words(label(tag)) & lexicon.LOG_IN and not _leads_off(tag)
    ]
    found.sort(key=lambda tag: not words(label(tag)) & lexicon.BY_PASSWORD)
    return page.follow(found[0]) if found else None


def harmless_way(page: Page) -> Submission | None:
    """Return the one way on from a page between that decides nothing, or None.

    It says no more than to go on, beside nothing that denies, and changes nothing: it is a link, or
    a form by GET (RFC 9110 section 9.2.1).
    """
    links = [page.follow(tag) for tag in page.links if _goes_on(tag)]
    if not page.forms:
        return links[0] if len(links) == 1 else None
    found = only_way(page)
    if found is None or found.method != "GET" or any(_by_link(page, "deny")):
        return None
    return found if _goes_on(found.acts[-1].control) else None


def only_way(page: Page) -> Submission | None:
    """Return what the one button leads to on a page that asks for nothing, or None."""
    bare = [form for form in page.forms if not form.typed and not form.choices]
    buttons = [(form, button) for form in bare for button in form.buttons]
    if len(buttons) != 1 or meaning(buttons[0][1]) == "deny":
        return None
    return buttons[0][0].submission(buttons[0][1])


def decided(page: Page, decision: Meaning, *, before: bool) -> Submission | None:
    """Return what carries a decision out, or None where the page offers nothing.

    `before` says that it was not carried out yet, so that a control may say less.
    """
    ways: tuple[Callable[[], Iterable[Submission]], ...] = (
        lambda: _by_button(page, decision, lambda tag: meaning(tag) == decision),
        lambda: _by_choice(page, decision),
        lambda: _by_nothing(page) if decision == "deny" else (),
        lambda: _by_link(page, decision),
        lambda: _by_button(page, decision, _plain) if decision == "allow" and before else (),
    )
    return next((found for way in ways for found in way()), None)


def either(form: Form, decision: str) -> HtmlElement | None:
    """Return the button of a form for a decision, where it has one for either."""
    meant = {str(meaning(button)): button for button in form.buttons}
    return meant.get(decision) if {"allow", "deny"} <= meant.keys() else None


def tick_permissions(form: Form) -> None:
    """Tick each box that stands for a permission; what must be chosen is chosen."""
    for box in form.choices:
        if kind(box) == "checkbox" and "checked" not in box.attrib and _permits(box):
            form.tick(box)
    for chooser in form.controls:
        if chooser.tag == "select" and "required" in chooser.attrib:
            _choose(form, chooser)


def _meant(text: str) -> Meaning | None:
    found = words(text)
    if found & lexicon.DENY or (found & lexicon.ALLOW and found & lexicon.NOT):
        return "deny"
    return "allow" if found & lexicon.ALLOW else None


def _by_button(
    page: Page, decision: Meaning, fits: Callable[[HtmlElement], bool]
) -> Iterator[Submission]:
    for form in page.forms:
        for button in form.buttons:
            if fits(button):
                if decision == "allow":
                    tick_permissions(form)
                yield form.submission(button)


def _by_choice(page: Page, decision: Meaning) -> Iterator[Submission]:
    """Choose a radio button or an option of a list."""
    for form in page.forms:
        radios = [tag for tag in form.choices if kind(tag) == "radio"]
        radio = next((tag for tag in radios if _chosen_for(tag) == decision), None)
        chooser, option = _option(form, decision)
        if radio is not None:
            form.tick(radio)
        elif chooser is not None and option is not None:
            form.fill(chooser, attribute(option, "value") or label(option))
        else:
            continue
        if decision == "allow":
            tick_permissions(form)
        yield form.submission(enters(form))


def _option(form: Form, decision: Meaning) -> tuple[HtmlElement | None, HtmlElement | None]:
    for chooser in (tag for tag in form.controls if tag.tag == "select"):
        for option in chooser.iter("option"):
            if _meant(label(option)) == decision:
                return chooser, option
    return None, None


def _chosen_for(radio: HtmlElement) -> Meaning | None:
    return _meant(caption(radio)) or _meant(attribute(radio, "value"))


def _by_nothing(page: Page) -> Iterator[Submission]:
    """Deny by giving no permission, where the button that denies does only that, by a script."""
    for form in page.forms:
        boxes = [tag for tag in form.choices if kind(tag) == "checkbox" and _permits(tag)]
        if boxes and any(meaning(tag) == "deny" for tag in form.scripted):
            for box in boxes:
                form.tick(box, on=False)
            yield form.submission(enters(form))


def _by_link(page: Page, decision: Meaning) -> Iterator[Submission]:
    """Follow a link that says nothing else; to allow only where no form does it."""
    wanted = lexicon.DENY if decision == "deny" else lexicon.ALLOW
    if decision == "deny" or not page.forms:
        for link in page.links:
            said = words(label(link))
            if said & wanted and said <= wanted | lexicon.ASIDE:
                yield page.follow(link)


def _plain(button: HtmlElement) -> bool:
    text = label(button)
    said = words(text)
    if not said:  # a sign, or nothing at all; letters that are not Latin say what nobody knows
        return not any(map(str.isalpha, text))
    return bool(said & lexicon.PLAIN and not said & lexicon.ELSEWHERE and _meant(text) is None)


def _goes_on(tag: HtmlElement) -> bool:
    said = words(label(tag))
    return bool(said & lexicon.ON) and said <= lexicon.ON | lexicon.ASIDE


def _signs_up(form: Form) -> bool:
    return any(words(label(tag)) & lexicon.SIGN_UP for tag in form.buttons)


def _leads_off(tag: HtmlElement) -> bool:
    return bool(words(label(tag)) & (lexicon.SIGN_UP | {"out"}))


def _names(tag: HtmlElement) -> bool:
    """Tell whether a field asks who the user is."""
    if kind(tag) == "email" or attribute(tag, "autocomplete") in ("username", "email"):
        return True
    told = words(f"{caption(tag)} {attribute(tag, 'name')} {attribute(tag, 'id')}")
    return bool(told & lexicon.NAME) and not told & lexicon.NO_NAME and kind(tag) != "search"


def _called(tag: HtmlElement) -> frozenset[str]:
    return words(f"{attribute(tag, 'name')} {attribute(tag, 'id')}")


def _permits(box: HtmlElement) -> bool:
    told = words(f"{attribute(box, 'name')} {attribute(box, 'id')} {caption(box)}")
    return (
        bool(told & lexicon.PERMISSION or "required" in box.attrib) and not told & lexicon.REMEMBER
    )


def _choose(form: Form, chooser: HtmlElement) -> None:
    """Choose the first option that says something, where the one that is chosen says nothing."""
    options = [*chooser.iter("option")]
    chosen = next((one for one in options if "selected" in one.attrib), next(iter(options), None))
    first = next((one for one in options if attribute(one, "value")), None)
    if chosen is not None and first is not None and not attribute(chosen, "value"):
        form.fill(chooser, attribute(first, "value"))
