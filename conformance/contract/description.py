"""The OpenAPI description of a contract -> its operations and placements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from conformance.contract.errors import ContractError
from conformance.contract.model import Operation, Placement

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
FORM = "application/x-www-form-urlencoded"


class Description:
    """An OpenAPI document, asked for what the checks need of it."""

    def __init__(self, file: Path, document: Mapping[str, Any]) -> None:
        self.file = file
        self.document = document

    def operations(self) -> dict[str, Operation]:
        """Return every operation by its operationId."""
        return {found.id: found for found in self._walk()}

    def placements(
        self, declared: Mapping[str, Any], operations: Mapping[str, Operation]
    ) -> dict[str, Placement]:
        """Return the places where a token may travel, from `x-conformance.placements`."""
        return {
            name: self._form(name, entry, operations)
            if "form" in entry
            else self._scheme(name, entry["scheme"])
            for name, entry in declared.items()
        }

    def _walk(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, item, method)

    def _operation(self, path: str, item: Mapping[str, Any], method: str) -> Operation:
        raw = item[method]
        if "operationId" not in raw:
            raise ContractError(self.file, f"paths.{path}.{method}", "has no operationId")
        given = [
            self._resolve(one) for one in (*item.get("parameters", ()), *raw.get("parameters", ()))
        ]
        body = self._resolve(raw.get("requestBody", {})).get("content", {}).get(FORM, {})
        fields = self._resolve(body.get("schema", {})).get("properties", {})
        servers = (
            raw.get("servers")
            or item.get("servers")
            or self.document.get("servers")
            or [{"url": ""}]
        )
        success = tuple(
            int(code) for code in raw.get("responses", {}) if code[0] == "2" and code.isdigit()
        )
        return Operation(
            id=raw["operationId"],
            method=method.upper(),
            path=path,
            server=servers[0]["url"].rstrip("/"),
            query=tuple(one["name"] for one in given if one["in"] == "query"),
            form=tuple(fields),
            form_example=body.get("example", {}),
            path_example={one["name"]: str(_example(one)) for one in given if one["in"] == "path"},
            success=success,
            markers=self._constants(self._success_schema(raw, success)),
        )

    def _success_schema(self, raw: Mapping[str, Any], success: Sequence[int]) -> Mapping[str, Any]:
        answer = self._resolve(raw["responses"][str(success[0])]) if success else {}
        media = next((kind for kind in answer.get("content", {}) if "json" in kind), "")
        schema: Mapping[str, Any] = answer.get("content", {}).get(media, {}).get("schema", {})
        return schema

    def _constants(self, schema: Mapping[str, Any]) -> dict[str, object]:
        resolved = self._resolve(schema)
        found = {
            name: member["const"]
            for name, member in resolved.get("properties", {}).items()
            if name in resolved.get("required", ()) and "const" in member
        }
        for part in resolved.get("allOf", ()):
            found |= self._constants(part)
        return found

    def _scheme(self, name: str, scheme: str) -> Placement:
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        if scheme not in schemes:
            raise ContractError(
                self.file, f"x-conformance.placements.{name}", f"no security scheme {scheme!r}"
            )
        location, parameter, prefix = self._carrier(name, schemes[scheme])
        return Placement(name, location, parameter, prefix, tuple(self._secured_by(scheme)))

    def _carrier(
        self, name: str, scheme: Mapping[str, Any]
    ) -> tuple[Literal["header", "query"], str, str]:
        if scheme.get("type") == "http":
            return "header", "Authorization", f"{scheme['scheme'].capitalize()} "
        if scheme.get("type") == "apiKey" and scheme.get("in") in ("header", "query"):
            return scheme["in"], scheme["name"], ""
        problem = "its security scheme is neither `http` nor an `apiKey` in a header or query"
        raise ContractError(self.file, f"x-conformance.placements.{name}", problem)

    def _form(
        self, name: str, entry: Mapping[str, Any], operations: Mapping[str, Operation]
    ) -> Placement:
        for wanted in entry["operations"]:
            if wanted not in operations or entry["form"] not in operations[wanted].form:
                problem = f"operation {wanted!r} has no form field {entry['form']!r}"
                raise ContractError(self.file, f"x-conformance.placements.{name}", problem)
        return Placement(name, "form", entry["form"], "", tuple(entry["operations"]))

    def _secured_by(self, scheme: str) -> Iterator[str]:
        everywhere = self.document.get("security", ())
        for item in self.document["paths"].values():
            for method in METHODS:
                if method in item and any(
                    scheme in way for way in item[method].get("security", everywhere)
                ):
                    yield item[method]["operationId"]

    def _resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in node:
            return node
        found: Any = self.document
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            found = (
                found.get(step.replace("~1", "/").replace("~0", "~"))
                if isinstance(found, dict)
                else None
            )
        if found is None:
            raise ContractError(
                self.file, str(node["$ref"]), "this reference leads nowhere in the file"
            )
        return self._resolve(found)


def _example(parameter: Mapping[str, Any]) -> object:
    examples = parameter.get("examples") or {"": {"value": parameter.get("example", 1)}}
    return next(iter(examples.values()))["value"]
