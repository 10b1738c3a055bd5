"""What can go wrong with a target, divided by whose fault it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from conformance.wire import Exchange, url_parts


class TargetError(Exception):
    """The target cannot be used as it was asked for."""


class TargetFileError(TargetError):
    """The target file says something that cannot be meant; its author has to change it."""

    def __init__(self, file: str | Path, key: str, problem: str) -> None:
        self.problems: tuple[tuple[str, str], ...] = ((key, problem),)
        super().__init__(_line(file, key, problem))

    @classmethod
    def of(cls, file: str | Path, problems: Iterable[tuple[str, str]]) -> TargetFileError:
        """Return one error for all problems of a file, pairs of key and problem, one line each."""
        found = tuple(problems)
        error = cls(file, *found[0])
        error.problems = found
        error.args = ("\n".join(_line(file, *problem) for problem in found),)
        return error


class Unreachable(TargetError):  # noqa: N818 - it is what happened, not who is to blame
    """No request can be answered: nothing there, no TLS, no answer in time."""

    def __init__(self, what: str, why: str, next_step: str) -> None:
        super().__init__(f"{what}: {why}. {next_step}")


class ConsentError(TargetError):
    """A page on the way to consent is not as the target file declares it.

    `step` is what was being done, `found` what was there instead; `page` is the last page shown.
    """

    def __init__(self, step: str, url: str, found: str, page: Exchange | None = None) -> None:
        self.step = step
        self.page = page
        super().__init__(f"consent, step {step!r}, at {without_query(url)}: {found}")

    def shown_in(self, picture: Path) -> ConsentError:
        """Return the same with the place of a picture of the page in its message."""
        self.args = (f"{self}; a picture of the page is {picture}",)
        return self


class NoBrowser(TargetError):  # noqa: N818 - it is what is missing, and nobody's fault
    """What needs a browser cannot be done on this machine."""

    def __init__(self, why: str) -> None:
        super().__init__(f"it needs a browser, and {why}")


class BrowserError(TargetError):
    """The browser could not do what it was asked."""


class ProcessError(TargetError):
    """The server of the target file could not be started."""


class MissingProgram(TargetError):  # noqa: N818 - it is what is missing, and nobody's fault
    """This machine lacks programs that a server needs; `missing` says how to get each."""

    def __init__(self, file: str | Path, server: str, missing: Mapping[str, str]) -> None:
        needed = "; ".join(f"{program}: {hint}" for program, hint in missing.items())
        super().__init__(f"{file}: {server} needs what this machine has not: {needed}")


class ClockError(TargetError):
    """The target's clock cannot be moved as it was asked."""


def without_query(url: str) -> str:
    """Return a URL without what may be secret in it: query, fragment and user information."""
    parts = url_parts(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if host else parts.path


def _line(file: str | Path, key: str, problem: str) -> str:
    return f"{file}: {key}: {problem}" if key else f"{file}: {problem}"
