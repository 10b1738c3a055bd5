"""`[install]`: an unmodified server, put once into a cache folder of its own.

The folder is made anew when the recipe has changed, and when an earlier attempt did not end: only a
stamp, written last, says that it is good. What the steps wrote lies beside it, in a file `.log`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from filelock import FileLock

from conformance.targets.description.file import TargetFile
from conformance.targets.description.tables import Install
from conformance.targets.errors import MissingProgram, TargetFileError
from conformance.targets.startup.programs import Programs

_STAMP = ".installed"
_STEP_WITHIN = 1800.0
_NOT_OURS = shutil.ignore_patterns("__pycache__")


class Installation:
    """The server that a target file installs; `folder` is where it lies."""

    def __init__(self, file: TargetFile, recipe: Install) -> None:
        self._file = file
        self._recipe = recipe
        self.folder = recipe.folder

    @classmethod
    def of(cls, file: TargetFile) -> Installation | None:
        """Return the installation of a target file, or None where it declares none."""
        return cls(file, file.install) if file.install else None

    @property
    def name(self) -> str:
        """Return what is installed."""
        return f"{self._recipe.server} {self._recipe.version}"

    @property
    def missing(self) -> dict[str, str]:
        """Return the programs that this machine lacks, each with the way to get it."""
        needs = self._recipe.needs
        return {program: hint for program, hint in needs.items() if not shutil.which(program)}

    @property
    def done(self) -> bool:
        """Tell whether the server was installed by the recipe as it is now."""
        stamp = self.folder / _STAMP
        return stamp.is_file() and stamp.read_text("utf-8") == self._digest()

    def ensure(self) -> None:
        """Install the server unless that is done; raises `TargetError`."""
        if self.missing:
            raise MissingProgram(self._file.source, self.name, self.missing)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._beside(".lock")):  # another run may want the same server
            if not self.done:
                self._install()

    def _install(self) -> None:
        as_it_was = self._digest()  # should the recipe change meanwhile, it is not done
        shutil.rmtree(self.folder, ignore_errors=True)
        source = self._source()
        if source is None:
            self.folder.mkdir()
        else:
            shutil.copytree(source, self.folder, ignore=_NOT_OURS)
        log = self._beside(".log")
        log.unlink(missing_ok=True)
        programs = Programs(self._file, self.folder, log, os.environ)
        located = self._file.located().install or self._recipe
        for step in located.steps:
            programs.finish("[install].steps", step, _STEP_WITHIN)
        (self.folder / _STAMP).write_text(as_it_was, "utf-8")

    def _source(self) -> Path | None:
        """Return the folder of the recipe's own files; raises `TargetFileError`."""
        if self._recipe.files is None:
            return None
        found = self._file.folder / self._recipe.files
        if not found.is_dir():
            problem = f"there is no folder {self._recipe.files!r} beside the target file"
            raise TargetFileError(self._file.source, "[install].files", problem)
        return found

    def _digest(self) -> str:
        """Return what stands for the recipe: its steps and every file that it brings."""
        found = hashlib.sha256(repr(self._recipe.steps).encode())
        source = self._source()
        for file in sorted(source.rglob("*")) if source else ():
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(file.relative_to(source or file).as_posix().encode())
                found.update(file.read_bytes())
        return found.hexdigest()

    def _beside(self, suffix: str) -> Path:
        return self.folder.with_name(self.folder.name + suffix)
