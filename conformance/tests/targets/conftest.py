"""The contract of the page, and a way to write target files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.contract import Contract, find, load

Write = Callable[[str], str]


@pytest.fixture(scope="session")
def contract() -> Contract:
    """Return the contract of the Authentication page."""
    return load(find("kitchenmonki"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a target file and returns its path."""

    def written(text: str) -> str:
        file = tmp_path / "staging.toml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return written
