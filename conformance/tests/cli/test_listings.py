"""What is listed and explained: whole for a program, between the margins for a person."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from conformance.cli.listings import show
from conformance.tests.cli.conftest import Command

_ENTRY = ("client.refused", "27 cases", "A wrong secret is refused. " * 9, "KM-03, a.b[*,c], d[e]")


class _Terminal(io.StringIO):
    """A file that says that somebody sits before it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 80])
def test_a_terminal_gets_lines_that_fit(width: int) -> None:
    """No line is too long, no word is broken, and what stands in brackets is no markup."""
    screen = _Terminal()
    show(Console(file=screen, width=width, color_system=None), _ENTRY)
    lines = screen.getvalue().splitlines()
    assert lines[0] == "client.refused  27 cases"
    assert all(line.startswith("    ") for line in lines[1:])
    assert max(map(len, lines)) <= width
    assert " ".join(screen.getvalue().split()).endswith("refused. KM-03, a.b[*,c], d[e]")


def test_a_pipe_gets_a_line_an_entry() -> None:
    """The parts of an entry stand between tabs, however long they are."""
    pipe = io.StringIO()
    show(Console(file=pipe, width=40), _ENTRY)
    assert pipe.getvalue() == "\t".join(_ENTRY) + "\n"


@pytest.mark.parametrize(
    ("listing", "entry"),
    [
        ("requirements", "KM-03 MUST A token request that lacks the client's id"),
        ("requirements", "client.refused[missing-secret,*], client.refused[missing-id,*]"),
        ("checks", "code.single-use 1 case A code that was redeemed"),
        ("faults", "code.reusable in the server A code"),
        ("faults", "wire.open on the wire "),
    ],
)
def test_a_listing_names_cases_whole(listing: str, entry: str, conformance: Command) -> None:
    """Each id is there with what is said of it."""
    ended = conformance(listing)
    assert ended.code == 0
    assert entry in ended.text


def test_an_id_is_explained_wherever_it_stands(conformance: Command) -> None:
    """Without a contract every one is looked through; a level is said with the contract."""
    text = conformance("explain", "RFC6749-10.5-1").text
    assert "in the contract kitchenmonki: RFC6749-10.5-1 (SHOULD, explicit)" in text
    assert "in the contract oauth2: RFC6749-10.5-1 (MUST, explicit)" in text
    only = conformance("explain", "RFC6749-10.5-1", "--contract", "oauth2").text
    assert "kitchenmonki" not in only


def test_a_check_is_explained_with_its_source(conformance: Command) -> None:
    """A case stands for its check: what asks for it, and the code that judges."""
    text = conformance("explain", "answer.no-null[refresh_token]").text
    assert "answer.no-null: A member that has nothing to say is left out" in text
    assert "asked for by RFC6749-" in text
    assert "def check_no_null(" in text


def test_an_unknown_id_is_told_with_the_nearest(conformance: Command) -> None:
    """The message says where was looked."""
    ended = conformance("explain", "KMA-222")
    assert ended.code == 2
    assert "'KMA-222' is neither a requirement nor a check of kitchenmonki or oauth2" in ended.text
    assert "did you mean 'KMA-22'?" in ended.text
