"""A baseline file: TOML -> the verdicts that are known and accepted for a target, with reasons."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_HEADER = re.compile(r"\s*\[\[\s*(\w+)\s*\]\]")
_TABLE = re.compile(r"\s*\[")
_LISTS = ("violation", "unjudged", "flaky")
# What pydantic calls what TOML calls otherwise, by the type of its error.
_IN_TOML = {
    "date_type": "must be a date without quotes, such as 2027-03-31",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list",
}


class BaselineError(ValueError):
    """A baseline that cannot be meant; its author has to change it."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Entry(_Table):
    """A check case whose verdict is known. `lines` is where the entry stands in its file."""

    check: str = Field(min_length=1)
    reason: str
    link: str = ""
    owner: str = ""
    expires: date | None = None
    lines: tuple[int, int] = (0, 0)


class Excused(Entry):
    """A violation that is accepted for now; another failure of the same check is not."""

    verdict: Literal["fail", "warn"]
    fingerprint: str
    seen: str = ""


class Listed(Entry):
    """A check case that is expected to stay unjudged."""

    verdict: Literal["inconclusive", "pending"]
    seen: str = ""


class Flaky(Entry):
    """A check case that is now red and now green. It is no state to stay in, so it has an end."""

    expires: date
    fingerprint: str = ""
    seen: str = ""


class Stamp(_Table):
    """The contract that a baseline was written for."""

    name: str
    version: str = ""
    digest: str = ""


class Baseline(_Table):
    """What is accepted for a target.

    `accept` says why a MUST may stay unjudged, by requirement id or precondition, as a target file
    does. `known` names the check cases that there were when the baseline was written, by check; a
    case that is not among them is new in the suite or in the contract. Without it all are known.
    `floor` says how many requirements of a level a whole run has judged, and has to judge again.
    What holds `under_load` is known of a soak, and nothing else is held against it.
    """

    target: str
    contract: Stamp
    suite: str = ""
    strict: bool = False
    under_load: bool = False
    violation: tuple[Excused, ...] = ()
    unjudged: tuple[Listed, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    accept: Mapping[str, str] = {}
    known: Mapping[str, tuple[str, ...]] = {}
    floor: Mapping[Literal["MUST", "SHOULD"], int] = {}
    file: str = ""

    @property
    def whose(self) -> str:
        """Return of what it is the baseline."""
        return whose(self.target, self.contract.name, under_load=self.under_load)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of all lists."""
        return (*self.violation, *self.unjudged, *self.flaky)

    @property
    def cases(self) -> tuple[str, ...]:
        """Return the ids of the check cases that there were."""
        return tuple(
            f"{check}[{one}]" if one else check
            for check, all_ in self.known.items()
            for one in all_
        )

    def knows(self, case_id: str) -> bool:
        """Tell whether a check case was there when the baseline was written."""
        check, _, parameters = case_id.partition("[")
        return not self.known or parameters.removesuffix("]") in self.known.get(check, ())

    def where(self, entry: Entry) -> str:
        """Return where an entry stands: `staging.toml:12-18`."""
        return f"{self.file}:{entry.lines[0]}-{entry.lines[1]}"


@dataclass(frozen=True, slots=True)
class Stale:
    """Something in a baseline that holds no more, and what to do about it."""

    where: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a baseline says of a run.

    `excused` and `flaky` are red cases with the reason of their entry; `changed` are red cases with
    an entry for another failure; `reported` are cases, red or unjudged, that the baseline does not
    know yet; `unlisted` are unjudged cases that stand nowhere.
    """

    file: str
    excused: Mapping[str, str] = field(default_factory=dict)
    flaky: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, str] = field(default_factory=dict)
    reported: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    stale: tuple[Stale, ...] = ()
    floor: Mapping[str, int] = field(default_factory=dict)

    def forgives(self, case_id: str) -> bool:
        """Tell whether a red case does not count."""
        return case_id in self.excused or case_id in self.flaky or case_id in self.reported

    def accepts(self, case_id: str) -> str | None:
        """Return why a case may stay unjudged, or None where nothing says so."""
        new = "it is new, and the baseline does not know it yet"
        return new if case_id in self.reported else self.listed.get(case_id)


