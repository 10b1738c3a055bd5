"""What waits for its time across runs: `pending.json`, for its owner's eyes only.

Everything that is held is written the moment it is prepared, so that a run that is cut off loses
nothing. Where the environment gives a key, the held values are encrypted with it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from conformance.targets.description.file import TargetFile
from conformance.targets.errors import TargetError
from conformance.targets.grants import Client, Code, Companions, Tokens, User
from conformance.targets.window import Span, Window

KEY = "CONFORMANCE_PENDING_KEY"
SCHEMA = "conformance-pending/1"

Held = Code | Tokens | Companions


class PendingError(TargetError):
    """A `pending.json` that cannot be used: what is wrong with it, and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One observation that is still to come; clients and users stand in it by their roles.

    `midway` is when something happens to what is held, as long as it has not happened.
    """

    case: str
    window: Window
    midway: Window | None
    packed: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, case: str, held: Held, window: Window, midway: Window | None = None) -> Entry:
        """Return the entry for something held."""
        return cls(case, window, midway, _packed(held))

    def held(self, client: Callable[[str], Client], user: Callable[[str], User]) -> Held:
        """Return what is held, given who has which role."""
        held: Held = _unpacked(self.packed, client, user)
        return held


class Pending:
    """The entries of one target in a report folder, written whole after every change.

    `target` tells it from others: what waits in the same file for another target is kept as it is.
    """

    def __init__(
        self, path: Path, target: str = "", environ: Mapping[str, str] = os.environ
    ) -> None:
        self.path = path
        self.target = target
        self._fernet = _fernet(environ.get(KEY))
        self._others: list[Mapping[str, Any]] = []
        self.entries: dict[str, Entry] = {}

    @property
    def encrypted(self) -> bool:
        """Tell whether what is held is encrypted."""
        return self._fernet is not None

    @classmethod
    def read(cls, path: Path, target: str = "", environ: Mapping[str, str] = os.environ) -> Pending:
        """Read the entries of a target in a report folder; none where there is no file.

        Raises `PendingError` where the file is broken or encrypted with another key.
        """
        found = cls(path, target, environ)
        if path.is_file():
            try:
                lines = json.loads(path.read_text(encoding="utf-8"))["entries"]
                entries = [found._entry(one) for one in lines if one["target"] == target]
                found._others = [one for one in lines if one["target"] != target]
            except (ValueError, KeyError, TypeError) as problem:
                raise PendingError(f"{path}: not a file of ours: {problem}") from None
            found.entries = {entry.case: entry for entry in entries}
        return found

    def put(self, entry: Entry) -> None:
        """Keep an entry, in the file too."""
        self.entries[entry.case] = entry
        self._save()

    def forget(self) -> None:
        """Forget every entry of the target: the server that issued what is held has ended."""
        if self.entries:
            self.entries.clear()
            self._save()

    def drop(self, case: str) -> None:
        """Forget an entry that was judged."""
        if self.entries.pop(case, None):
            self._save()

    def _save(self) -> None:
        entries = [*self._others, *(self._line(entry) for entry in self.entries.values())]
        if not entries:
            self.path.unlink(missing_ok=True)
            return
        _write(self.path, entries)

    def _line(self, entry: Entry) -> dict[str, Any]:
        held = json.dumps(entry.packed)
        kept = _encrypted(self._fernet, held) if self._fernet else json.loads(held)
        return {
            "target": self.target,
            "check": entry.case,
            "due": entry.window.opens,
            "closes": entry.window.closes,
            "midway": entry.midway and [entry.midway.opens, entry.midway.closes],
            "encrypted": self.encrypted,
            "held": kept,
        }

    def _entry(self, line: Mapping[str, Any]) -> Entry:
        held = line["held"]
        if line["encrypted"]:
            held = json.loads(self._decrypted(held))
        midway = Window(*line["midway"]) if line.get("midway") else None
        return Entry(line["check"], Window(line["due"], line["closes"]), midway, held)

    def _decrypted(self, text: str) -> str:
        if self._fernet is None:
            raise PendingError(
                f"{self.path} is encrypted: set {KEY} to the key that it was written with"
            )
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except InvalidToken:
            raise PendingError(
                f"{self.path} was encrypted with another key than {KEY} holds"
            ) from None


def exposed(path: Path) -> tuple[str, ...]:
    """Return the names of the targets of which a file holds something in the clear."""
    lines = json.loads(path.read_text(encoding="utf-8"))["entries"] if path.is_file() else []
    marks = (one["target"] for one in lines if not one["encrypted"])
    return tuple(dict.fromkeys(mark.partition("/")[0] for mark in marks))


def seal(path: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Encrypt what a file holds in the clear, where there is a key by now; raises `OSError`."""
    fernet = _fernet(environ.get(KEY))
    if fernet is None or not exposed(path):
        return
    lines = json.loads(path.read_text(encoding="utf-8"))["entries"]
    for line in lines:
        if not line["encrypted"]:
            line.update(encrypted=True, held=_encrypted(fernet, json.dumps(line["held"])))
    _write(path, lines)


def mark(file: TargetFile | None, contract: str) -> str:
    """Return what tells a target, with its clients and users, from every other one."""
    if file is None:
        return f"embedded/{contract}"
    parties: dict[str, str] = {role: one.id for role, one in file.clients.items()}
    people = {role: one.name for role, one in file.users.items()}
    told = [file.name, contract, file.endpoints.model_dump(mode="json"), parties, people]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{file.name}/{digest[:12]}"


def _fernet(key: str | None) -> Fernet | None:
    """Return the cipher for a key of any length, or None without one."""
    if not key:
        return None
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def _encrypted(fernet: Fernet, held: str) -> str:
    return fernet.encrypt(held.encode()).decode()


def _write(path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    text = json.dumps({"schema": SCHEMA, "entries": entries}, indent=1)
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _packed(held: Held) -> dict[str, Any]:
    if isinstance(held, Companions):
        pair = {"value": _packed(held.value), "control": _packed(held.control)}
        return {"kind": "companions", **pair}
    members = {one.name: getattr(held, one.name) for one in fields(held)}
    members.pop("exchange", None)
    issued = {"sent": held.issued.sent, "received": held.issued.received}
    roles: dict[str, Any] = {
        name: members[name].role for name in ("client", "user") if name in members
    }
    return {
        "kind": "code" if isinstance(held, Code) else "tokens",
        **members,
        "issued": issued,
        **roles,
    }


def _unpacked(
    packed: Mapping[str, Any], client: Callable[[str], Client], user: Callable[[str], User]
) -> Any:  # noqa: ANN401 - as it was packed
    given = dict(packed)
    kind = given.pop("kind")
    if kind == "companions":
        return Companions(**{name: _unpacked(one, client, user) for name, one in given.items()})
    issued, owner = Span(**given.pop("issued")), client(given.pop("client"))
    if kind == "code":
        return Code(client=owner, user=user(given.pop("user")), issued=issued, **given)
    return Tokens(client=owner, issued=issued, **given)
