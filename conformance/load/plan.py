"""What the processes of one machine have to know of a soak, handed to them in a file."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.contract import Contract
from conformance.evidence import Redactor
from conformance.load.ground import Ground
from conformance.targets import TargetFile

_VARIABLE = "CONFORMANCE_SOAK"  # names the folder in the environment
_NAME = "plan"


@dataclass(frozen=True)
class Plan:
    """The target with all its secrets, the contract, and what is known of the ground.

    `spent` is how many requests this machine has sent already, of its workers' share. `cases` are
    the check cases that the contract asks for and `journal` is where findings go; only the master
    needs them. A target that `stays` is not gone when the soak is over.
    """

    file: TargetFile
    contract: Contract
    ground: Ground
    spent: int = 0
    cases: tuple[str, ...] = ()
    journal: Path | None = None
    stays: bool = True

    @property
    def redactor(self) -> Redactor:
        """Return a redactor that knows what the target file declares."""
        redactor = Redactor()
        for secret in self.file.secrets:
            redactor.register(secret, "declared-secret")
        return redactor

    def hand_over(self, folder: Path) -> dict[str, str]:
        """Write it into a folder that nobody else can enter; return the environment that tells."""
        (folder / _NAME).write_bytes(pickle.dumps(self))
        return {_VARIABLE: str(folder)}

    @classmethod
    def given(cls, environ: Mapping[str, str] = os.environ) -> Plan:
        """Return what was handed over; raises `KeyError` where nothing was."""
        found: Plan = pickle.loads((cls.folder(environ) / _NAME).read_bytes())  # noqa: S301 - our own
        return found

    @classmethod
    def folder(cls, environ: Mapping[str, str] = os.environ) -> Path:
        """Return where it was handed over; raises `KeyError` where nothing was."""
        return Path(environ[_VARIABLE])
