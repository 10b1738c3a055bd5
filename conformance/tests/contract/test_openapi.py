"""The descriptions that are shipped: valid, with examples that keep their own schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.contract import Contract, find, load, shipped

Node = dict[str, Any]


@pytest.fixture(scope="module", params=shipped())
def contract(request: pytest.FixtureRequest) -> Contract:
    """Return each contract that is shipped."""
    return load(find(request.param))


def test_description_is_valid(contract: Contract) -> None:
    """A validator of OpenAPI 3.1 has nothing to say."""
    errors = OpenAPIV31SpecValidator(dict(contract.openapi)).iter_errors()
    assert [error.message for error in errors] == []


def test_examples_keep_their_schemas(contract: Contract) -> None:
    """Every example of a parameter, a body or an answer conforms to the schema beside it."""
    seen = 0
    for node in _described(contract.openapi):
        schema = {**node["schema"], "components": contract.openapi["components"]}
        for example in _examples(node):
            jsonschema.Draft202012Validator(schema).validate(example)
            seen += 1
    assert seen > 5


def test_every_grant_has_an_example(contract: Contract) -> None:
    """The token operation shows what each grant asks for and what it is answered."""
    operation = _operation(contract, contract.token.id)
    answer = operation["responses"]["200"]["content"]["application/json"]
    for shown in (_asked(operation)["examples"], answer["examples"]):
        assert set(shown) == set(contract.grants)


def test_operations_are_linked(contract: Contract) -> None:
    """A code leads to the token, a token to a refresh and to a call that it opens."""
    assert _linked(contract, contract.authorize.id) == {contract.token.id}
    after = _linked(contract, contract.token.id)
    assert contract.token.id in after
    assert after & set(contract.resources)


def test_every_resource_needs_a_token(contract: Contract) -> None:
    """Every resource names a way to carry a token, and the two ends of the protocol name none."""
    for name in contract.operations:
        operation = _operation(contract, name)
        assert bool(operation["security"]) == (name in contract.resources), name


def test_every_placement_is_read_somewhere(contract: Contract) -> None:
    """No placement is declared in vain, and every resource has one."""
    for placement in contract.placements.values():
        assert placement.operations, placement.name
    read = {name for one in contract.placements.values() for name in one.operations}
    assert read == set(contract.resources)


def _asked(operation: Node) -> Node:
    """Return what describes a token request: its form, or its parameter grant_type."""
    if "requestBody" in operation:
        form: Node = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
        return form
    return next(one for one in operation["parameters"] if one.get("name") == "grant_type")


def _operation(contract: Contract, operation_id: str) -> Node:
    found = (
        one
        for item in contract.openapi["paths"].values()
        for one in item.values()
        if "operationId" in one
    )
    return next(one for one in found if one["operationId"] == operation_id)


def _linked(contract: Contract, operation_id: str) -> set[str]:
    responses = _operation(contract, operation_id)["responses"].values()
    return {link["operationId"] for one in responses for link in one.get("links", {}).values()}


def _described(node: object) -> Iterator[Node]:
    """Yield everything that has a schema and examples."""
    if isinstance(node, dict):
        if "schema" in node and {"example", "examples"} & set(node):
            yield node
        for child in node.values():
            yield from _described(child)
    elif isinstance(node, list):
        for child in node:
            yield from _described(child)


def _examples(node: Node) -> Iterator[object]:
    if "example" in node:
        yield node["example"]
    for example in node.get("examples", {}).values():
        yield example["value"]
