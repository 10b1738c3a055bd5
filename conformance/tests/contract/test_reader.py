"""A contract folder that is wrong is refused, with the file, the place and what is the matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import Contract, ContractError, Level, load
from conformance.tests.contract.conftest import Edit, edited

Node = dict[str, Any]

OPENAPI = "openapi.yaml"
READINGS = "readings.yaml"
PAGE = "requirements/authentication.yaml"


def operation(content: Node, path: str, method: str) -> Node:
    """Return one operation of a description."""
    found: Node = content["paths"][path][method]
    return found


def extension(**members: object) -> Edit:
    """Return an edit that sets members of `x-conformance`."""
    return lambda content: content["x-conformance"].update(members)


def first_requirement(**members: object) -> Edit:
    """Return an edit that sets members of the first requirement."""
    return lambda content: content["requirements"][0].update(members)


def placement(**members: object) -> Edit:
    """Return an edit that declares one more placement."""
    return lambda content: content["x-conformance"]["placements"].update(more=members)


def scheme(**members: object) -> Edit:
    """Return an edit that replaces the security scheme of the header."""
    return lambda content: content["components"]["securitySchemes"].update(bearer=members)


def reference(name: str) -> Edit:
    """Return an edit that makes the token operation refer to a parameter; `round` is its own."""

    def edit(content: Node) -> None:
        found = {"$ref": f"#/components/parameters/{name}"}
        operation(content, "/v2/token/grant", "get")["parameters"].append(found)
        content["components"]["parameters"]["round"] = {"$ref": "#/components/parameters/round"}

    return edit


# what is wrong -> (file, edit, place in it, words of the message)
MISTAKES: Mapping[str, tuple[str, Edit, str, str]] = {
    "no operationId": (
        OPENAPI,
        lambda content: operation(content, "/v2/queue", "get").pop("operationId"),
        "paths./v2/queue.get",
        "has no operationId",
    ),
    "no OpenAPI": (OPENAPI, lambda content: content.pop("info"), "", '"info" is a required'),
    "a dangling reference": (
        OPENAPI,
        reference("nowhere"),
        "$ref #/components/parameters/nowhere",
        "leads nowhere",
    ),
    "a circular reference": (OPENAPI, reference("round"), "$ref", "back to itself"),
    "another version of OpenAPI": (
        OPENAPI,
        lambda content: content.update(openapi="3.0.3"),
        "openapi",
        "not an OpenAPI 3.1",
    ),
    "no extension": (
        OPENAPI,
        lambda content: content.pop("x-conformance"),
        "x-conformance",
        "this extension is missing",
    ),
    "an unknown key": (OPENAPI, extension(code_lifetme=30), "x-conformance", "code_lifetme"),
    "a lifetime of no length": (
        OPENAPI,
        extension(code_lifetime=0),
        "x-conformance.code_lifetime",
        "minimum of 0",
    ),
    "an unknown example": (OPENAPI, extension(example="getQue"), "x-conformance.example", "getQue"),
    "an unknown endpoint": (
        OPENAPI,
        extension(endpoints={"authorize": "authorise", "token": "grantToken"}),
        "x-conformance.endpoints.authorize",
        "no operation 'authorise'",
    ),
    "an unknown probe": (
        OPENAPI,
        extension(identity={"operation": "whoAmI", "pointer": "/id"}),
        "x-conformance.identity.operation",
        "no operation 'whoAmI'",
    ),
    "an unknown change": (
        OPENAPI,
        extension(mutations={"write": "addToQueue", "read": "getQueue", "undo": "undo"}),
        "x-conformance.mutations.undo",
        "no operation 'undo'",
    ),
    "a pattern that is none": (
        OPENAPI,
        extension(values={"code": "[A-"}),
        "x-conformance.values.code",
        "not a regular expression",
    ),
    "a placement without a scheme": (
        OPENAPI,
        placement(scheme="nobody"),
        "x-conformance.placements.more",
        "no security scheme 'nobody'",
    ),
    "a scheme that carries no token": (
        OPENAPI,
        scheme(type="openIdConnect", openIdConnectUrl="https://issuer.example"),
        "x-conformance.placements.header",
        "neither `http` nor an `apiKey`",
    ),
    "a field that is not there": (
        OPENAPI,
        placement(form="token", operations=["createList"]),
        "x-conformance.placements.more",
        "'createList' has no form field 'token'",
    ),
    "a placement in an unknown operation": (
        OPENAPI,
        placement(form="access_token", operations=["makeList"]),
        "x-conformance.placements.more",
        "'makeList' has no form field",
    ),
    "an unknown level": (
        PAGE,
        first_requirement(level="MAY"),
        "requirements.0.level",
        "'MAY' is not one of",
    ),
    "an id twice": (
        PAGE,
        lambda content: content["requirements"].append(content["requirements"][0]),
        "KM-01",
        "already taken",
    ),
    "a selector that is none": (
        PAGE,
        first_requirement(checks=["code.single use"]),
        "requirements.0.checks.0",
        "code.single use",
    ),
    "a requirement that nothing verifies": (
        PAGE,
        lambda content: content["requirements"][0].pop("checks"),
        "requirements.0",
        "'checks' is a required",
    ),
    "a requirement verified and excluded": (
        PAGE,
        first_requirement(excluded="No check can see it."),
        "requirements.0.excluded",
        "",
    ),
    "a document without a title": (
        PAGE,
        lambda content: content["document"].pop("title"),
        "document",
        "'title' is a required",
    ),
    "a reading without a reason": (
        READINGS,
        lambda content: content["readings"][0].pop("why"),
        "readings.0",
        "'why' is a required",
    ),
}


@pytest.mark.parametrize(("file", "edit", "place", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(folder: Path, file: str, edit: Edit, place: str, words: str) -> None:
    """The message begins with the file and the place, and says what is wrong there."""
    edited(folder / file, edit)
    with pytest.raises(ContractError) as told:
        load(folder)
    begins = f"{folder / file}: {place}: " if place else f"{folder / file}: "
    assert str(told.value).startswith(begins), str(told.value)
    assert words in str(told.value)
    assert len(str(told.value)) < 400


# what a file holds -> the message, after its name
_TEXTS: Mapping[bytes, str] = {
    b"openapi: 3.1.0\ninfo: {title: [}\n": r": line 2: not YAML: ",
    b"- a list\n": r": holds no mapping",
    b"": r": holds no mapping",
    b"title: caf\xe9\n": r": cannot be read: ",
    b"a: !!python/object/apply:os.getcwd []\n": r": line 1: not YAML: ",
}


@pytest.mark.parametrize("file", [OPENAPI, PAGE, READINGS])
@pytest.mark.parametrize("content", _TEXTS, ids=["broken", "list", "empty", "latin-1", "object"])
def test_what_is_no_yaml_is_named(folder: Path, file: str, content: bytes) -> None:
    """A file that cannot be read says so, with the line where there is one."""
    (folder / file).write_bytes(content)
    with pytest.raises(ContractError, match=re.escape(str(folder / file)) + _TEXTS[content]):
        load(folder)


def test_a_folder_without_requirements_is_refused(folder: Path) -> None:
    """A contract that demands nothing is none."""
    for file in (folder / "requirements").iterdir():
        file.unlink()
    with pytest.raises(ContractError, match="requirements: holds no requirement file"):
        load(folder)


def test_readings_may_be_absent(folder: Path) -> None:
    """A document that leaves nothing open needs no readings."""
    (folder / READINGS).unlink()
    contract = load(folder)
    assert (contract.readings, contract.deviations) == ((), ())


def test_digest_changes_with_every_file(folder: Path, kitchenmonki: Contract) -> None:
    """A copy has the digest of its original until a byte of any file is changed."""
    digests = {kitchenmonki.digest, load(folder).digest}
    assert len(digests) == 1
    for file in (OPENAPI, READINGS, PAGE):
        with (folder / file).open("a", encoding="utf-8") as opened:
            opened.write("# a remark\n")
        digests.add(load(folder).digest)
    assert len(digests) == 4


def test_a_cap_lowers_levels_and_raises_none(folder: Path, kitchenmonki: Contract) -> None:
    """A capped document has no level above its cap; what is below stays as it is."""
    edited(folder / PAGE, lambda content: content["document"].update(cap="SHOULD"))
    before = {one.id: one.level for one in kitchenmonki.requirements}
    after = {one.id: one.level for one in load(folder).requirements}
    assert before.keys() == after.keys()
    lowered = {name for name in before if before[name] is not after[name]}
    assert lowered == {name for name in before if before[name] is Level.MUST}
    assert {after[name] for name in lowered} == {Level.SHOULD}
