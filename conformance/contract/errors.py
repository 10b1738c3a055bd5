"""What is wrong with a contract folder, said to the person who wrote it."""

from __future__ import annotations

from pathlib import Path


class ContractError(ValueError):
    """A contract folder that cannot be used: which file, where in it, and why."""

    def __init__(self, file: Path, where: str, problem: str) -> None:
        place = f"{file}: {where}" if where else str(file)
        super().__init__(f"{place}: {problem}")
