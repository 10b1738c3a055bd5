"""`requirements`, `checks` and `faults`: what is judged, by what, and what proves that.

On a terminal an entry takes a few lines, as wide as it is; elsewhere it is one line with tabs, for
`grep` and `cut`.
"""

from __future__ import annotations

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from conformance.checks import catalogue
from conformance.cli.mistakes import explained
from conformance.contract import Contract, find, load
from conformance.faults import catalogue as bank
from conformance.faults.proxy import catalogue as wire
from conformance.verdict.plural import plural

Entry = tuple[str, str, str, str]
"""A name, what is said beside it, and two texts below it."""

_contract = click.option("--contract", default="kitchenmonki", show_default=True, metavar="NAME")


@click.command()
@_contract
def requirements(contract: str) -> None:
    """List the requirements of a contract and the checks that verify them."""
    console = Console(highlight=False)
    for found in _loaded(console, contract).requirements:
        verified = ", ".join(map(str, found.checks)) or f"none: {found.excluded}"
        show(console, (found.id, found.level, found.statement, verified))


@click.command()
@_contract
def checks(contract: str) -> None:
    """List the checks and the requirements that name them."""
    console = Console(highlight=False)
    promised = _loaded(console, contract)
    for found in catalogue.checks().values():
        cases = [case.id for case in found.cases(promised)]
        named = [one.id for one in promised.requirements if any(map(one.names, cases))]
        show(console, (found.id, plural(len(cases), "case"), found.sentence, ", ".join(named)))


@click.command()
def faults() -> None:
    """List the faults and the check cases that they turn red.

    Those that begin with `wire.` can be given to any server: `conformance serve --upstream`.
    """
    console = Console(highlight=False)
    for found in bank.faults().values():
        only = (f"{text} ({name})" for name, more in found.breaks_in.items() for text in more)
        red = ", ".join((*found.breaks, *only))
        show(console, (found.id, "in the server", found.sentence, red))
    for passing in wire.faults().values():
        red = ", ".join(passing.breaks)
        show(console, (passing.id, "on the wire", passing.sentence, red))


def show(console: Console, entry: Entry) -> None:
    """Print an entry; nothing in it is read as markup."""
    name, aside, *below = entry
    if not console.file.isatty():
        click.echo("\t".join(entry), file=console.file)
        return
    console.print(Text.assemble((name, "bold"), "  ", (aside, "dim")))
    for text, style in zip(below, ("", "dim"), strict=True):
        if text:
            console.print(Padding(Text(text, style=style, overflow="fold"), (0, 0, 0, 4)))


def _loaded(console: Console, name: str) -> Contract:
    with explained(console):
        return load(find(name))
