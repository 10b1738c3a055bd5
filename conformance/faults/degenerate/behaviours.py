"""What a degenerate server does with a connection, once it has read a request."""

from __future__ import annotations

import json
import secrets
import socket
import struct
import time
import zlib
from functools import cache
from http import HTTPStatus

from conformance.faults.degenerate.listener import Behaviour

_LEVELS = 100_000
_BOMB = 512 * 2**20  # bytes, once it is unpacked
_PAUSE = 0.2  # seconds
_JSON = "application/json"


def _head(status: int, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answering(body: str, status: int = 200, content_type: str = _JSON) -> Behaviour:
    """Answer everything in one way."""
    data = body.encode()
    head = _head(status, Content_Type=content_type, Content_Length=str(len(data)))
    return lambda connection: connection.sendall(head + data)


def silent(connection: socket.socket) -> None:
    """Never answer."""
    connection.recv(1)


def dripping(connection: socket.socket) -> None:
    """Send an answer byte by byte, each just in time."""
    connection.sendall(_head(200, Content_Type=_JSON, Content_Length="100000"))
    while True:
        connection.sendall(b" ")
        time.sleep(_PAUSE)


def endless(connection: socket.socket) -> None:
    """Send an answer that has no end."""
    connection.sendall(_head(200, Content_Type=_JSON))
    while True:
        connection.sendall(b" " * 65_536)


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * 2**20
    packed = b"".join(packer.compress(piece) for _ in range(_BOMB // len(piece)))
    return packed + packer.flush()


def bomb(connection: socket.socket) -> None:
    """Send a small body that unpacks to hundreds of megabytes."""
    body = _bomb()
    length = str(len(body))
    head = _head(200, Content_Type=_JSON, Content_Encoding="gzip", Content_Length=length)
    connection.sendall(head + body)


def resetting(connection: socket.socket) -> None:
    """Break the connection off in the middle of a body."""
    connection.sendall(_head(200, Content_Type=_JSON, Content_Length="1000") + b'{"access_')
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def redirecting(connection: socket.socket) -> None:
    """Send the client to where it is."""
    connection.sendall(_head(302, Location="/authorize?again=1", Content_Length="0"))


def generous(connection: socket.socket) -> None:
    """Give a plausible fresh token to everybody, for everything."""
    answer = {
        "access_token": secrets.token_urlsafe(32),
        "expires_in": 3600,
        "token_type": "bearer",
        "scope": None,
        "refresh_token": secrets.token_urlsafe(32),
    }
    answering(json.dumps(answer))(connection)


PORTAL = "<html><body><h1>Welcome to our network</h1><form><input name=q></form></body></html>"
DEEP = "[" * _LEVELS + "]" * _LEVELS
