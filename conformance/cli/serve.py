"""`conformance serve`: the reference server by itself."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from conformance.cli.mistakes import explained
from conformance.contract import find, load
from conformance.reference import Server, create_app
from conformance.targets.embedded import settings_for, target_file_for, with_helper
from conformance.targets.file import TargetFile


@click.command()
@click.option("--port", default=0, type=int, metavar="N", help="Default: a free one.")
@click.option("--contract", default="kitchenmonki", show_default=True, metavar="NAME")
@click.option(
    "--target-file",
    default="reference.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to write the target file, with the credentials in it.",
)
def serve(*, port: int, contract: str, target_file: Path) -> None:
    """Serve the reference implementation on loopback until Ctrl-C."""
    console = Console(highlight=False)
    with explained(console):
        promised = load(find(contract))
        port = port or _free_port()
        settings = replace(settings_for(promised), clock_control=True)
        settings = with_helper(settings, f"http://127.0.0.1:{port}")
        with Server(create_app(settings), port=port) as server:
            described = target_file_for(settings, server.url, contract)
            _write(target_file, described)
            console.print(f"serving {promised.name} at {server.url}/ until Ctrl-C")
            console.print(
                f"its users, clients and passwords stand in {target_file}", soft_wrap=True
            )
            console.print(f"judge it: conformance run --target {target_file}", soft_wrap=True)
            _wait()


def _free_port() -> int:
    """Return a port of loopback that is free now: the helper page has to know its own address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def _write(path: Path, described: TargetFile) -> None:
    """Write a target file that only its owner can read; raises `OSError`."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(described.as_toml())


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
