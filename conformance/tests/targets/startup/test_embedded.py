"""The embedded server is set up from the contract alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract import Contract, Lifetime
from conformance.reference import Placement, Route
from conformance.targets.errors import TargetError
from conformance.targets.live import start_in_process
from conformance.targets.startup.embedded import settings_for, target_file_for


def test_settings_follow_the_contract(contract: Contract) -> None:
    """Paths, methods, placements, lifetimes and the popup are those of the contract."""
    changed = replace(
        contract,
        endpoints={
            "authorize": replace(contract.authorize, path="/who"),
            "token": replace(
                contract.token, method="POST", path="/t", query=(), form=("grant_type",)
            ),
        },
        lifetimes={**contract.lifetimes, "code": Lifetime(90, 1, 1)},
        placements={
            "header": replace(contract.placements["header"], parameter="X-Token", prefix="Key ")
        },
        popup=("window", "small"),
    )
    found = settings_for(changed)
    assert found.authorize == Route("GET", "/who")
    assert found.token == Route("POST", "/t")
    assert found.token_parameters == "form"
    assert (found.code_lifetime, found.access_token_lifetime) == (90, 3600)
    assert found.resources["updateRecipe"] == Route("PUT", "/v2/recipe/{recipe_id}")
    assert found.placements["updateRecipe"] == (Placement("header", "X-Token", "Key "),)
    assert found.popup_parameter == ("window", "small")


def test_every_placement_is_served(contract: Contract) -> None:
    """Each operation reads a token in all places that the contract gives it."""
    found = settings_for(contract).placements
    assert {one.location for one in found["getQueue"]} == {"header", "query"}
    assert {one.location for one in found["createList"]} == {"header", "form"}
    assert {one.location for one in found["removeFromQueue"]} == {"header"}


def test_parties_are_four_and_new_each_time(contract: Contract) -> None:
    """The clients have different owners, neither user is one, and no secret is used twice."""
    settings = settings_for(contract)
    file = target_file_for(settings, "http://127.0.0.1:1", contract.name)
    assert file.other_client is not None
    assert file.user is not None
    assert file.other_user is not None
    parties = {file.client.owner, file.other_client.owner, file.user.id, file.other_user.id}
    assert len(parties) == 4
    again = settings_for(contract)
    secrets = {one.secret for one in (*settings.clients, *again.clients)}
    passwords = {one.password for one in (*settings.users, *again.users)}
    assert (len(secrets), len(passwords)) == (4, 8)


def test_a_clock_that_a_request_moves_is_declared(contract: Contract) -> None:
    """With clock control the target file names the URL that moves the clock."""
    settings = settings_for(contract, clock_control=True)
    file = target_file_for(settings, "http://127.0.0.1:1", contract.name)
    assert file.clock.driver == "control"
    assert file.clock.advance == "http://127.0.0.1:1/_clock?advance={seconds}"


def test_a_contract_that_it_cannot_serve_is_told(contract: Contract) -> None:
    """A contract with an operation that the server does not have needs another target."""
    stranger = replace(contract.operations["getQueue"], id="getMenu", path="/menu")
    other = replace(contract, operations={**contract.operations, "getMenu": stranger})
    with pytest.raises(TargetError, match=r"cannot serve .*'getMenu'.*--target"):
        start_in_process(other)
