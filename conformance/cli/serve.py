"""`conformance serve`: the reference server by itself, or a fault before any server."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from conformance.cli.mistakes import Mistake, explained
from conformance.cli.saying import say
from conformance.contract import Contract, find, load
from conformance.faults import catalogue as bank
from conformance.faults.proxy import catalogue as wire
from conformance.faults.proxy.app import Proxy
from conformance.reference import Server, Settings, create_app
from conformance.targets.description.file import TargetFile
from conformance.targets.startup.embedded import settings_for, target_file_for, with_helper

_ON_THE_WIRE = "wire."


@click.command()
@click.option("--fault", "fault_id", metavar="ID", help="A fault; `conformance faults` lists them.")
@click.option(
    "--upstream", metavar="URL", help="A server of yours, to be given a fault of the wire."
)
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), metavar="N", help="Default: a free one."
)
@click.option("--contract", default="kitchenmonki", show_default=True, metavar="NAME")
@click.option("--profile", metavar="NAME", help="One of the contract's. Default: its first.")
@click.option(
    "--target-file",
    default="reference.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to write the target file, with the credentials in it.",
)
def serve(
    *,
    fault_id: str | None,
    upstream: str | None,
    port: int,
    contract: str,
    profile: str | None,
    target_file: Path,
) -> None:
    """Serve the reference implementation on loopback until Ctrl-C, healthy or with a fault.

    With --upstream, stand before that server instead, and spoil what passes by a fault of the wire.
    """
    console = Console(highlight=False)
    with explained(console):
        if upstream is not None:
            _stand_before(console, upstream, fault_id, port)
            return
        promised = _profiled(load(find(contract)), profile)
        port = port or _free_port()
        judged = replace(settings_for(promised), clock_control=True)
        settings = with_helper(judged, f"http://127.0.0.1:{port}")
        with _serving(settings, fault_id, port) as url, suppress(KeyboardInterrupt):
            _write(target_file, target_file_for(judged, url, contract, profile))
            say(console, f"serving {promised.name} at {url}/ until Ctrl-C{_told(fault_id)}")
            say(console, f"its users, clients and passwords stand in {target_file}")
            say(console, f"judge it: conformance run --target {target_file}")
            threading.Event().wait()


def _profiled(contract: Contract, profile: str | None) -> Contract:
    try:
        return contract.profiled(profile)
    except ValueError as problem:
        raise Mistake(str(problem)) from None


def _free_port() -> int:
    """Return a port of loopback that is free now: the helper page has to know its own address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def _stand_before(console: Console, upstream: str, fault_id: str | None, port: int) -> None:
    parts = urlsplit(upstream)
    if parts.scheme not in ("http", "https") or not parts.netloc or fault_id is None:
        raise Mistake(
            "--upstream wants the address of a server, such as http://127.0.0.1:8000, and --fault"
            " a fault that begins with 'wire.'; `conformance faults` lists them"
        )
    home = f"{parts.scheme}://{parts.netloc}"
    proxy = Proxy(home, wire.find(fault_id))
    with Server(proxy, port=port) as server, suppress(KeyboardInterrupt):
        say(console, f"standing before {home} at {server.url} until Ctrl-C{_told(fault_id)}")
        say(console, f"judge it: write {server.url} for {home} in a copy of its target file")
        threading.Event().wait()


@contextmanager
def _serving(settings: Settings, fault_id: str | None, port: int) -> Iterator[str]:
    """Serve the reference implementation with a fault, inside or before it; yield where."""
    if fault_id and fault_id.startswith(_ON_THE_WIRE):
        with (
            Server(create_app(settings)) as healthy,
            Server(Proxy(healthy.url, wire.find(fault_id)), port=port) as server,
        ):
            yield server.url
        return
    decisions = bank.find(fault_id).decisions() if fault_id else None
    with Server(create_app(settings, decisions=decisions), port=port) as server:
        yield server.url


def _told(fault_id: str | None) -> str:
    if fault_id is None:
        return ""
    find_fault = wire.find if fault_id.startswith(_ON_THE_WIRE) else bank.find
    return f"; {fault_id}: {find_fault(fault_id).sentence}"


def _write(path: Path, described: TargetFile) -> None:
    """Write a target file that only its owner can read; raises `OSError`."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(described.as_toml())
