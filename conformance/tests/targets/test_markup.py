"""Tests of `conformance.targets.markup`."""

from __future__ import annotations

import pytest

from conformance.targets.markup import document, first, said


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
