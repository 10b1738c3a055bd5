"""A prover of the Authentication page."""

from __future__ import annotations

import pytest

from conformance.contract import find, load
from conformance.faults.prove import Prover


@pytest.fixture(scope="session")
def prover() -> Prover:
    """Return what judges servers with faults."""
    return Prover(load(find("kitchenmonki")))
