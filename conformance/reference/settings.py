"""What the server serves: routes, placements, lifetimes, clients and users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path; the path may hold parameters, as in `/v2/queue/{recipe_id}`."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Placement:
    """A place where an access token may travel; `prefix` is the scheme word of a header."""

    location: Literal["header", "query", "form"]
    name: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client and the user it belongs to; a public one has an empty secret.

    `grants` are those that it may use; empty means all that the server has.
    """

    id: str
    secret: str = field(repr=False)
    redirect_uri: str
    owner: str
    name: str = ""
    grants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class User:
    """A resource owner who can log in."""

    id: str
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about the server that a description may choose. Lifetimes are in seconds.

    `client_authentication` holds methods by their names of RFC 8414 section 2; `refreshable` the
    grants with which a refresh token comes; `companions` the endpoints beside the two of RFC 6749,
    by the parts that they play, such as `metadata`; `description` the OpenAPI document that the
    console shows; `replay_revokes` says whether a refresh token that comes again ends its grant;
    `targets` are the resources that a token may be asked for (RFC 8707); `wanted_scopes` is what an
    operation asks of a token.
    """

    authorize: Route
    token: Route
    token_parameters: Literal["query", "form"]
    resources: Mapping[str, Route]
    placements: Mapping[str, tuple[Placement, ...]]
    clients: tuple[Client, ...]
    users: tuple[User, ...]
    code_lifetime: float = 30.0
    access_token_lifetime: float = 3600.0
    refresh_token_lifetime: float = 1209600.0
    client_authentication: tuple[str, ...] = ("client_secret_post",)
    grants: tuple[str, ...] = ("client_credentials", "authorization_code", "refresh_token")
    refreshable: tuple[str, ...] = ("client_credentials", "authorization_code", "refresh_token")
    pkce: bool = False
    replay_revokes: bool = False
    targets: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    wanted_scopes: Mapping[str, str] = field(default_factory=dict)
    companions: Mapping[str, Route] = field(default_factory=dict)
    description: Mapping[str, Any] = field(default_factory=dict, repr=False)
    popup_parameter: tuple[str, str] | None = None
    clock_control: bool = False
