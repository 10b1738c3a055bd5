"""How far a soak is: what the master has heard, left where the command line finds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

_NAME = "standing.json"


@dataclass(frozen=True)
class Standing:
    """The operations so far, and how many plays have broken each invariant."""

    operations: int = 0
    broken: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.operations} operations, {sum(self.broken.values())} findings"

    def leave(self, folder: Path) -> None:
        """Write it into a folder, whole at any moment."""
        part = folder / f"{_NAME}.part"
        part.write_text(json.dumps(asdict(self)))
        part.replace(folder / _NAME)

    @classmethod
    def found(cls, folder: Path) -> Self:
        """Return what was left in a folder; nothing is done yet where nothing was."""
        path = folder / _NAME
        return cls(**json.loads(path.read_text())) if path.is_file() else cls()
