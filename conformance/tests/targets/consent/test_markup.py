"""Tests of `conformance.targets.consent.markup`."""

from __future__ import annotations

import pytest

from conformance.targets.consent.markup import decoded, document, first, said
from conformance.wire import Response


@pytest.mark.parametrize("text", ["", " ", "<!-- nothing -->", "\x00", "<?xml version='1.0'?>"])
def test_what_is_no_page_is_an_empty_one(text: str) -> None:
    """There is a root in any case, and nothing is found below it."""
    assert first(document(text), "form") is None


@pytest.mark.parametrize(
    "text",
    [
        "<html><body></body></html><form><input name=a></form>",
        "<form><p><input name=a>",
        "<table><form><tr><td><input name=a></table>",
        "\N{BYTE ORDER MARK}<?xml version='1.0' encoding='ascii'?><FORM><INPUT name=a></FORM>",
        "<p>\ud800</p><form><input name=a></form>",
    ],
)
def test_pages_are_read_as_leniently_as_browsers_do(text: str) -> None:
    """Wherever a field stands, it is found, and in its form."""
    field = first(document(text), "input")
    assert field is not None
    assert field.get("name") == "a"
    assert next(field.iterancestors("form"), None) is not None


@pytest.mark.parametrize(
    ("content_type", "head", "encoding"),
    [
        ("text/html", "", "utf-8"),
        ('text/html; Charset="ISO-8859-1"', "<meta charset=utf-8>", "latin-1"),
        ("text/html; charset=utf-16", "", "utf-16"),
        ("text/html", "", "utf-16"),
        ("text/html", "<meta charset='windows-1252'>", "cp1252"),
        ("text/html", "<meta http-equiv=a content='text/html; charset=koi8-r'>", "koi8-r"),
        ("text/html; charset=hex", "", "utf-8"),
        ("text/html; charset=idna", "", "utf-8"),
        ("text/html; charset=punycode", "", "utf-8"),
    ],
)
def test_a_page_says_how_it_is_written(content_type: str, head: str, encoding: str) -> None:
    """Its text is read in its own encoding, and in UTF-8 where it names none that is known."""
    text = f"{head}<button>{chr(0xA9)}</button>"
    page = Response(200, headers=(("Content-Type", content_type),), body=text.encode(encoding))
    assert decoded(page) == text


def test_scripts_styles_and_remarks_are_not_read() -> None:
    """A person reads none of them on a control."""
    page = document(
        "<button> Log <!-- x --><b>in</b><script>x()</script><style>b{}</style></button>"
    )
    button = first(page, "button")
    assert button is not None
    assert said(button) == "Log in"


def test_a_template_is_not_on_the_page() -> None:
    """What a script might make of it later nobody can use; a shadow tree is shown."""
    inert = "<template><p><template><form></form></template></template><p>"
    assert first(document(inert), "form") is None
    assert (
        first(document(inert.replace("<template>", "<template shadowrootmode=open>")), "form")
        is not None
    )
