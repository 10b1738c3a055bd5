"""A listening socket that treats every connection in one way."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket], None]

_LONGEST_REQUEST = 65_536


@contextmanager
def listening(behaviour: Behaviour) -> Iterator[str]:
    """Listen on loopback and yield the URL; each connection gets a thread of its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        threading.Thread(target=_accept, args=(listener, behaviour), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def closed_port() -> str:
    """Return the URL of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _accept(listener: socket.socket, behaviour: Behaviour) -> None:
    with contextlib.suppress(OSError):  # the listener was closed: the end
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, behaviour), daemon=True).start()


def _serve(connection: socket.socket, behaviour: Behaviour) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(60)
        _read_request(connection)
        behaviour(connection)


def _read_request(connection: socket.socket) -> None:
    """Read up to the end of the headers; what is in a body does not matter here."""
    seen = b""
    while b"\r\n\r\n" not in seen and len(seen) < _LONGEST_REQUEST:
        chunk = connection.recv(4096)
        if not chunk:
            return
        seen += chunk
