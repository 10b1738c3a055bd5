"""A request and its answer on their way through the proxy, as a fault sees and changes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Pairs = tuple[tuple[str, str], ...]

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its target is what stood in the request line."""

    method: str
    target: str
    headers: Pairs
    body: bytes

    @property
    def place(self) -> tuple[str, str]:
        """Return what is called, without its parameters."""
        return self.method, self.target.partition("?")[0]

    @property
    def parameters(self) -> Mapping[str, str]:
        """Return the parameters of the query and of a form; the last of a name stays."""
        return dict((*parse_qsl(urlsplit(self.target).query), *self._form()))

    @property
    def token(self) -> str | None:
        """Return the access token that it carries (RFC 6750 section 2)."""
        for name, value in self.headers:
            if name.lower() == "authorization" and value.lower().startswith("bearer "):
                return value.partition(" ")[2]
        return self.parameters.get("access_token")

    def giving(self, name: str, value: str) -> Asked:
        """Return the request with another value of a parameter, wherever it stood."""
        path, mark, query = self.target.partition("?")
        body = self.body
        if self._form():
            body = _swapped(body.decode("utf-8", "replace"), name, value).encode()
        return replace(self, target=f"{path}{mark}{_swapped(query, name, value)}", body=body)

    def _form(self) -> list[tuple[str, str]]:
        typed = any(key.lower() == "content-type" and _FORM in value for key, value in self.headers)
        return parse_qsl(self.body.decode("utf-8", "replace")) if typed else []


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer."""

    status: int
    headers: Pairs
    body: bytes

    @property
    def members(self) -> dict[str, Any]:
        """Return the members of the JSON object in the body; empty where there is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def good(self) -> bool:
        """Tell whether it says that all went well."""
        return 200 <= self.status < 300

    @property
    def issues(self) -> bool:
        """Tell whether it is the answer to a token request that succeeded."""
        return self.good and isinstance(self.members.get("access_token"), str)

    @property
    def refuses(self) -> bool:
        """Tell whether it is an error that a program is told (RFC 6749 section 5.2)."""
        return 400 <= self.status < 500 and "text/html" not in self.header("Content-Type")

    @property
    def code(self) -> str | None:
        """Return the authorization code that a redirect carries."""
        return dict(parse_qsl(urlsplit(self.header("Location")).query)).get("code")

    def header(self, name: str) -> str:
        """Return the first value of a header, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def with_headers(self, **changed: str | None) -> Answered:
        """Return it with headers replaced, or without those that are None."""
        new = {name.replace("_", "-"): value for name, value in changed.items()}
        gone = {name.lower() for name in new}
        kept = [pair for pair in self.headers if pair[0].lower() not in gone]
        added = [(name, value) for name, value in new.items() if value is not None]
        return replace(self, headers=(*kept, *added))

    def with_members(self, **changed: object) -> Answered:
        """Return it with members of its JSON object replaced, or without those that are None."""
        members = {**self.members, **changed}
        told = {name: members[name] for name in members if changed.get(name, "") is not None}
        return replace(self, body=json.dumps(told).encode())

    def with_query(self, **added: str) -> Answered:
        """Return it with more parameters in the URL that it redirects to."""
        location = self.header("Location")
        joint = "&" if "?" in location else "?"
        return self.with_headers(Location=f"{location}{joint}{urlencode(added)}")


def _swapped(encoded: str, name: str, value: str) -> str:
    pairs = parse_qsl(encoded, keep_blank_values=True)
    if name not in dict(pairs):
        return encoded
    return urlencode([(key, value if key == name else old) for key, old in pairs])
