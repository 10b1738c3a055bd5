"""What a browser without scripts would send from a form."""

from __future__ import annotations

import time

import pytest

from conformance.targets.consent.forms import STAMP, Page
from conformance.wire import Exchange, Request, Response

PAGE_URL = "http://a.example/dir/page?x=1"


def page(html: str, media_type: str = "text/html") -> Page:
    """Return a page that was shown."""
    response = Response(200, "OK", (("Content-Type", media_type),), html.encode())
    return Page(Exchange(1, Request("GET", PAGE_URL), response, None, 0, 0))


@pytest.mark.parametrize(
    ("controls", "sent"),
    [
        ("<input name=a value=1><input value=2>", [("a", "1")]),
        ("<input name=a value=1 disabled>", []),
        ("<input type=checkbox name=a><input type=checkbox name=b checked>", [("b", "on")]),
        (
            "<input type=radio name=a value=1><input type=radio name=a value=2 checked>",
            [("a", "2")],
        ),
        ("<textarea name=a>t</textarea>", [("a", "t")]),
        ("<select name=a><option>1<option value=2 selected>two</select>", [("a", "2")]),
        ("<select name=a><option>1</option><option>2</option></select>", [("a", "1")]),
        ("<select name=a multiple><option>1</select>", []),
        ("<input type=file name=a><input type=reset name=b><input type=button name=c>", []),
        ("<button name=a value=1>x</button><input type=submit name=b value=2>", []),
        (
            "<input type=hidden name=a value=1><input type=hidden name=a value=2>",
            [("a", "1"), ("a", "2")],
        ),
    ],
)
def test_what_is_sent_without_a_button(controls: str, sent: list[tuple[str, str]]) -> None:
    """Only successful controls are sent (HTML, constructing the entry list)."""
    (form,) = page(f"<form>{controls}</form>").forms
    assert list(form.submission(None).pairs or ()) == sent


@pytest.mark.parametrize(
    ("form", "method", "url"),
    [
        ("<form>", "GET", PAGE_URL),
        ("<form method=POST action=in>", "POST", "http://a.example/dir/in"),
        ("<form method=dialog action=/in>", "GET", "http://a.example/in"),
        ("<base href='http://b.example/'><form action=in>", "GET", "http://b.example/in"),
    ],
)
def test_where_it_is_sent(form: str, method: str, url: str) -> None:
    """Method and address come from the form, relative to the page or its base."""
    (found,) = page(form + "</form>").forms
    assert (found.submission(None).method, found.submission(None).url) == (method, url)


def test_a_button_may_say_otherwise() -> None:
    """A button is sent when it is pressed, and may change method, address and encoding."""
    html = (
        "<form action=/a><button name=b value=1 formmethod=post formaction=/b"
        " formenctype=multipart/form-data>x</button></form>"
    )
    (form,) = page(html).forms
    found = form.submission(form.buttons[0])
    assert (found.method, found.url, found.pairs) == ("POST", "http://a.example/b", (("b", "1"),))
    assert found.enctype == "multipart/form-data"


def test_a_control_may_stand_outside_its_form() -> None:
    """A control that names a form by its id belongs to it, and to no other."""
    html = "<form id=f></form><form id=g><input name=a value=1 form=f></form>"
    first, second = page(html).forms
    assert first.submission(None).pairs == (("a", "1"),)
    assert second.submission(None).pairs == ()


def test_one_radio_button_at_a_time() -> None:
    """Choosing a radio button takes the choice from the others of its name."""
    html = "<form><input type=radio name=a value=1 checked><input type=radio name=a value=2></form>"
    (form,) = page(html).forms
    form.tick(form.controls[1])
    assert form.submission(None).pairs == (("a", "2"),)


def test_a_visible_control_is_found_before_a_hidden_one() -> None:
    """A hidden field of the same name is found only where nothing else has it."""
    html = "<form><input type=hidden name=a value=h><button name=a value=1>x</button></form>"
    (form,) = page(html).forms
    assert form.find("a") is form.controls[1]
    assert form.find("a", "9") is form.controls[0]
    assert form.find("css:[value=h]") is form.controls[0]
    assert form.find("b") is None


@pytest.mark.parametrize(
    "body", ['<?xml version="1.0"?><html><form></form></html>', "<form></form>"]
)
def test_xhtml_is_read_as_html(body: str) -> None:
    """A page that begins as XML is read all the same, and without a warning."""
    assert len(page(body, "application/xhtml+xml").forms) == 1


@pytest.mark.parametrize(
    ("body", "media_type"),
    [("{}", "application/json"), ("http://a.example", "text/html"), ("", "")],
)
def test_what_is_no_page_has_no_form(body: str, media_type: str) -> None:
    """An answer that is no HTML has no form, and is described by its type."""
    assert page(body, media_type).forms == ()
    assert "no form" in page(body, media_type).describe()


@pytest.mark.parametrize("html", ["<form>", "<form><input name=a></form>"])
def test_thousands_of_forms_keep_nobody_waiting(html: str) -> None:
    """The time for a page grows with its length, not with the square of it."""
    started = time.process_time()
    found = page(html * 5000 + "<input name=b>" * 5000)
    assert len(found.forms) == 5000
    assert time.process_time() - started < 3


def test_a_button_outside_its_form_stands_on_a_screen_once() -> None:
    """It belongs to the form that it names; only what belongs to none makes up one more."""
    stamped = "<button {}=1 {}>Go</button>"
    found = page(f"<form id=f></form>{stamped.format(STAMP, 'form=f')}").forms
    assert [len(form.buttons) for form in found] == [1]
    found = page(f"<form id=f></form>{stamped.format(STAMP, 'form=none')}").forms
    assert [len(form.buttons) for form in found] == [0, 1]
