"""`conformance explain`: one requirement or one check, in full."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click
from rich.console import Console

from conformance.checks import catalogue
from conformance.checks.selection import UnknownId
from conformance.cli.mistakes import explained
from conformance.contract import Contract, Reading, Requirement, find, load


@click.command()
@click.argument("name", metavar="ID")
@click.option("--contract", default="kitchenmonki", show_default=True, metavar="NAME")
def explain(name: str, contract: str) -> None:
    """Explain a requirement, a reading or a check by its ID."""
    console = Console(highlight=False)
    with explained(console):
        for line in _explained(load(find(contract)), name):
            console.print(line, markup=False, soft_wrap=True)


def _explained(contract: Contract, name: str) -> Iterator[str]:
    requirements = {found.id: found for found in contract.requirements}
    readings = {found.id: found for found in contract.readings}
    known = catalogue.checks()
    check_id = name.partition("[")[0]
    if name in requirements:
        yield from _requirement(requirements[name])
        yield from _about(readings[one] for one in requirements[name].readings)
    elif name in readings:
        yield from _about([readings[name]])
    elif check_id in known:
        yield from _check(contract, known[check_id])
    else:
        raise UnknownId(name, [*requirements, *readings, *known])


def _requirement(found: Requirement) -> Iterator[str]:
    yield f"{found.id} ({found.level}, {found.origin}) {found.source}"
    yield f"  {found.statement}"
    if found.why:
        yield f"  why it is fair: {found.why}"
    if found.excluded:
        yield f"  judged by no check: {found.excluded}"
    for selector in found.checks:
        yield f"  verified by {selector}"


def _about(readings: Iterator[Reading] | list[Reading]) -> Iterator[str]:
    for found in readings:
        yield f"reading {found.id}: {found.question}"
        yield f"  taken: {found.taken}"
        yield f"  because: {found.why}"


def _check(contract: Contract, found: catalogue.Check) -> Iterator[str]:
    yield f"{found.id}: {found.sentence}"
    cases = [case.id for case in found.cases(contract)]
    yield f"  from --effort {found.effort.name.lower()}; {len(cases)} cases: {', '.join(cases)}"
    named = [one for one in contract.requirements if any(map(one.names, cases))]
    for requirement in named:
        yield f"  asked for by {requirement.id} ({requirement.level}): {requirement.statement}"
    yield "  how it judges:"
    yield inspect.getsource(found.function)
