"""Tests of `conformance.report.summary_md`."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from conformance.evidence import Record
from conformance.report import summary_md
from conformance.report.summary_md import code, plain
from conformance.verdict.results import Results


@pytest.fixture(scope="module")
def text(record: Record, results: Results) -> str:
    """Return the summary."""
    return summary_md.render(record, results).decode()


@pytest.mark.parametrize(
    "expected",
    [
        "## sample: does not conform: 1 of 5 MUSTs is broken, 1 not judged",
        "| Authentication page | 1 fail, 2 inconclusive, 1 pending, 1 pass, 1 not applicable |",
        "expected: a code that was already redeemed to be refused",
        "to repeat: `conformance run --only KM-34 --seed 7`",
        "### MUSTs that nobody judged\n\n- **KM-07**",
        "### MUSTs left unjudged, accepted\n\n- **KM-42**",
        "<summary>MUSTs that no black box can judge (1)</summary>",
    ],
)
def test_it_tells_what_a_reviewer_needs(text: str, expected: str) -> None:
    """Headline, counts, findings, and every MUST that is not green stand in it."""
    assert expected in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](http://evil.example) ![y](http://evil.example/y.png)",
        "`` ` ``` `",
        "| a | b |\n| - | - |",
        "*a* _b_ ~~c~~ **d**",
        "&lt;b&gt; &#60;i&#62;",
        "\n\n# heading\n\n- list",
        "http://evil.example/",
        "\\`x\\`",
        "`",
        "",
    ],
)
def test_no_text_is_markup(hostile: str) -> None:
    """Whatever a target says, a renderer shows its characters and makes nothing of them."""
    markdown = MarkdownIt("gfm-like", {"linkify": False}).enable("table")
    for shown in (plain(hostile), code(hostile)):
        rendered = markdown.render(f"a {shown} b")
        for tag in ("<script", "<a ", "<img", "<em", "<s>", "<strong", "<table", "<h1", "<li"):
            assert tag not in rendered, rendered


def test_nobody_is_mentioned() -> None:
    """A name after an at sign calls nobody."""
    assert "@everyone" not in plain("dear @everyone")
