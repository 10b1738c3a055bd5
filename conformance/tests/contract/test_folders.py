"""Where contracts are found, by name or by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract import ContractError, find, load, shipped


def test_shipped_contracts_are_found_by_name() -> None:
    """Every shipped contract is found by the name that it is listed under."""
    assert "kitchenmonki" in shipped()
    for name in shipped():
        assert load(find(name)).name == name


def test_a_path_counts_from_the_file_that_names_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path counts from the given folder, or else from the working directory."""
    monkeypatch.chdir(folder)
    assert find(folder.name, beside=folder.parent) == folder
    assert find(".") == folder
    assert find(str(folder), beside=Path("/nowhere")) == folder


@pytest.mark.parametrize(
    ("name", "hint"), [("kitchenmonkey", "did you mean 'kitchenmonki'"), ("x", "shipped are: ")]
)
def test_an_unknown_contract_is_named(tmp_path: Path, name: str, hint: str) -> None:
    """A name that leads nowhere says where it was looked for, and what there is."""
    with pytest.raises(ContractError) as told:
        find(name, beside=tmp_path)
    assert str(tmp_path / name) in str(told.value)
    assert hint in str(told.value)
