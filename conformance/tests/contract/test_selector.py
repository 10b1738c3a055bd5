"""How requirements name check cases."""

from __future__ import annotations

import pytest

from conformance.contract import Selector


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("code.single-use", "code.single-use"),
        ("code.altered", "code.altered[truncated]"),
        ("code.altered[truncated]", "code.altered[truncated]"),
        ("placement.refused[*,garbage]", "placement.refused[put,garbage]"),
        ("placement.refused[put,*]", "placement.refused[put,garbage]"),
        ("placement.refused[*,*]", "placement.refused[put,garbage]"),
    ],
)
def test_selector_matches(text: str, case: str) -> None:
    """A check stands for all its cases, and a star for any word in its place."""
    assert Selector.parse(text).matches(case)


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("code.single-use", "code.single-use-again"),
        ("code.altered[truncated]", "code.altered[extended]"),
        ("code.altered[truncated]", "code.altered"),
        ("placement.refused[*,garbage]", "placement.refused[put,blank]"),
        ("placement.refused[*]", "placement.refused[put,garbage]"),
        ("placement.refused[*,*]", "placement.accepted[put,garbage]"),
        ("placement.refused[p*,garbage]", "placement.refused[put,garbage]"),
    ],
)
def test_selector_does_not_match(text: str, case: str) -> None:
    """Another check, another word, or another number of words is another case."""
    assert not Selector.parse(text).matches(case)


@pytest.mark.parametrize(
    "text", ["", "Code", "a b", "a[", "a[]", "a]b[", "a[b][c]", "[b]", "a[b]c"]
)
def test_what_is_no_selector_is_refused(text: str) -> None:
    """A text that names no check is refused with an example of one that does."""
    with pytest.raises(ValueError, match="does not name a check, like"):
        Selector.parse(text)


@pytest.mark.parametrize("text", ["code.single-use", "placement.refused[*,garbage]", "a.b[c]"])
def test_selector_is_written_as_it_was_read(text: str) -> None:
    """A selector's text is the one it was parsed from."""
    assert str(Selector.parse(text)) == text
