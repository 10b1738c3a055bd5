"""Peers that answer bytes of a test's choice, good HTTP or not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from conformance.wire import Limits, Wire

OK = (
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n"
    b"X-Twice: a\r\nX-Twice: b\r\n\r\nok"
)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve every connection by a function, until the block ends; yield the host."""
    with socket.create_server(("127.0.0.1", 0), backlog=32) as door:
        thread = threading.Thread(target=_serve, args=(door, answer), daemon=True)
        thread.start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(door: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = door.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, answer), daemon=True).start()


def _answer(connection: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    with connection:
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += connection.recv(65_536)
        answer(connection)


def fixed(data: bytes) -> Callable[[socket.socket], None]:
    """Return what answers these bytes."""
    return lambda connection: connection.sendall(data)


def wire_to(host: str, **limits: float) -> Wire:
    """Return a wire to one host."""
    return Wire([host], Limits(**limits), trust_env=False)  # type: ignore[arg-type]
