"""`conformance`: its commands, each loaded when it is called."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Mapping

import click

import conformance

# command -> the module that holds it
_COMMANDS: Mapping[str, str] = {
    "init": "init",
    "run": "run",
    "resume": "resume",
    "compare": "compare",
    "baseline": "baseline",
    "prove": "prove",
    "serve": "serve",
    "links": "links",
    "requirements": "listings",
    "checks": "listings",
    "faults": "listings",
    "targets": "targets",
    "matrix": "matrix",
    "explain": "explain",
    "report": "report",
}


class Commands(click.Group):
    """The group of all commands; `--help` loads them, a call loads one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands in the order of their use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, or None where there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"conformance.cli.{_COMMANDS[cmd_name]}")
        found: click.Command = getattr(module, cmd_name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(conformance.__version__, prog_name="conformance")
def conformance_command() -> None:
    """Judge an OAuth 2.0 token service by what its documents promise."""


def main() -> None:
    """Run the command line; the exit codes stand in the README."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a log in ASCII shows what it can
            stream.reconfigure(errors="replace")
    sys.exit(conformance_command.main(standalone_mode=True, prog_name="conformance"))