def whose(target: str, contract: str, *, under_load: bool) -> str:
    """Return for a reader of what something is the baseline: the same words mean the same."""
    return f"{target} by {contract}{' under load' if under_load else ''}"


def read(file: Path, *, unexplained: bool = False) -> Baseline:
    """Read a baseline; raises `BaselineError`, which names every problem in a line of its own.

    One with entries that nobody gave a reason for is refused, unless it is to be worked on.
    """
    try:
        text = file.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as problem:
        raise BaselineError(f"{file}: {getattr(problem, 'strerror', None) or problem}") from None
    except tomllib.TOMLDecodeError as problem:
        raise BaselineError(f"{file}: not TOML: {problem}") from None
    found = of(_located(data, text, file), file)
    missing = [entry for entry in found.entries if not entry.reason.strip()]
    if missing and not unexplained:
        raise BaselineError(
            "\n".join(
                f"{found.where(entry)}: {entry.check}: reason: empty; say why this is accepted"
                for entry in missing
            )
        )
    return found


def of(data: Mapping[str, Any], file: Path) -> Baseline:
    """Return a baseline from its values; raises `BaselineError`."""
    try:
        return Baseline.model_validate({**data, "file": str(file)})
    except ValidationError as error:
        raise BaselineError("\n".join(_problems(error, data, file))) from None


def recorded(data: Mapping[str, Any]) -> Baseline:
    """Return a baseline as the header of a journal holds it."""
    return Baseline.model_validate(data, strict=False)


def _located(data: Mapping[str, Any], text: str, file: Path) -> dict[str, Any]:
    """Return the values with lists as tuples, and with the lines of each entry in it.

    Raises `BaselineError` for entries in another form, which have no lines of their own.
    """
    places = _places(text)
    located = {name: _frozen(value) for name, value in data.items()}
    for name in filter(data.__contains__, _LISTS):
        found = places.get(name, [])
        if not isinstance(data[name], list) or len(data[name]) != len(found):
            raise BaselineError(f"{file}: {name}: write each entry under a [[{name}]] of its own")
        located[name] = tuple(
            {**_frozen(entry), "lines": place}
            for entry, place in zip(data[name], found, strict=True)
        )
    return located


def _places(text: str) -> dict[str, list[tuple[int, int]]]:
    """Return the first and the last line of each `[[entry]]`, by the name of its list."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if _TABLE.match(line)]
    found: dict[str, list[tuple[int, int]]] = {}
    for start, end in zip(starts, (*starts[1:], len(lines)), strict=False):
        header = _HEADER.match(lines[start])
        if header:
            kept = [at for at in range(start, end) if _says_something(lines[at])]
            found.setdefault(header[1], []).append((start + 1, kept[-1] + 1))
    return found


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _frozen(value: Any) -> Any:  # noqa: ANN401 - TOML is any of eight types
    if isinstance(value, dict):
        return {name: _frozen(inner) for name, inner in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _problems(error: ValidationError, data: Mapping[str, Any], file: Path) -> Iterator[str]:
    for details in error.errors(include_url=False, include_input=False):
        where = ".".join(map(str, details["loc"]))
        entry = _entry(data, details["loc"])
        line = f":{entry['lines'][0]}" if "lines" in entry else ""
        yield f"{file}{line}: {where}: {_sentence(details['type'], details['msg'], details['loc'])}"


def _entry(data: Mapping[str, Any], steps: Sequence[int | str]) -> Mapping[str, Any]:
    match steps:
        case (str(kind), int(index), *_):
            found: Mapping[str, Any] = data[kind][index]
            return found
    return {}


def _sentence(kind: str, message: str, steps: Sequence[int | str]) -> str:
    if kind == "missing":
        return "missing"
    if kind == "extra_forbidden":
        lists: dict[str, type[BaseModel]] = {
            "violation": Excused,
            "unjudged": Listed,
            "flaky": Flaky,
            "contract": Stamp,
        }
        known = lists.get(str(steps[0]), Baseline).model_fields
        close = difflib.get_close_matches(str(steps[-1]), known, n=1)
        return f"unknown key; did you mean {close[0]}?" if close else "unknown key"
    return _IN_TOML.get(kind, message.replace("Input should", "must"))
