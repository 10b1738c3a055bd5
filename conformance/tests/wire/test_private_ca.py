"""A server whose certificate is of a private CA: known by the target file or the environment."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conformance.load.swift import Swift
from conformance.wire import Exchange, Failure, Limits, RawRequest, Wire, send_raw

_OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
_DAY = dt.timedelta(days=1)
_NO_KEY = serialization.NoEncryption()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for this machine that is its own authority, its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a private CA")])
    now = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, _NO_KEY)
    file.write_bytes(written + certificate.public_bytes(pem))
    return file


@pytest.fixture(scope="module")
def host(authority: Path) -> Iterator[str]:
    """Serve over TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_serve, args=(door, context), daemon=True).start()
        yield f"127.0.0.1:{door.getsockname()[1]}"


def _serve(door: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = door.accept()
        except OSError:
            return
        with (
            suppress(OSError),
            connection,
            context.wrap_socket(connection, server_side=True) as safe,
        ):
            heard = b""
            while not heard.endswith(b"\r\n\r\n"):
                heard += safe.recv(65_536)
            safe.sendall(_OK)


def _usual(wire: Wire, host: str) -> Exchange:
    return wire.send("GET", f"https://{host}/")


def _by_hand(wire: Wire, host: str) -> Exchange:
    return send_raw(wire, RawRequest("GET", f"https://{host}/", "/", (("Host", host),)))


def _quick(wire: Wire, host: str) -> Exchange:
    wire.mount("https://", Swift(wire))
    return _usual(wire, host)


Door = Callable[[Wire, str], Exchange]


def _asked(door: Door, host: str, verify: bool | str) -> Exchange:  # noqa: FBT001 - as the wire's
    return door(Wire([host], Limits(timeout=20), verify=verify, trust_env=False), host)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")  # a user asked for it
@pytest.mark.parametrize("door", [_usual, _by_hand, _quick])
def test_a_private_ca_is_taken_from_file_and_environment(
    door: Door,
    host: str,
    authority: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unknown it is refused; `verify` may name or waive it, REQUESTS_CA_BUNDLE names it too."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    assert _asked(door, host, verify=True).failure is Failure.TLS
    assert _asked(door, host, verify=str(authority)).status == 200
    assert _asked(door, host, verify=False).status == 200
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
    assert _asked(door, host, verify=True).status == 200
