"""`conformance init`: what a service publishes becomes a target file, the rest stays to be said."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from conformance.contract import find, load
from conformance.targets.description import endpoints, file
from conformance.tests.cli.conftest import Command
from conformance.tests.targets.site import Reply, open_site

SECRETS = {"CLIENT_SECRET": "s", "USER_PASSWORD": "p"}
_JSON = (("Content-Type", "application/json"),)


def published(origin: str) -> str:
    """Return the metadata of a service that knows OpenID Connect too."""
    return json.dumps(
        {
            "issuer": origin,
            "authorization_endpoint": f"{origin}/auth",
            "token_endpoint": f"{origin}/token",
            "userinfo_endpoint": f"{origin}/me",
            "grant_types_supported": ["authorization_code", "refresh_token", "implicit"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "scopes_supported": ["openid", "offline_access", "email"],
        }
    )


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("", "/.well-known/oauth-authorization-server"),
        ("/", "/.well-known/openid-configuration"),
        ("/realms/a", "/.well-known/oauth-authorization-server/realms/a"),
        ("/realms/a/", "/realms/a/.well-known/openid-configuration"),
        ("/realms/a/.well-known/custom", "/realms/a/.well-known/custom"),
    ],
)
def test_what_is_published_is_proposed(
    tmp_path: Path, conformance: Command, asked: str, place: str
) -> None:
    """The metadata is found where its documents put it; two edits make the file whole."""
    replies: dict[str, Reply] = {}
    with open_site(replies) as site:
        replies[f"GET {place}"] = Reply(published(site.url), headers=_JSON)
        ended = conformance("init", f"{site.url}{asked}")
    assert ended.code == 0
    assert "Edit [client].id, [user].name, then:" in ended.text
    target = file.read(str(tmp_path / "target.toml"), SECRETS)
    assert target.endpoints.metadata == f"{site.url}{place}"
    found = endpoints.resolve(target, load(find("oauth2")))
    assert (found.authorize, found.token) == (f"{site.url}/auth", f"{site.url}/token")
    assert target.client.grants == ("authorization_code", "refresh_token")
    written = (tmp_path / "target.toml").read_text(encoding="utf-8")
    assert 'grants = ["authorization_code", "refresh_token"]  ' in written
    assert (target.client.authentication, target.client.scope) == (
        "client_secret_post",
        "openid offline_access",
    )
    assert target.resource.paths["getResource"] == "/me"
    assert target.identity
    assert target.identity.pointer == "/sub"


def test_a_user_is_told_to_who_asks_for_openid(tmp_path: Path, conformance: Command) -> None:
    """A service with a userinfo endpoint that lists no scopes is asked for the one it must have."""
    replies: dict[str, Reply] = {}
    with open_site(replies) as site:
        known = json.loads(published(site.url))
        del known["scopes_supported"]
        place = "GET /.well-known/openid-configuration"
        replies[place] = Reply(json.dumps(known), headers=_JSON)
        conformance("init", site.url)
    assert file.read(str(tmp_path / "target.toml"), SECRETS).client.scope == "openid"


def test_what_is_not_published_is_left_open(tmp_path: Path, conformance: Command) -> None:
    """Where nobody can be asked, a comment says what is missing; filled in, the file is good."""
    with open_site({}) as site:
        ended = conformance("init", site.url, "--out", "mine.toml")
    assert ended.code == 0
    assert (
        "Edit [endpoints].authorize, [endpoints].token, [client].id, [user].name, then:"
        in ended.text
    )
    text = (tmp_path / "mine.toml").read_text()
    assert tomllib.loads(text)["endpoints"] == {"api": site.url}
    (tmp_path / "mine.toml").write_text(
        text.replace("# authorize =", "authorize =").replace("# token =", "token =")
    )
    target = file.read(str(tmp_path / "mine.toml"), SECRETS)
    assert target.endpoints.token == f"{site.url}/token"


def test_what_the_contract_tells_is_not_asked(tmp_path: Path, conformance: Command) -> None:
    """Paths are those of its description, and lifetimes that it promises stay out.

    Who the users and owners are, by which it tells them apart, has its place.
    """
    with open_site({}) as site:
        conformance("init", site.url, "--contract", "kitchenmonki", "--out", "mine.toml")
    text = (tmp_path / "mine.toml").read_text().replace("\n# ", "\n")
    assert f'token = "{site.url}/v2/token/grant"' in text
    assert "[lifetimes]" not in text
    assert "[resource]" not in text
    assert text.count("\nowner = ") == text.count("\nid = ") - 2 == 2


def test_nothing_is_written_over_or_from_nowhere(tmp_path: Path, conformance: Command) -> None:
    """A file that is there stays; a URL that is none and a service that is none are told apart."""
    (tmp_path / "target.toml").write_text("mine")
    assert conformance("init", "http://127.0.0.1:9").code == 2
    assert (tmp_path / "target.toml").read_text() == "mine"
    assert conformance("init", "nowhere").code == 2
    ended = conformance("init", "http://127.0.0.1:9", "--out", "new.toml")
    assert ended.code == 5
    assert "no answer (unreachable). Start the service" in ended.text
    assert not (tmp_path / "new.toml").exists()
