"""`conformance explain`: one requirement, reading or check, in full, wherever it stands."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from conformance.checks import catalogue
from conformance.checks.running.selection import UnknownId
from conformance.cli.mistakes import explained
from conformance.contract import Contract, Reading, Requirement, find, load, shipped
from conformance.verdict.plural import plural


@click.command()
@click.argument("name", metavar="ID")
@click.option("--contract", metavar="NAME", help="Default: every contract that is shipped.")
def explain(name: str, contract: str | None) -> None:
    """Explain a requirement, a reading or a check by its ID."""
    console = Console(highlight=False)
    with explained(console):
        contracts = [load(find(one)) for one in ([contract] if contract else shipped())]
        for line in _explained(contracts, name):
            _say(console, line)


def _explained(contracts: Sequence[Contract], name: str) -> Iterator[str]:
    found = [line for contract in contracts for line in _stated(contract, name)]
    check = catalogue.checks().get(name.partition("[")[0])
    if check and not found:
        found = [*_check(contracts, check)]
    if not found:
        where = " or ".join(one.name for one in contracts)
        raise UnknownId(name, [*_ids(contracts), *catalogue.checks()], where)
    yield from found


def _stated(contract: Contract, name: str) -> Iterator[str]:
    """Yield what a contract says of a requirement or a reading of its own."""
    readings = {found.id: found for found in contract.readings}
    for found in contract.requirements:
        if found.id == name:
            yield f"in the contract {contract.name}:"
            yield from _requirement(found)
            yield from _about(readings[one] for one in found.readings)
    if name in readings:
        yield f"in the contract {contract.name}:"
        yield from _about([readings[name]])


def _ids(contracts: Iterable[Contract]) -> Iterator[str]:
    for contract in contracts:
        yield from (requirement.id for requirement in contract.requirements)
        yield from (reading.id for reading in contract.readings)


def _requirement(found: Requirement) -> Iterator[str]:
    yield f"{found.id} ({found.level}, {found.origin}) {found.source}"
    yield f"  {found.statement}"
    if found.why:
        yield f"  why it is fair: {found.why}"
    if found.excluded:
        yield f"  judged by no check: {found.excluded}"
    for selector in found.checks:
        yield f"  verified by {selector}"


def _about(readings: Iterable[Reading]) -> Iterator[str]:
    for found in readings:
        yield f"reading {found.id}: {found.question}"
        yield f"  taken: {found.taken}"
        yield f"  because: {found.why}"


def _check(contracts: Iterable[Contract], found: catalogue.Check) -> Iterator[str]:
    yield f"{found.id}: {found.sentence}"
    yield f"  from --effort {found.effort.name.lower()}"
    for contract in contracts:
        cases = [case.id for case in found.cases(contract)]
        if cases:
            told = ", ".join((plural(len(cases), "case"), *cases))
            yield f"in the contract {contract.name}: {told}"
        for one in contract.requirements:
            if any(map(one.names, cases)):
                yield f"  asked for by {one.id} ({one.level}): {one.statement}"
    yield "how it judges:"
    yield from inspect.getsource(found.function).splitlines()


def _say(console: Console, line: str) -> None:
    """Print a line; what a terminal breaks stays as far to the right."""
    if not console.file.isatty():
        console.print(line, markup=False, soft_wrap=True)
        return
    text = Text(line.strip(), overflow="fold")
    console.print(Padding(text, (0, 0, 0, len(line) - len(line.lstrip()))))
