"""The journal of a run: one line of JSON for everything that happens, as it happens."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from conformance.evidence.record import Line
from conformance.evidence.redaction import Redactor
from conformance.evidence.transcript import Transcript
from conformance.evidence.visible import visible
from conformance.wire import Exchange

SCHEMA = "conformance-journal/1"

# What the suite and its contracts say themselves; a target's words are never among it, and a
# password that is an ordinary word must not change it.
_OURS = frozenset(
    {
        *("type", "schema", "suite", "contract", "profile", "clock", "consent", "effort", "cases"),
        *("unsteady", "documents", "requirements", "readings", "deviations", "faults", "baseline"),
        *("check", "outcome", "precondition", "exchanges", "step"),
    }
)


class JournalError(Exception):
    """The journal can no longer be written; what it holds so far is whole.

    It is no `OSError`, so that nobody takes it for one of the network.
    """


class Journal:
    """Appends to a journal; every line is redacted and written whole, at once.

    Safe for threads and for several processes on one file. A run that is killed leaves at most one
    torn line. Raises `OSError` where the file cannot be opened, and `JournalError` where it cannot
    be written; `lost` says that it could not.
    """

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        self._transcript = Transcript(redactor)
        self._lock = threading.Lock()
        self.lost = False
        torn = _is_torn(path)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        if torn:
            os.write(self._file, b"\n")

    def __enter__(self) -> Self:
        """Return the journal, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the journal."""
        self.close()

    def close(self) -> None:
        """Close the file; what was written is there already."""
        os.close(self._file)

    def header(self, **entries: Any) -> None:  # noqa: ANN401 - members of a JSON object
        """Write what the run is: suite, contract, target, drivers, seed, cases, requirements."""
        self._write({"type": "header", "schema": SCHEMA, **entries})

    def exchange(self, exchange: Exchange, check: str | None, ahead: float = 0.0) -> Line:
        """Write an exchange, under the check case that caused it, and return the line.

        `ahead` is by how many seconds the target's clock had been moved.
        """
        line = self._transcript.line(exchange, check, ahead)
        self._append(line)
        return line

    def told(self, line: Line) -> None:
        """Write an exchange that a transcript has told already, as one elsewhere does."""
        self._append(line)

    def verdict(self, **entries: Any) -> None:  # noqa: ANN401 - members of a JSON object
        """Write what came of a check case."""
        self._write({"type": "verdict", **entries})

    def observation(self, name: str, value: object) -> None:
        """Write down something that was measured."""
        self._write({"type": "observation", "name": name, "value": value})

    def footer(self, **entries: Any) -> None:  # noqa: ANN401 - members of a JSON object
        """Write that the run has ended, how, and what it took."""
        self._write({"type": "footer", **entries})

    def _write(self, line: Mapping[str, Any]) -> None:
        self._append(
            {key: value if key in _OURS else self._clean(value) for key, value in line.items()}
        )

    def _append(self, line: Mapping[str, Any]) -> None:
        data = (json.dumps(line, ensure_ascii=False, default=str) + "\n").encode("utf-8", "replace")
        with self._lock:
            try:
                self.lost = os.write(self._file, data) < len(data)
            except OSError as problem:
                self.lost = True
                raise JournalError(f"{self.path}: {problem.strerror}") from None
        if self.lost:
            raise JournalError(f"{self.path}: no space left for more of it")

    def _clean(self, value: Any) -> Any:  # noqa: ANN401 - JSON is any of six types
        if isinstance(value, str):
            return visible(self._redactor.redact(value))
        if isinstance(value, Mapping):
            return {self._clean(str(key)): self._clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(item) for item in value]
        return value if isinstance(value, int | float | None) else self._clean(str(value))


def _is_torn(path: Path) -> bool:
    """Tell whether a journal ends in the middle of a line, as that of a killed run may."""
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
