"""Where contract folders lie: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

import difflib
from pathlib import Path

from conformance.contract.errors import ContractError

_PACKAGE = Path(__file__).resolve().parents[1]
_CANDIDATES = (_PACKAGE / "_specs", _PACKAGE.parent / "specs")


def specs() -> Path:
    """Return the folder that holds the shipped contracts and their schemas."""
    return next((folder for folder in _CANDIDATES if folder.is_dir()), _CANDIDATES[-1])


def shipped() -> tuple[str, ...]:
    """Return the names of the contracts that come with the suite."""
    return tuple(sorted(file.parent.name for file in specs().glob("*/openapi.yaml")))


def find(name: str, beside: Path | None = None) -> Path:
    """Return the folder of a contract, given its name or a path to it.

    A relative path counts from `beside` (the folder of the file that names it) or from the
    working directory. Raises `ContractError` where there is no such folder.
    """
    if name in shipped():
        return specs() / name
    folder = (beside or Path.cwd()) / name
    if (folder / "openapi.yaml").is_file():
        return folder.resolve()
    close = difflib.get_close_matches(name, shipped(), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"shipped are: {', '.join(shipped())}"
    raise ContractError(folder, "", f"no contract here (a folder with an openapi.yaml); {hint}")
