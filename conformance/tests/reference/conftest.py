"""A reference server with two clients, four users and a clock, and a way to talk to it."""

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
    """Return a browser and API client that knows nothing yet."""
    with Visitor(server) as fresh:
        yield fresh
