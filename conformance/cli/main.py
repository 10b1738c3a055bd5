"""`conformance`: its commands, each loaded when it is called."""

from __future__ import annotations

import ast
import atexit
import gc
import importlib
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

import conformance

# command -> the module that holds it
_COMMANDS: Mapping[str, str] = {
    "init": "init",
    "run": "run",
    "resume": "resume",
    "soak": "soak",
    "merge": "merge",
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
    """The group of all commands; a call loads one, and `--help` none."""

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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands by their first sentences, which are read without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _sentence(name)) for name in _COMMANDS])


def _sentence(name: str) -> str:
    """Return the first sentence of a command's description."""
    source = Path(__file__).with_name(f"{_COMMANDS[name]}.py").read_text(encoding="utf-8")
    functions = (node for node in _definitions(source) if node.name == name)
    told = ast.get_docstring(next(functions)) or ""
    first = " ".join(told.partition("\n\n")[0].split()).partition("; ")[0].partition(". ")[0]
    return first.rstrip(".") + "."


def _definitions(source: str) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(conformance.__version__, prog_name="conformance")
def conformance_command() -> None:
    """Judge an OAuth 2.0 token service by what its documents promise."""


def main() -> None:
    """Run the command line; the exit codes stand in the README."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a log in ASCII shows what it can
            stream.reconfigure(errors="replace")
    atexit.register(gc.freeze)  # looking through what is left takes up to half a second
    sys.exit(conformance_command.main(standalone_mode=True, prog_name="conformance"))
