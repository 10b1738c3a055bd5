"""A target file and a contract make a live target."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import requests

from conformance.contract import Contract
from conformance.reference import Server, create_app
from conformance.targets.consent.command import CommandConsent
from conformance.targets.description.file import read
from conformance.targets.errors import TargetFileError
from conformance.targets.live import LiveTarget, start
from conformance.targets.startup.embedded import settings_for
from conformance.tests.targets.conftest import Write
from conformance.tests.targets.description.test_file import GOOD
from conformance.wire import ForeignHost

STAGE = '[endpoints]\napi = "https://stage.example/base/"\nauthorize = "https://login.example/a"\n'


def reached(write: Write, contract: Contract, text: str) -> LiveTarget:
    """Return the live target of a file that starts nothing."""
    with start(read(write(text), {}), contract) as live:
        return live


def test_the_embedded_target_serves_its_contract(contract: Contract) -> None:
    """Without a file there is a server on loopback that gives tokens."""
    with start(None, contract) as live:
        client = live.client("client")
        assert client is not None
        credentials = [("client_id", client.id), ("client_secret", client.secret)]
        query = [("grant_type", "client_credentials"), *credentials]
        answer = live.wire.send("GET", live.url_of(contract.token), query=query)
        headers = {"Authorization": f"Bearer {answer.members['access_token']}"}
        probe = contract.operations["createList"]
        told = live.wire.send("POST", live.url_of(probe), headers=headers)
    assert told.members["data"]["user_id"] == client.owner
    assert (live.kind, live.movable, live.clock.name) == ("embedded", True, "embedded")


def test_a_near_target_has_two_doors_to_one_server(contract: Contract) -> None:
    """What is called in this process and what goes over the socket meet the same server."""
    with start(None, contract, called=True) as live:
        probe = live.url_of(contract.operations["getQueue"])
        called = live.wire.send("GET", probe)
        assert live.wire.has_sockets
        over_socket = requests.get(probe, timeout=10)
    assert called.status == over_socket.status_code == 401
    assert called.response is not None
    assert called.response.header("Server") is None  # a call meets no HTTP server
    assert "Server" in over_socket.headers


def test_an_application_of_ones_own_is_served(contract: Contract) -> None:
    """An application that is given is the one that answers, and its clock the one that moves."""
    app = create_app(settings_for(contract))
    with start(None, contract, application=app) as live:
        live.clock.advance(31)
        assert live.file.client.id == app.settings.clients[0].id
    assert app.clock.offset == 31


def test_a_running_server_is_reached(write: Write, contract: Contract) -> None:
    """A file that names a server on this machine leads to it, without a rate limit."""
    with Server(create_app(settings_for(contract))) as server:
        urls = f'[endpoints]\napi = "{server.url}"\nauthorize = "{server.url}/authorize"\n'
        live = reached(write, contract, GOOD + urls)
        assert live.wire.send("GET", live.url_of(contract.operations["getQueue"])).status == 401
    assert (live.kind, live.movable) == ("remote", False)
    assert live.wire.budget.limits.rate is None


def test_a_remote_target_is_treated_politely(write: Write, contract: Contract) -> None:
    """Another machine gets five requests a second unless the file says otherwise."""
    assert reached(write, contract, GOOD + STAGE).wire.budget.limits.rate == 5
    said = reached(write, contract, GOOD + STAGE + "[limits]\nrate = 20\nrequests = 7\n")
    assert (said.wire.budget.limits.rate, said.wire.budget.limits.requests) == (20, 7)


def test_what_is_absent_comes_from_the_description(write: Write, contract: Contract) -> None:
    """Paths come from the contract; the base of the resources is also that of the token grant."""
    live = reached(write, contract, GOOD + STAGE)
    assert live.endpoints.token == "https://stage.example/base/v2/token/grant"
    assert live.url_of(contract.authorize) == "https://login.example/a"
    text = "allow_plain_http = true\n" + GOOD
    assert reached(write, contract, text).url_of(contract.authorize) == (
        "http://stage.kitchenmonki.com/authorize"
    )


def test_path_parameters_are_filled_in(write: Write, contract: Contract) -> None:
    """A path parameter comes from the call, else from the file, else from the description."""
    recipe = contract.operations["getRecipe"]
    plain = reached(write, contract, GOOD + STAGE)
    declared = reached(
        write, contract, GOOD + STAGE + "[resource]\npath_parameters.recipe_id = 7\n"
    )
    assert plain.url_of(recipe) == "https://stage.example/base/v2/recipe/55"
    assert declared.url_of(recipe) == "https://stage.example/base/v2/recipe/7"
    assert declared.url_of(recipe, recipe_id="a/b") == "https://stage.example/base/v2/recipe/a%2Fb"
    assert (plain.path_value(recipe), declared.path_value(recipe)) == ("55", "7")
    assert plain.path_value(contract.operations["getQueue"]) == ""


def test_no_request_leaves_the_declared_hosts(write: Write, contract: Contract) -> None:
    """The wire of a target lets nothing out to a host that the file does not name."""
    live = reached(write, contract, GOOD + STAGE)
    assert "stage.example" in live.wire.hosts
    for url in (
        "https://app.example/cb",
        "https://stage.example:444/",
        "https://api-stage.kitchenmonki.com/",
    ):
        with pytest.raises(ForeignHost):
            live.wire.permit(url)


def test_parties_come_from_their_tables(write: Write, contract: Contract) -> None:
    """A client may use the grants that it declares, or all but those that another is there for."""
    text = GOOD + STAGE + '[service_client]\nid = "s"\nsecret = "x"\n'
    live = reached(write, contract, text)
    client, service = live.client("client"), live.client("service_client")
    alone = reached(write, contract, GOOD + STAGE).client("client")
    assert alone is not None
    assert alone.grants == tuple(contract.grants)
    assert client is not None
    assert service is not None
    assert client.grants == ("authorization_code", "refresh_token")
    assert service.grants == ("client_credentials",)
    assert live.client("other_client") is None
    assert live.user("user") is None


def test_the_probe_of_the_file_goes_before_that_of_the_contract(
    write: Write, contract: Contract
) -> None:
    """A target may name another way to learn whose token it is."""
    own = GOOD + STAGE + '[identity]\noperation = "getQueue"\npointer = "/me"\n'
    identity = reached(write, contract, own).identity
    assert identity is not None
    assert identity.pointer == "/me"
    identity = reached(write, contract, GOOD + STAGE).identity
    assert identity is not None
    assert identity.operation == "createList"
    assert reached(write, replace(contract, identity=None), GOOD + STAGE).identity is None


def test_drivers_are_those_that_are_declared(write: Write, contract: Contract) -> None:
    """Consent by command and a clock by control are chosen by the file."""
    text = (
        GOOD + STAGE + '[consent]\ndriver = "command"\ncommand = ["./approve.sh"]\n'
        '[clock]\ndriver = "control"\nadvance = "https://clock.example/{seconds}"\n'
    )
    live = reached(write, contract, text)
    assert isinstance(live.consent, CommandConsent)
    assert (live.clock.name, live.movable) == ("control", True)
    live.wire.permit("https://clock.example/31")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            STAGE + '[identity]\noperation = "createLst"\npointer = ""\n',
            (
                "[identity].operation: the contract 'kitchenmonki' has no 'createLst';"
                " did you mean createList?"
            ),
        ),
        (
            STAGE + '[resource]\nform = { putRecipe = { data = "x" } }\n',
            "[resource].form: the contract 'kitchenmonki' has no 'putRecipe'",
        ),
        (
            STAGE + "[resource]\npath_parameters = { recipe = 1 }\n",
            (
                "[resource].path_parameters: the contract 'kitchenmonki' has no 'recipe';"
                " did you mean recipe_id?"
            ),
        ),
        (
            STAGE + '[public_client]\nid = "p"\ngrants = ["implicit"]\n',
            "[public_client].grants: the contract 'kitchenmonki' has no 'implicit'",
        ),
        (
            "",
            (
                "[endpoints].authorize: http://stage.kitchenmonki.com/authorize"
                " (from the OpenAPI description) is plain http to another host"
            ),
        ),
    ],
)
def test_a_file_that_does_not_fit_its_contract_is_told(
    write: Write, contract: Contract, more: str, expected: str
) -> None:
    """What a file says of things that its contract does not have is an error of the file."""
    with pytest.raises(TargetFileError, match=re.escape(expected)):
        reached(write, contract, GOOD + more)


def test_a_description_without_servers_needs_endpoints(write: Write, contract: Contract) -> None:
    """Where neither file nor description gives a whole URL, the missing key is named."""
    nowhere = {name: replace(one, server="") for name, one in contract.operations.items()}
    bare = replace(
        contract,
        operations=nowhere,
        endpoints={part: nowhere[one.id] for part, one in contract.endpoints.items()},
        example=nowhere["getQueue"],
    )
    with pytest.raises(TargetFileError, match=r"\[endpoints\]\.authorize: missing"):
        reached(write, bare, GOOD)
