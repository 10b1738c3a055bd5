"""`requirements`, `checks` and `faults`: what is judged, by what, and what proves that."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from conformance.checks import catalogue
from conformance.cli.mistakes import explained
from conformance.contract import Contract, find, load
from conformance.faults import catalogue as bank
from conformance.faults.proxy import catalogue as wire

_contract = click.option("--contract", default="kitchenmonki", show_default=True, metavar="NAME")


@click.command()
@_contract
def requirements(contract: str) -> None:
    """List the requirements of a contract and the checks that verify them."""
    console = Console(highlight=False)
    listed = table("id", "level", "statement", "checks")
    for found in _loaded(console, contract).requirements:
        verified = ", ".join(map(str, found.checks)) or f"none: {found.excluded}"
        listed.add_row(found.id, found.level, found.statement, verified)
    console.print(listed)


@click.command()
@_contract
def checks(contract: str) -> None:
    """List the checks and the requirements that name them."""
    console = Console(highlight=False)
    promised = _loaded(console, contract)
    listed = table("id", "cases", "what it verifies", "requirements")
    for found in catalogue.checks().values():
        cases = [case.id for case in found.cases(promised)]
        named = [one.id for one in promised.requirements if any(map(one.names, cases))]
        listed.add_row(found.id, str(len(cases)), found.sentence, ", ".join(named))
    console.print(listed)


@click.command()
def faults() -> None:
    """List the faults and the check cases that they turn red.

    Those that begin with `wire.` can be given to any server: `conformance serve --upstream`.
    """
    listed = table("id", "what is wrong", "turns red")
    for found in bank.faults().values():
        only = (f"{text} ({name})" for name, more in found.breaks_in.items() for text in more)
        listed.add_row(found.id, found.sentence, ", ".join((*found.breaks, *only)))
    for on_the_way in wire.faults().values():
        listed.add_row(on_the_way.id, on_the_way.sentence, ", ".join(on_the_way.breaks))
    Console(highlight=False).print(listed)


def _loaded(console: Console, name: str) -> Contract:
    with explained(console):
        return load(find(name))


def table(*columns: str) -> Table:
    """Return an empty table as all listings have it."""
    found = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        found.add_column(column, overflow="fold")
    return found
