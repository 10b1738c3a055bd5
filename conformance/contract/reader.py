"""A contract folder -> a `Contract`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from conformance.contract import yamlfile
from conformance.contract.description import Description
from conformance.contract.errors import ContractError
from conformance.contract.folders import specs
from conformance.contract.model import (
    Contract,
    Deviation,
    Document,
    Grant,
    Identity,
    Level,
    Lifetime,
    Margin,
    Mutation,
    Operation,
    Profile,
    Reading,
    Requirement,
)
from conformance.contract.selector import Selector


def load(folder: Path) -> Contract:
    """Read a contract folder; raises `ContractError` that names the file and the place in it."""
    file = folder / "openapi.yaml"
    openapi = yamlfile.read(file)
    _check_openapi(file, openapi)
    extension = openapi.get("x-conformance")
    if extension is None:
        raise ContractError(file, "x-conformance", "this extension is missing; see specs/README.md")
    yamlfile.check(extension, "x-conformance", file, "x-conformance")
    documents, requirements = _requirements(folder)
    readings, deviations = _readings(folder / "readings.yaml")
    return Contract(
        name=folder.name,
        version=str(openapi["info"]["version"]),
        digest=_digest(folder),
        folder=folder,
        openapi=openapi,
        documents=documents,
        requirements=requirements,
        readings=readings,
        deviations=deviations,
        profiles=_profiles(
            file, extension.get("profiles", {}), documents, requirements, extension["placements"]
        ),
        **_extension(file, openapi, extension),
    )


def _check_openapi(file: Path, openapi: Mapping[str, Any]) -> None:
    if file.parent.parent == specs():
        return  # what is shipped is validated in CI; loading the validator takes half a second
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    try:
        errors = list(OpenAPIV31SpecValidator(dict(openapi)).iter_errors())
    except Unresolvable as found:
        raise ContractError(file, f"$ref #{found.ref}", "leads nowhere in the file") from None
    except RecursionError:
        raise ContractError(file, "$ref", "a reference leads back to itself") from None
    for error in errors:
        where = ".".join(str(step) for step in error.absolute_path)
        problem = error.message.splitlines()[0]  # what follows repeats the schema
        raise ContractError(file, where, f"not an OpenAPI 3.1 description: {problem}")


def _extension(
    file: Path, openapi: Mapping[str, Any], extension: Mapping[str, Any]
) -> dict[str, Any]:
    description = Description(file, openapi)
    operations = description.operations()

    def operation(operation_id: str, key: str) -> Operation:
        if operation_id not in operations:
            raise ContractError(
                file, f"x-conformance.{key}", f"no operation {operation_id!r} in this file"
            )
        return operations[operation_id]

    identity, mutation = extension.get("identity"), extension.get("mutations")
    for table in ("identity", "mutations"):
        for key, value in extension.get(table, {}).items():
            if key != "pointer":
                operation(value, f"{table}.{key}")
    _check_patterns(file, extension.get("values", {}))
    margins = {kind: Margin(**margin) for kind, margin in extension["margins"].items()}
    return {
        "operations": operations,
        "endpoints": {
            part: operation(operation_id, f"endpoints.{part}")
            for part, operation_id in extension["endpoints"].items()
        },
        "client_authentication": tuple(extension["client_authentication"]),
        "pkce": extension.get("pkce"),
        "example": operation(extension["example"], "example"),
        "grants": {name: Grant(name, **entry) for name, entry in extension["grants"].items()},
        "margins": margins,
        "lifetimes": {
            kind: Lifetime(float(extension[f"{kind}_lifetime"]), margin.before, margin.after)
            for kind, margin in margins.items()
            if f"{kind}_lifetime" in extension
        },
        "values": extension.get("values", {}),
        "placements": description.placements(extension["placements"], operations),
        "single_use": frozenset(extension["single_use"]),
        "rotation": extension["rotation"],
        "optional": frozenset(extension.get("optional", ())),
        "unplaced": frozenset(
            operation(name, "unplaced").id for name in extension.get("unplaced", ())
        ),
        "identity": Identity(**identity) if identity else None,
        "mutation": Mutation(**mutation) if mutation else None,
        "popup": next(iter(extension["popup"].items())) if "popup" in extension else None,
    }


def _profiles(
    file: Path,
    declared: Mapping[str, Any],
    documents: tuple[Document, ...],
    requirements: tuple[Requirement, ...],
    placements: Iterable[str],
) -> dict[str, Profile]:
    known = {
        "documents": {document.id for document in documents},
        "without": {requirement.id for requirement in requirements},
        "placements": set(placements),
    }
    for name, members in declared.items():
        for member, chosen in members.items():
            if unknown := sorted(set(chosen) - known[member]):
                where = f"x-conformance.profiles.{name}.{member}"
                raise ContractError(file, where, f"nothing here is called {unknown[0]!r}")
    return {
        name: Profile(
            tuple(members["documents"]),
            frozenset(members.get("without", ())),
            tuple(members["placements"]) if "placements" in members else None,
        )
        for name, members in declared.items()
    }


def _check_patterns(file: Path, values: Mapping[str, str]) -> None:
    for kind, pattern in values.items():
        try:
            re.compile(pattern)
        except re.error as problem:
            where = f"x-conformance.values.{kind}"
            raise ContractError(file, where, f"not a regular expression: {problem}") from None


def _requirements(folder: Path) -> tuple[tuple[Document, ...], tuple[Requirement, ...]]:
    documents, requirements, seen = [], [], set()
    for file in sorted((folder / "requirements").glob("*.yaml")):
        content = yamlfile.read(file)
        yamlfile.check(content, "requirements", file)
        document = _document(content["document"])
        documents.append(document)
        for entry in content["requirements"]:
            if entry["id"] in seen:
                raise ContractError(file, entry["id"], "this id is already taken")
            seen.add(entry["id"])
            requirements.append(_requirement(file, document, entry))
    if not requirements:
        raise ContractError(folder / "requirements", "", "holds no requirement file")
    return tuple(documents), tuple(requirements)


def _document(entry: Mapping[str, Any]) -> Document:
    return Document(entry["id"], entry["title"], entry["source"], Level(entry.get("cap", "MUST")))


def _requirement(file: Path, document: Document, entry: Mapping[str, Any]) -> Requirement:
    try:
        checks = tuple(Selector.parse(text) for text in entry.get("checks", ()))
    except ValueError as problem:
        raise ContractError(file, f"{entry['id']}.checks", str(problem)) from None
    stated = Level(entry["level"])
    return Requirement(
        id=entry["id"],
        level=min(stated, document.cap, key=lambda level: level.gravity),
        document=document,
        section=str(entry["section"]),
        statement=entry["statement"],
        origin=entry.get("origin", "explicit"),
        severity=entry.get("severity", "interop"),
        checks=checks,
        excluded=entry.get("excluded"),
        why=entry.get("why"),
        readings=tuple(entry.get("readings", ())),
    )


def _readings(file: Path) -> tuple[tuple[Reading, ...], tuple[Deviation, ...]]:
    if not file.is_file():
        return (), ()
    content = yamlfile.read(file)
    yamlfile.check(content, "readings", file)
    readings = tuple(
        Reading(
            entry["id"],
            entry["question"],
            tuple(entry["readings"]),
            entry["taken"],
            entry["why"],
            tuple(entry.get("affects", ())),
        )
        for entry in content["readings"]
    )
    deviations = tuple(
        Deviation(
            tuple(entry["requirements"]), tuple(entry["against"]), entry["kind"], entry["why"]
        )
        for entry in content.get("deviations", ())
    )
    return readings, deviations


def _digest(folder: Path) -> str:
    """Return a digest of every file of the folder: two equal digests are the same contract."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*.yaml")):
        total.update(
            file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0"
        )
    return total.hexdigest()
