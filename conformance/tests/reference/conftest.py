"""A reference server, and a visitor who talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.reference import Server, create_app
from conformance.tests.reference.visitor import PAGE, Visitor


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """Return a healthy server, the same for all tests that leave its clock alone."""
    with Server(create_app(PAGE)) as running:
        yield running


@pytest.fixture
def visitor(server: Server) -> Iterator[Visitor]:
    """Return a visitor whom the server does not know yet."""
    with Visitor(server) as fresh:
        yield fresh


@pytest.fixture
def later() -> Iterator[Visitor]:
    """Return a visitor of a server of its own, whose clock may be moved."""
    with Server(create_app(PAGE)) as running, Visitor(running) as fresh:
        yield fresh
