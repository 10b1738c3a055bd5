"""A target file: TOML -> what the suite may know of a running service."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import PrivateAttr, ValidationError

from conformance.targets.description.addresses import PORT, plain
from conformance.targets.description.problems import Steps, key, nearest, problems
from conformance.targets.description.tables import Client, PublicClient, Tables, User
from conformance.targets.errors import TargetFileError

_SHIPPED = Path(__file__).resolve().parents[1] / "thirdparty"
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class TargetFile(Tables):
    """A target file that was read and found good."""

    _source: Path = PrivateAttr(default=Path("embedded"))

    @property
    def source(self) -> Path:
        """Return the file it was read from."""
        return self._source

    @property
    def folder(self) -> Path:
        """Return the folder from which relative paths count."""
        return self._source.resolve().parent

    @property
    def clients(self) -> dict[str, PublicClient]:
        """Return the clients that are declared, by the name of their table."""
        found = {
            "client": self.client,
            "other_client": self.other_client,
            "service_client": self.service_client,
            "public_client": self.public_client,
        }
        return {role: client for role, client in found.items() if client is not None}

    @property
    def users(self) -> dict[str, User]:
        """Return the users that are declared, by the name of their table."""
        found = {"user": self.user, "other_user": self.other_user}
        return {role: user for role, user in found.items() if user is not None}

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown: client secrets, passwords, values of extra headers."""
        clients = (client for client in self.clients.values() if isinstance(client, Client))
        return (
            *(client.secret for client in clients),
            *(user.password for user in self.users.values()),
            *self.http.headers.values(),
        )

    @property
    def verify(self) -> bool | str:
        """Return how TLS is judged, as `requests` wants it: a CA bundle by its whole path."""
        declared = self.http.verify
        return str(self.folder / declared) if isinstance(declared, str) else declared

    def as_toml(self) -> str:
        """Return the file's text, with every secret in it."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_unset=True))

    def located(self, free_port: Callable[[], int] | None = None) -> TargetFile:
        """Return the same file with `{python}` and `{cache}` filled in everywhere, and `{port}`.

        Without a way to find free ports their places stay as they are.
        """
        known = {"{python}": sys.executable}
        if self.install:
            known["{cache}"] = str(self.install.folder)
        if free_port:
            known |= {place: str(free_port()) for place in _ports(self)}
        data = self.model_dump(exclude_unset=True)
        return parse({name: _filled(value, known) for name, value in data.items()}, self._source)


def shipped() -> dict[str, Path]:
    """Return the target files that come with the suite, by name."""
    return {file.stem: file for file in sorted(_SHIPPED.glob("*.toml"))}


def variables(source: str) -> tuple[str, ...]:
    """Return the names of the variables that a target file reads from the environment."""
    text = _locate(source).read_text(encoding="utf-8")
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def read(source: str, environ: Mapping[str, str] = os.environ) -> TargetFile:
    """Read a target file, given its path or the name of one that is shipped.

    Raises `TargetFileError`, which names every problem of the file, each in a line of its own.
    """
    file = _locate(source)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise TargetFileError(file, "", f"not TOML: {problem}") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise TargetFileError(file, "", f"cannot be read: {problem}") from None
    unset: dict[Steps, str] = {}
    expanded = {name: _expanded(value, environ, (name,), unset) for name, value in data.items()}
    return parse(expanded, file, {key(steps, expanded): why for steps, why in unset.items()})


def parse(
    data: Mapping[str, Any], source: Path, known_problems: Mapping[str, str] | None = None
) -> TargetFile:
    """Return a target file from its values, lists given as tuples; raises `TargetFileError`.

    A key with a known problem is not judged again.
    """
    found = dict(known_problems or {})
    try:
        target = TargetFile.model_validate(data)
    except ValidationError as error:
        for where, problem in problems(error, Tables, data):
            found.setdefault(where, problem)
    else:
        target._source = source  # noqa: SLF001 - our own; not a key, so that no file can set it
        for where, problem in _contradictions(target):
            found.setdefault(where, problem)
    if found:
        raise TargetFileError.of(source, found.items())
    return target


def _contradictions(target: TargetFile) -> Iterator[tuple[str, str]]:
    """Find what no single table can know."""
    if target.process is None and _ports(target):
        yield "[process]", "missing; without it nothing gives {port} a value"
    if target.install is None and "{cache}" in repr(target.model_dump()):
        yield "[install]", "missing; without it nothing gives {cache} a value"
    if target.install and target.process is None:
        yield "[process]", "missing; without it nothing starts what [install] installs"
    if target.process and target.process.faketime and target.clock.driver == "control":
        yield "[process].faketime", "not together with [clock] driver = 'control'; choose one"
    for where, url in target.urls.items():
        if plain(url) and not target.allow_plain_http:
            yield (
                where,
                "plain http to another host; use https, or allow_plain_http = true at the top",
            )
    if target.other_client and target.other_client.id == target.client.id:
        yield "[other_client].id", "the same as [client].id; it must be another client"
    if target.user and target.other_user and target.other_user.name == target.user.name:
        yield "[other_user].name", "the same as [user].name; it must be another user"
    if isinstance(target.verify, str) and not Path(target.verify).exists():
        yield "[http].verify", f"there is no file {target.http.verify!r} beside the target file"


def _ports(target: TargetFile) -> frozenset[str]:
    return frozenset(PORT.findall(repr(target.model_dump())))


def _locate(source: str) -> Path:
    known = shipped()
    if source in known:
        return known[source]
    if Path(source).is_file():
        return Path(source)
    if source.endswith(".toml") or os.sep in source:
        raise TargetFileError(source, "", "there is no such file")
    hint = nearest(source, {name: repr(name) for name in known})
    raise TargetFileError(
        source or "''", "", f"no file, and no target of this name is shipped; {hint}"
    )


def _expanded(
    value: object, environ: Mapping[str, str], steps: Steps, unset: dict[Steps, str]
) -> object:
    """Fill in `${NAME}`, turn lists into tuples, and note which variables are not set."""
    if isinstance(value, dict):
        return {k: _expanded(v, environ, (*steps, k), unset) for k, v in value.items()}
    if isinstance(value, list):
        return tuple(_expanded(v, environ, (*steps, i), unset) for i, v in enumerate(value))
    if not isinstance(value, str):
        return value
    absent = sorted({name for name in _VARIABLE.findall(value) if name not in environ})
    if absent:
        names = ", ".join(absent)
        unset[steps] = f"the environment does not set {names}; set it before the run"
    return _VARIABLE.sub(lambda match: environ.get(match[1], match[0]), value)


def _filled(value: object, known: Mapping[str, str]) -> object:
    if isinstance(value, Mapping):
        return {name: _filled(inner, known) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_filled(inner, known) for inner in value)
    if not isinstance(value, str):
        return value
    for placeholder, replacement in known.items():
        value = value.replace(placeholder, replacement)
    return value
