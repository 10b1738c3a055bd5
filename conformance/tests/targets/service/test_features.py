"""Whether a service has what it need not have."""

from __future__ import annotations

import pytest

from conformance.contract import Contract, find, load
from conformance.reference import Client, Decisions
from conformance.reference.call import Call
from conformance.targets import Service
from conformance.targets.live import start_in_process
from conformance.targets.preflight import yields_a_token
from conformance.verdict import Inconclusive, NotApplicable


class Silent(Decisions):
    """A server that tells of nothing optional in its metadata."""

    def metadata(self, call: object) -> dict[str, object]:
        """Return hardly anything."""
        del call
        return {"issuer": "http://127.0.0.1:1"}


class Ignorant(Silent):
    """One that never heard of PKCE either, nor of RFC 9207."""

    def code_challenge(self, call: object) -> None:
        """Look for no challenge."""
        del call

    def code_verifier_matches(self, *_: object) -> bool:
        """Look for no verifier."""
        return True

    def names_issuer(self, call: object) -> bool:
        """Keep the issuer's name."""
        del call
        return False


class ForUsers(Decisions):
    """A server whose clients may not ask for themselves, though metadata lists that some may."""

    def grant_allowed(self, call: Call, client: Client, grant_type: str) -> bool:
        """Allow a client what it does for users."""
        allowed = super().grant_allowed(call, client, grant_type)
        return allowed and grant_type != "client_credentials"


def service(contract: Contract, decisions: Decisions, **features: bool) -> Service:
    """Return a service with features declared in its target file."""
    live = start_in_process(contract, decisions)
    live.file = live.file.model_copy(update={"features": features})
    return Service(live)


@pytest.fixture(scope="module")
def oauth2() -> Contract:
    """Return the contract that leaves most to the service."""
    return load(find("oauth2"))


@pytest.mark.parametrize("decisions", [Decisions(), Silent()])
def test_what_is_told_or_shown_is_there(oauth2: Contract, decisions: Decisions) -> None:
    """Metadata tells of a feature; where it is silent, behaviour shows it."""
    found = service(oauth2, decisions).features
    assert all(map(found.has, ("pkce", "iss", "refresh_token", "client_credentials", "metadata")))


def test_what_is_neither_told_nor_shown_is_not_applicable(oauth2: Contract) -> None:
    """A service that ignores a feature has none, and nothing about it applies."""
    found = service(oauth2, Ignorant()).features
    for name in ("pkce", "iss", "dpop"):
        assert not found.has(name)
    with pytest.raises(NotApplicable, match="pkce"):
        found.need("pkce")


def test_the_target_file_decides_first(oauth2: Contract) -> None:
    """What the file declares is believed, whatever the service shows."""
    assert service(oauth2, Ignorant(), pkce=True).features.has("pkce")
    assert not service(oauth2, Decisions(), pkce=False).features.has("pkce")
    with pytest.raises(NotApplicable, match="client_credentials"):
        service(oauth2, Decisions(), client_credentials=False).client_for("client_credentials")


@pytest.mark.parametrize("grants", [None, ("authorization_code", "client_credentials")])
def test_a_refused_client_shows_that_a_grant_is_not_there(
    oauth2: Contract, grants: tuple[str, ...] | None
) -> None:
    """A client that is refused client_credentials may not use it, unless the file says it may."""
    live = start_in_process(oauth2, ForUsers())
    tables = live.file.model_dump(exclude_unset=True)
    tables.pop("service_client")
    tables["client"] = {**tables["client"], "grants": grants}
    live.file = type(live.file).model_validate({**tables, "features": {}})
    assert Service(live).features.has("client_credentials") is (grants is not None)


def test_what_the_contract_promises_cannot_be_undeclared(contract: Contract) -> None:
    """A grant that the page promises stays unjudged where the file denies it, and is not absent."""
    with pytest.raises(Inconclusive, match="client_credentials = false"):
        service(contract, Decisions(), client_credentials=False).client_for("client_credentials")


class NeverRefreshes(Silent):
    """A server that gives no refresh token."""

    def gives_refresh_token(self, call: Call, refresh: object) -> bool:
        """Give none."""
        del call, refresh
        return False


def test_nothing_of_refresh_tokens_applies_where_none_is_given(oauth2: Contract) -> None:
    """Who gives no refresh token need not have any, so that what asks for one does not apply."""
    found = service(oauth2, NeverRefreshes(), refresh_token=False)
    with pytest.raises(NotApplicable, match="no refresh_token, and need not"):
        found.grant_request("refresh_token")


def test_a_server_with_client_credentials_alone_yields_a_token(oauth2: Contract) -> None:
    """Who lets no user log in can be judged all the same."""
    yields_a_token(service(oauth2, Decisions(), authorization_code=False, refresh_token=False))


class ReadsSecretsInTheBody(Decisions):
    """A server that knows no HTTP Basic."""

    def basic_credentials(self, call: Call) -> None:
        """Read no header."""
        del call


def test_how_clients_authenticate_is_found_by_trial(oauth2: Contract) -> None:
    """Where neither file nor metadata tell, the method that yields a token is used from then on."""
    found = service(oauth2, ReadsSecretsInTheBody())
    found.live.metadata = None
    assert found.client().authentication == "client_secret_basic"
    yields_a_token(found)
    assert found.client().authentication == "client_secret_post"
    assert found.features.has("client_credentials")
