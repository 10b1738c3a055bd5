"""`targets`: the target files that come with the suite, and what this machine lacks for each."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click
from rich.console import Console

from conformance.cli.listings import show
from conformance.targets.description.file import TargetFile, read, shipped, variables
from conformance.targets.startup import faketime
from conformance.targets.startup.install import Installation


@click.command()
def targets() -> None:
    """List the targets that can be named, what each needs, and whether it is installed."""
    console = Console(highlight=False)
    for name in shipped():
        unset = [one for one in variables(name) if one not in os.environ]
        # Any text that may be an id and a URI will do to read the file.
        file = read(name, {**{one: f"urn:{one}" for one in unset}, **os.environ})
        show(console, (name, _server(file), "; ".join(_needs(file, unset)), ""))


def _server(file: TargetFile) -> str:
    """Return which server it is, and whether it is here."""
    installation = Installation.of(file)
    if installation is None or file.install is None:
        return ""
    here = "installed" if installation.done else "not installed yet"
    return f"{file.install.version}, {file.install.language}, {here}"


def _needs(file: TargetFile, unset: list[str]) -> Iterator[str]:
    """Tell what is needed, and of what this machine lacks, how to get it."""
    if unset:
        yield f"wants {unset[0]} and {len(unset) - 1} more variables of the environment"
    installation = Installation.of(file)
    if installation and file.install:
        missing = installation.missing
        here = [program for program in file.install.needs if program not in missing]
        if here:
            yield f"needs {', '.join(here)} (here)"
        yield from (f"needs {program} (missing: {hint})" for program, hint in missing.items())
    if file.process and file.process.faketime and faketime.missing():
        yield f"needs libfaketime (missing: {faketime.missing()})"
