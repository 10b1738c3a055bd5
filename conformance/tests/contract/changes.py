"""Ways to change a description so that every address, place and lifetime in it is another one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

Description = dict[str, Any]
Change = Callable[[Description], None]

FORM = "application/x-www-form-urlencoded"
# A browser opens the authorization page, so that one stays a GET (RFC 6749 section 3.1).
_METHODS = {"get": "post", "post": "put", "put": "patch", "delete": "post"}
_LIFETIMES = {
    "code_lifetime": 90,
    "access_token_lifetime": 1800,
    "refresh_token_lifetime": 864_000,
}
_HEADER = {"type": "apiKey", "in": "header", "name": "X-Kitchen-Key"}
_PARAMETER = "key"
_FIELD = "kitchen_key"


def changed(folder: Path, *changes: Change) -> None:
    """Apply changes to the description in a contract folder."""
    file = folder / "openapi.yaml"
    description = yaml.safe_load(file.read_text(encoding="utf-8"))
    for change in changes:
        change(description)
    file.write_text(yaml.safe_dump(description, sort_keys=False), encoding="utf-8")


def paths(description: Description) -> None:
    """Change every segment of every path that is no template."""
    description["paths"] = {
        re.sub(r"(?<=/)(?=[^{])", "new-", path): item for path, item in description["paths"].items()
    }


def methods(description: Description) -> None:
    """Change the method of every operation but the page that a browser opens."""
    page = description["x-conformance"]["endpoints"]["authorize"]
    for path, item in description["paths"].items():
        operations = {name: one for name, one in item.items() if "operationId" in one}
        rest = {name: one for name, one in item.items() if name not in operations}
        moved = {
            name if one["operationId"] == page else _METHODS[name]: one
            for name, one in operations.items()
        }
        assert len(moved) == len(operations), path
        description["paths"][path] = {**rest, **moved}


def grant_parameters(description: Description) -> None:
    """Let the token request carry its parameters in a form instead of the query."""
    operation = _operation(description, description["x-conformance"]["endpoints"]["token"])
    given = [_resolved(description, one) for one in operation.pop("parameters")]
    operation["requestBody"] = {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": [one["name"] for one in given if one.get("required")],
                    "properties": {one["name"]: one["schema"] for one in given},
                }
            }
        },
    }
    for link in operation["responses"]["200"]["links"].values():
        link.pop("parameters")


def placements(description: Description) -> None:
    """Carry the access token in a header, a parameter and fields of other names."""
    schemes = description["components"]["securitySchemes"]
    extension = description["x-conformance"]["placements"]
    schemes[extension["header"]["scheme"]] = dict(_HEADER)
    schemes[extension["get"]["scheme"]]["name"] = _PARAMETER
    for entry in extension.values():
        if "form" in entry:
            for operation in entry["operations"]:
                _rename(_fields(description, operation), entry["form"], _FIELD)
            entry["form"] = _FIELD


def popup(description: Description) -> None:
    """Ask for the popup by a parameter and a value of other names."""
    extension = description["x-conformance"]
    (name,) = extension["popup"]
    page = _operation(description, extension["endpoints"]["authorize"])
    parameter = next(one for one in page["parameters"] if one.get("name") == name)
    parameter |= {"name": "look", "schema": {"enum": ["small"]}}
    extension["popup"] = {"look": "small"}


def lifetimes(description: Description) -> None:
    """Let codes live longer, and access and refresh tokens shorter."""
    description["x-conformance"] |= _LIFETIMES


ALL: tuple[Change, ...] = (methods, grant_parameters, placements, popup, lifetimes, paths)


def _operation(description: Description, operation_id: str) -> Description:
    return next(one for one in _operations(description) if one["operationId"] == operation_id)


def _operations(description: Description) -> Iterator[Description]:
    for item in description["paths"].values():
        yield from (one for one in item.values() if "operationId" in one)


def _fields(description: Description, operation_id: str) -> Description:
    body = _resolved(description, _operation(description, operation_id)["requestBody"])
    found: Description = body["content"][FORM]["schema"]["properties"]
    return found


def _rename(fields: Description, old: str, new: str) -> None:
    if old in fields:  # two operations may share one body
        fields[new] = fields.pop(old)


def _resolved(description: Description, node: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = description if "$ref" in node else node
    for step in str(node["$ref"]).split("/")[1:] if "$ref" in node else ():
        found = found[step]
    resolved: Mapping[str, Any] = found
    return resolved
