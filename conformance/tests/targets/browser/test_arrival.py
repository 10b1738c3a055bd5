"""Codes are found in whatever shape they arrive."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.targets.browser.arrival import Arrival

CODE = "YT0pRFSc1DW9RdRF"


def arrival(content: Any) -> Arrival:  # noqa: ANN401 - whatever a page may say
    """Return a message that the opener got."""
    return Arrival("opener", "message", "client", content)


@pytest.mark.parametrize(
    "content",
    [
        f"https://app.example/cb?state=s&code={CODE}",
        f"https://app.example/cb#code={CODE}&state=s",
        f"code={CODE}",
        {"type": "answer", "response": {"code": CODE}},
        [{"code": CODE}, "x"],
        f'{{"code": "{CODE}"}}',
        f'[{{"url": "https://app.example/cb?code={CODE}"}}]',
    ],
)
def test_a_named_code_is_found(content: object) -> None:
    """A code may be a parameter of a URL or a member, however deep, also as JSON in a text."""
    assert arrival(content).codes == (CODE,)


@pytest.mark.parametrize(
    "content",
    [
        None,
        7,
        {"code": 7},
        {"state": "s"},
        f"https://app.example/cb?barcode={CODE}",
        "https://app.example/authorize?response_type=code&code_challenge=abc",
        "[" * 100_000,
    ],
)
def test_what_is_not_named_code_is_none(content: object) -> None:
    """Nothing else counts as a code that is named."""
    assert arrival(content).codes == ()


def test_a_code_is_decoded_once() -> None:
    """Escapes of the URL are undone."""
    assert arrival("/cb?code=a%2Fb%2525").codes == ("a/b%25",)


def test_bare_texts_are_candidates() -> None:
    """A long text may be the code itself; a short one is a word."""
    assert arrival([CODE, "ready", {"x": CODE[::-1]}]).texts == (CODE, CODE[::-1])


def test_a_code_is_not_shown() -> None:
    """What arrived stands in no traceback."""
    assert CODE not in repr(arrival(CODE))
