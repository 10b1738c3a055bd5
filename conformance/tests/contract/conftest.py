"""A copy of the shipped contract that a test can spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.contract import Contract, find, load

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="session")
def kitchenmonki() -> Contract:
    """Return the contract of the Authentication page, as it is shipped."""
    return load(find("kitchenmonki"))


@pytest.fixture
def folder(tmp_path: Path, kitchenmonki: Contract) -> Path:
    """Return a copy of its folder."""
    copied = tmp_path / "copy"
    shutil.copytree(kitchenmonki.folder, copied)
    return copied


def edited(file: Path, edit: Edit) -> None:
    """Change what a YAML file holds."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    edit(content)
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
