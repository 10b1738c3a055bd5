"""The first thing that a user calls: quick, and complete."""

from __future__ import annotations

import subprocess
import sys

import click

from conformance.cli.main import conformance_command

_CALL = "import sys; from conformance.cli.main import conformance_command as c; c(['--help'], standalone_mode=False); print(sorted(sys.modules))"  # noqa: E501


def test_help_tells_of_every_command_and_loads_none() -> None:
    """Each command stands there with a sentence, and nothing was loaded that it would need."""
    called = (sys.executable, "-c", _CALL)
    told = subprocess.run(called, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    lines, _, modules = told.rpartition("\n[")
    assert conformance_command.commands == {}
    for name in conformance_command.list_commands(click.Context(conformance_command)):
        (line,) = (one for one in lines.splitlines() if one.split()[:1] == [name])
        assert len(line.split()) > 3, line
    assert "'pytest'" not in modules
    assert "'requests'" not in modules
