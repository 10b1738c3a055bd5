"""A contract -> the reference server that serves it, and the target file that describes it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from conformance import reference
from conformance.contract import Contract
from conformance.targets.description.file import TargetFile, parse

_REDIRECT_URIS = (
    "http://127.0.0.1:8765/callback",
    "https://client.example/other?tenant=a%26b",  # a query of its own has to survive
)
_PUBLIC_REDIRECT_URI = "http://127.0.0.1:8765/app"
_OWNERS = ("owner1", "owner2")
_VISITORS = ("user1", "user2")
_COMPANIONS = ("introspection", "metadata", "revocation")
_SCOPES = ("read", "write")
_TARGETS = ("https://resource.example/",)
_FOR_USERS = ("authorization_code", "refresh_token")
_FOR_ITSELF = ("client_credentials",)
_RESERVED = " +%&=:/"
_UNCAPPED = 1_000_000_000  # requests; the cap protects other people's servers, and this one is ours


# How long values live on the embedded server, where the contract does not say.
_LIFETIMES: Mapping[str, float] = {
    one.name.removesuffix("_lifetime"): one.default
    for one in fields(reference.Settings)
    if one.name.endswith("_lifetime") and isinstance(one.default, float)
}


def told_lifetimes(file: TargetFile | None) -> Mapping[str, float]:
    """Return how long values live, in seconds, as a target tells; without a file, the embedded."""
    return file.lifetimes.told if file else _LIFETIMES


def settings_for(contract: Contract, *, clock_control: bool = False) -> reference.Settings:
    """Return what the reference server must serve, read from the contract alone.

    Ids and secrets of the clients and the passwords of the four users are new each time.
    """
    chosen: dict[str, Any] = {
        f"{kind}_lifetime": found.seconds for kind, found in contract.lifetimes.items()
    }
    if contract.popup:
        chosen["popup_parameter"] = contract.popup
    return reference.Settings(
        authorize=reference.Route(contract.authorize.method, contract.authorize.path),
        token=reference.Route(contract.token.method, contract.token.path),
        token_parameters=contract.token.location("grant_type"),
        client_authentication=contract.client_authentication,
        grants=tuple(contract.grants),
        refreshable=tuple(name for name, one in contract.grants.items() if one.refresh_token),
        pkce=contract.pkce is not None,
        targets=_TARGETS if "resource_indicators" in contract.optional else (),
        replay_revokes=contract.rotation == "optional",
        resources={
            name: reference.Route(found.method, found.path)
            for name, found in contract.resources.items()
        },
        placements={name: _placements(contract, name) for name in contract.resources},
        companions={
            part: reference.Route(found.method, found.path)
            for part, found in contract.endpoints.items()
            if part in _COMPANIONS
        },
        description=_description(contract),
        clients=tuple(_clients(contract)),
        **_scopes(contract),
        users=tuple(map(_user, (*_OWNERS, *_VISITORS))),
        clock_control=clock_control,
        **chosen,
    )


def with_helper(settings: reference.Settings, url: str) -> reference.Settings:
    """Return settings with one more client: the helper page of a server at `url`."""
    helper = _client(settings.clients[0].owner, url + reference.HELPER_PATH)
    return replace(settings, clients=(*settings.clients, replace(helper, name="API helper")))


def target_file_for(
    settings: reference.Settings, url: str, contract: str, profile: str | None = None
) -> TargetFile:
    """Return the target file of a reference server at `url` that serves the contract named."""
    owners = [client.owner for client in settings.clients]
    visitors = [user for user in settings.users if user.id not in owners]
    users = zip(("user", "other_user"), map(_described_user, visitors), strict=False)
    clock = {"driver": "control", "advance": f"{url}/_clock?advance={{seconds}}"}
    data: dict[str, Any] = {
        "name": "embedded",
        "contract": contract,
        **({"profile": profile} if profile else {}),
        "endpoints": {
            "authorize": url + settings.authorize.path,
            "token": url + settings.token.path,
            "api": url,
            **{part: url + route.path for part, route in settings.companions.items()},
        },
        **_described_clients(settings.clients, settings.scopes),
        **dict(users),
        "consent": {
            "login": {"username": "username", "password": "password"},
            "allow": {"name": "decision", "value": "allow"},
            "deny": {"name": "decision", "value": "deny"},
        },
        "clock": clock if settings.clock_control else {},
        "features": {
            **({"popup": True} if settings.popup_parameter else {}),
            **({"native_client": True} if settings.pkce else {}),
            **({"resource_indicators": True} if settings.targets else {}),
        },
        "lifetimes": {
            "code": settings.code_lifetime,
            "access_token": settings.access_token_lifetime,
            "refresh_token": settings.refresh_token_lifetime,
        },
        **_identity(settings),
        "refresh": {"replay": "strict"} if settings.replay_revokes else {},
        "resource": {"scopes": settings.wanted_scopes, "paths": _paths(settings)},
        "limits": {"requests": _UNCAPPED},
    }
    return parse(data, Path("embedded"))


def _paths(settings: reference.Settings) -> dict[str, str]:
    """Return where the resources are, as far as their paths are whole."""
    return {name: one.path for name, one in settings.resources.items() if "{" not in one.path}


def _identity(settings: reference.Settings) -> dict[str, Any]:
    """Return the probe where the contract has none: there a resource tells whose it is."""
    if "getResource" not in settings.resources:
        return {}
    return {"identity": {"operation": "getResource", "pointer": "/data/user_id"}}


def _placements(contract: Contract, operation: str) -> tuple[reference.Placement, ...]:
    return tuple(
        reference.Placement(found.location, found.parameter, found.prefix)
        for found in contract.placements.values()
        if operation in found.operations
    )


def _description(contract: Contract) -> dict[str, Any]:
    """Return the OpenAPI description as that of the server that shows it."""
    found: dict[str, Any] = json.loads(json.dumps(contract.openapi, default=str))
    found.pop("x-conformance", None)
    for path in found["paths"].values():
        for part in (path, *(one for one in path.values() if isinstance(one, dict))):
            part.pop("servers", None)
    return {**found, "servers": [{"url": "/"}]}


def _clients(contract: Contract) -> Iterator[reference.Client]:
    """Yield two clients, and what else the contract lets be judged.

    Where grants are optional, those of users and the one for a client itself belong to different
    clients; where the contract knows PKCE, which makes up for a secret, there is one without.
    """
    first, second = map(_client, _OWNERS, _REDIRECT_URIS)
    apart = "authorization_code" in contract.optional
    yield replace(first, grants=_FOR_USERS) if apart else first
    # What HTTP Basic has encoded twice has to survive, too (RFC 6749 section 2.3.1).
    yield replace(second, secret=f"{second.secret[: -len(_RESERVED)]}{_RESERVED}")
    if apart:
        yield replace(_client(_OWNERS[0], _REDIRECT_URIS[0]), grants=_FOR_ITSELF)
    if contract.pkce:
        public = _client(_OWNERS[0], _PUBLIC_REDIRECT_URI)
        yield replace(public, secret="", grants=_FOR_USERS)


def _scopes(contract: Contract) -> dict[str, Any]:
    if "scope" not in contract.optional:
        return {}
    wanted = {name: _SCOPES[-1] for name in contract.resources if name in contract.optional}
    return {"scopes": _SCOPES, "wanted_scopes": wanted}


def _client(owner: str, redirect_uri: str) -> reference.Client:
    client_id = f"client-{secrets.token_hex(6)}"
    return reference.Client(client_id, secrets.token_urlsafe(24), redirect_uri, owner)


def _user(name: str) -> reference.User:
    return reference.User(id=name, name=name, password=secrets.token_urlsafe(16))


def _described_clients(
    clients: Iterable[reference.Client], scopes: tuple[str, ...]
) -> dict[str, Any]:
    """Return the tables of the clients; one without a secret is the public one."""
    roles = iter(("client", "other_client", "service_client"))
    return {
        next(roles) if client.secret else "public_client": _described_client(client, scopes)
        for client in clients
    }


def _described_client(client: reference.Client, scopes: tuple[str, ...]) -> dict[str, Any]:
    own = {"secret": client.secret, "owner": client.owner} if client.secret else {}
    chosen = {"grants": client.grants, "scope": " ".join(scopes)}
    known = {key: value for key, value in chosen.items() if value}
    return {"id": client.id, "redirect_uri": client.redirect_uri, **own, **known}


def _described_user(user: reference.User) -> dict[str, str]:
    return {"name": user.name, "password": user.password, "id": user.id}
