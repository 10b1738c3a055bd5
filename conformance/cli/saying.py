"""A line for a reader: on a terminal it breaks between words, elsewhere it stays whole."""

from __future__ import annotations

from rich.console import Console


def say(console: Console, text: str, style: str = "") -> None:
    """Print a line; nothing in it is read as markup."""
    whole = not console.file.isatty()
    console.print(text, style=style, markup=False, highlight=False, emoji=False, soft_wrap=whole)
