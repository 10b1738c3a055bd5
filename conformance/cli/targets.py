"""`targets`: the target files that come with the suite, and what this machine lacks for each."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click
from rich.console import Console

from conformance.cli.listings import table
from conformance.targets.file import TargetFile, read, shipped, variables
from conformance.targets.install import Installation


@click.command()
def targets() -> None:
    """List the targets that can be named, what each needs, and whether it is installed."""
    listed = table("name", "version", "language", "needs", "installed")
    for column in (*listed.columns[:3], listed.columns[-1]):
        column.no_wrap = True
    for name in shipped():
        unset = [one for one in variables(name) if one not in os.environ]
        # Any text that may be an id and a URI will do to read the file.
        file = read(name, {**{one: f"urn:{one}" for one in unset}, **os.environ})
        listed.add_row(name, *_server(file), "; ".join(_needs(file, unset)), _installed(file))
    Console(highlight=False).print(listed)


def _server(file: TargetFile) -> tuple[str, str]:
    found = file.install
    return (found.version, found.language) if found else ("", "")


def _needs(file: TargetFile, unset: list[str]) -> Iterator[str]:
    """Tell what is needed, and of what this machine lacks, how to get it."""
    if unset:
        yield f"{unset[0]} and {len(unset) - 1} more variables"
    installation = Installation.of(file)
    if installation and file.install:
        missing = installation.missing
        here = [program for program in file.install.needs if program not in missing]
        if here:
            yield f"{', '.join(here)} (here)"
        yield from (f"{program} (missing: {hint})" for program, hint in missing.items())


def _installed(file: TargetFile) -> str:
    installation = Installation.of(file)
    if installation is None:
        return ""
    return "yes" if installation.done else "no"
