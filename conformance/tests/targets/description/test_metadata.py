"""What a service says of itself completes its target file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from conformance.checks.catalogue import cases
from conformance.checks.running.survey import survey
from conformance.contract import Contract, find, load
from conformance.reference import Server, create_app
from conformance.targets.description.file import read
from conformance.targets.errors import TargetFileError, Unreachable
from conformance.targets.live import LiveTarget, start
from conformance.targets.startup.embedded import settings_for
from conformance.tests.targets.conftest import Write
from conformance.tests.targets.site import Reply, Site, open_site
from conformance.verdict import Outcome

PLACE = "/.well-known/oauth-authorization-server"
CLIENT = """
name = "mine"
contract = "oauth2"
client = { id = "one", secret = "hush", redirect_uri = "http://127.0.0.1:1/cb" }
"""


@pytest.fixture(scope="module")
def oauth2() -> Contract:
    """Return the contract that knows metadata."""
    return load(find("oauth2"))


@contextmanager
def described(members: Mapping[str, object], status: int = 200) -> Iterator[Site]:
    """Serve metadata; `{url}` in a text stands for where it is served."""
    replies: dict[str, Reply] = {}
    with open_site(replies) as site:
        text = json.dumps(members).replace("{url}", site.url)
        replies[f"GET {PLACE}"] = Reply(text, status, (("Content-Type", "application/json"),))
        yield site


def reached(write: Write, contract: Contract, site: Site, more: str = "") -> LiveTarget:
    """Return the live target of a file that gives metadata and resources, and hardly more."""
    endpoints = f'[endpoints]\nmetadata = "{site.url}{PLACE}"\napi = "{site.url}"\n'
    with start(read(write(CLIENT + endpoints + more), {}), contract) as live:
        return live


_TOLD = ("code.single-use", "issuer.as-in-metadata", "metadata.place", "pkce.round-trip")
MEMBERS: Mapping[str, object] = {
    "issuer": "{url}",
    "authorization_endpoint": "{url}/ask",
    "token_endpoint": "{url}/grant",
    "revocation_endpoint": "{url}/revoke",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


def test_metadata_completes_a_target_file(write: Write, oauth2: Contract) -> None:
    """Endpoints that the file leaves out, and how clients authenticate, come from metadata."""
    with described(MEMBERS) as site:
        live = reached(write, oauth2, site, f'token = "{site.url}/mine"\n')
    found = live.endpoints
    assert (found.authorize, found.token) == (f"{site.url}/ask", f"{site.url}/mine")
    assert (found.revocation, found.introspection) == (f"{site.url}/revoke", None)
    assert live.client("client").authentication == "client_secret_post"  # type: ignore[union-attr]


def test_the_smallest_target_file_is_enough(write: Write, oauth2: Contract) -> None:
    """Of a server that is not known, metadata, a client, a user and a resource suffice."""
    settings = settings_for(oauth2)
    client, user = settings.clients[0], settings.users[-1]
    with Server(create_app(settings)) as server:
        described = f"""
name = "mine"
contract = "oauth2"
endpoints = {{ metadata = "{server.url}{PLACE}", api = "{server.url}" }}
user = {{ name = "{user.name}", password = "{user.password}" }}
[client]
id = "{client.id}"
secret = "{client.secret}"
redirect_uri = "{client.redirect_uri}"
"""
        with start(read(write(described), {}), oauth2) as live:
            found = survey(live, [one for one in cases(oauth2) if one.id in _TOLD])
    assert {name: one.outcome for name, one in found.items()} == dict.fromkeys(_TOLD, Outcome.PASS)


def test_metadata_leads_to_no_other_host(write: Write, oauth2: Contract) -> None:
    """An endpoint on a host that the file does not name is not believed."""
    members = {**MEMBERS, "token_endpoint": "https://elsewhere.example/grant"}
    with (
        described(members) as site,
        pytest.raises(TargetFileError, match=r"\[endpoints\]\.token: the metadata places it"),
    ):
        reached(write, oauth2, site)


def test_metadata_that_is_not_there_is_told(write: Write, oauth2: Contract) -> None:
    """Where there is no metadata the file itself has to say where the endpoints are."""
    with (
        described(MEMBERS, 404) as site,
        pytest.raises(TargetFileError, match=r"\[endpoints\]\.metadata: there is no metadata"),
    ):
        reached(write, oauth2, site)


def test_nobody_there_is_told(write: Write, oauth2: Contract) -> None:
    """Where nobody answers it is the service that cannot be reached."""
    with open_site({}) as site:
        pass
    with pytest.raises(Unreachable, match=r"GET .*oauth-authorization-server: no answer"):
        reached(write, oauth2, site)
