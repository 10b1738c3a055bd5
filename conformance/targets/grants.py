"""What a check asks of the token endpoint, and what it holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from conformance.targets.window import Span
from conformance.wire import Exchange

Pairs = tuple[tuple[str, str], ...]

# The tables of a target file that can stand in for [client], by the grant that it may not use.
SUBSTITUTES = {"client_credentials": "service_client"}


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client, as the target file knows it."""

    role: str
    id: str
    secret: str = field(repr=False)
    redirect_uri: str
    owner: str | None
    grants: tuple[str, ...]
    authentication: str = "client_secret_post"
    scope: str | None = None

    @property
    def credentials(self) -> Pairs:
        """Return what tells a token endpoint who the client is; without a secret, its id alone."""
        named = (("client_id", self.id),)
        return (*named, ("client_secret", self.secret)) if self.secret else named


@dataclass(frozen=True, slots=True)
class User:
    """A resource owner who can log in; `id` is how the identity probe names them."""

    role: str
    name: str
    password: str = field(repr=False)
    id: str | None


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code, and what it was issued for."""

    value: str = field(repr=False)
    client: Client
    user: User
    redirect_uri: str
    issued: Span
    verifier: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a grant gave; `origin` is the grant that the chain of refreshes began with."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    grant: str
    origin: str
    client: Client
    subject: str | None
    issued: Span
    expires_in: float | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Companions:
    """A value to which something happens, and one of the same kind to which nothing happens."""

    value: Code | Tokens
    control: Code | Tokens

    @property
    def issued(self) -> Span:
        """Return when the value was issued to which something happens."""
        return self.value.issued


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """A request to the token endpoint before it is sent: easy to bend, sent by `Service.send`.

    Its parameters hold the client's credentials too, however these travel.
    """

    grant: str
    origin: str
    client: Client
    subject: str | None
    parameters: Pairs = field(repr=False)

    def value(self, name: str) -> str:
        """Return a parameter's value; raises `KeyError`."""
        return dict(self.parameters)[name]

    def without(self, *names: str) -> GrantRequest:
        """Return the request with parameters left out."""
        return self._with(tuple(pair for pair in self.parameters if pair[0] not in names))

    def replacing(self, **values: str) -> GrantRequest:
        """Return the request with other values in the same places."""
        return self._with(tuple((name, values.get(name, old)) for name, old in self.parameters))

    def altering(self, name: str, change: Callable[[str], str]) -> GrantRequest:
        """Return the request with one value changed."""
        return self.replacing(**{name: change(self.value(name))})

    def by(self, client: Client) -> GrantRequest:
        """Return the request made by another client: what it says of a client is exchanged."""
        others = self.without("client_id", "client_secret")
        pairs = (*client.credentials, *others.parameters)
        return replace(self, client=client, parameters=pairs)

    def adding(self, *pairs: tuple[str, str]) -> GrantRequest:
        """Return the request with parameters added at its end, repeated ones too."""
        return self._with((*self.parameters, *pairs))

    def arranged(self, order: Callable[[Pairs], Pairs]) -> GrantRequest:
        """Return the request with its parameters in another order."""
        return self._with(order(self.parameters))

    def _with(self, parameters: Pairs) -> GrantRequest:
        return replace(self, parameters=parameters)
