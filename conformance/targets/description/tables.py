"""The tables of a target file, with what each key must look like."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import cssselect
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from conformance.targets.description.addresses import flaw
from conformance.wire import Limits as WireLimits

_DEFAULTS = WireLimits()


def _endpoint(url: str) -> str:
    problem = flaw(url)
    if problem:
        raise ValueError(problem)
    return url


def _redirect_uri(uri: str) -> str:
    # RFC 6749 section 3.1.2: absolute, without a fragment; a native app's scheme may be its own.
    if ":" not in uri or "#" in uri:
        raise ValueError("must be an absolute URI without a fragment (RFC 6749 section 3.1.2)")
    return uri


def _name(text: str) -> str:
    if not re.fullmatch(r"\w[\w.+-]*", text):
        raise ValueError("must be letters, digits, and . + - between them: a folder is named so")
    return text


def _control(name: str) -> str:
    if name.startswith("css:"):
        try:
            cssselect.parse(name.removeprefix("css:"))
        except cssselect.SelectorError as problem:
            raise ValueError(f"is no CSS selector: {problem}") from None
    return name


def _header_name(name: str) -> str:
    if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII):
        raise ValueError("is no name of a header (RFC 9110 section 5.1)")
    return name


def _header_value(value: str) -> str:
    # RFC 9110 section 5.5; a variable that was read from a file often ends with a line break.
    if value != value.strip() or not re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value):
        raise ValueError("must be one line of Latin-1 with no space or line break at its ends")
    return value


def _number_as_text(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


Text = Annotated[str, Field(min_length=1)]
ControlName = Annotated[str, Field(min_length=1), AfterValidator(_control)]
Secret = Annotated[str, Field(min_length=1, repr=False)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
RedirectUri = Annotated[str, AfterValidator(_redirect_uri)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]
UserId = Annotated[str, BeforeValidator(_number_as_text), Field(min_length=1)]
Name = Annotated[str, AfterValidator(_name)]
Command = Annotated[tuple[Text, ...], Field(min_length=1)]


class Table(BaseModel):
    """A table that knows all its keys and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Endpoints(Table):
    """Where the service is; what is absent comes from the OpenAPI description.

    `login` is where the pages for its users lie, if that is another host.
    """

    authorize: Endpoint | None = None
    token: Endpoint | None = None
    api: Endpoint | None = None
    revocation: Endpoint | None = None
    introspection: Endpoint | None = None
    metadata: Endpoint | None = None
    login: Endpoint | None = None

    @property
    def declared(self) -> tuple[str, ...]:
        """Return the URLs that are given."""
        return tuple(url for _, url in self if url is not None)


class PublicClient(Table):
    """A client without a secret; `owner` is the user it belongs to.

    `grants` absent means all that no other table is there for. `scope` is what it asks for (RFC
    6749 section 3.3).
    """

    id: Text
    redirect_uri: RedirectUri | None = None
    owner: UserId | None = None
    grants: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    scope: Text | None = None

    def may_use(self, grant: str) -> bool:
        """Tell whether the client is declared for a grant."""
        return self.grants is None or grant in self.grants

    @model_validator(mode="after")
    def _has_what_its_grants_need(self) -> PublicClient:
        if self.may_use("authorization_code") and self.redirect_uri is None:
            raise ValueError(
                "redirect_uri is missing, and the grant authorization_code needs it;"
                " give it, or list the client's other grants in `grants`"
            )
        return self


class Client(PublicClient):
    """A client with a secret, and how it authenticates by it (RFC 6749 section 2.3.1)."""

    secret: Secret
    authentication: Literal["client_secret_basic", "client_secret_post"] | None = None


class ServiceClient(Client):
    """A client that acts for itself alone, unless its `grants` say more."""

    grants: Annotated[tuple[Text, ...], Field(min_length=1)] = ("client_credentials",)


class User(Table):
    """A resource owner who can log in; `id` is what the identity probe calls this user."""

    name: Text
    password: Secret
    id: UserId | None = None


class Login(Table):
    """The names of the fields of the login form, or `css:` and a selector."""

    username: ControlName
    password: ControlName


class Control(Table):
    """What is pressed or ticked: the name of a form field, or `css:` and a selector."""

    name: ControlName
    value: str | None = None


class Consent(Table):
    """How consent is given."""

    driver: Literal["form", "browser", "command", "manual"] = "form"
    login: Login | None = None
    allow: Control | None = None
    deny: Control | None = None
    command: Command | None = None

    @model_validator(mode="after")
    def _has_what_its_driver_needs(self) -> Consent:
        if self.driver == "command" and self.command is None:
            raise ValueError("driver 'command' needs `command`, a list that begins with a program")
        return self


class Clock(Table):
    """How the target's time passes; times are seconds."""

    driver: Literal["real", "control"] = "real"
    advance: Endpoint | None = None
    margin: Annotated[float, Field(ge=0)] = 0.0
    wait: Annotated[float, Field(ge=0)] = 40.0

    @model_validator(mode="after")
    def _has_what_its_driver_needs(self) -> Clock:
        if self.driver == "control" and "{seconds}" not in (self.advance or ""):
            raise ValueError("driver 'control' needs `advance`, a URL that holds {seconds}")
        return self


class Install(Table):
    """A server that is put into a cache folder of its own, once; `needs` says how to get what."""

    server: Name
    version: Name
    language: Text
    needs: Mapping[str, Text] = {}
    files: Text | None = None
    steps: Annotated[tuple[Command, ...], Field(min_length=1)]

    @property
    def folder(self) -> Path:
        """Return the server's folder in the user's cache."""
        # The XDG base directory specification: a path that is relative is to be ignored.
        home = Path(os.environ.get("XDG_CACHE_HOME", ""))
        caches = home if home.is_absolute() else Path.home() / ".cache"
        return caches / "oauth2-conformance" / f"{self.server}-{self.version}"


class Process(Table):
    """A server that is started for the run and stopped after it."""

    command: Command
    ready: Endpoint
    ready_within: Annotated[float, Field(gt=0)] = 120.0
    env: Mapping[str, str] = Field(default={}, repr=False)
    cwd: Text = "."
    setup: Command | None = None
    faketime: bool = False


class Identity(Table):
    """The operation whose answer tells which user a token stands for, and where it says so."""

    operation: Text
    pointer: Annotated[str, Field(pattern=r"^(/.*)?$")]


class Authorize(Table):
    """What every authorization request of this service carries beside the standard's own."""

    parameters: Mapping[str, str] = {}


class Lifetimes(Table):
    """How long this service's values live, in seconds, where the contract names no time."""

    code: Annotated[float, Field(gt=0)] | None = None
    access_token: Annotated[float, Field(gt=0)] | None = None
    refresh_token: Annotated[float, Field(gt=0)] | None = None

    @property
    def told(self) -> dict[str, float]:
        """Return the lifetimes that are named, by the kind of value."""
        return {kind: seconds for kind, seconds in self if seconds is not None}


class Resource(Table):
    """What the resource operations need besides a token, by operation id.

    `scopes` is the word that a token must be good for, where an operation asks for one.
    """

    paths: Mapping[str, Annotated[str, Field(pattern="^/")]] = {}
    path_parameters: Mapping[str, int | str] = {}
    form: Mapping[str, Mapping[str, str]] = {}
    scopes: Mapping[str, Text] = {}


class Refresh(Table):
    """What becomes of a refresh token that is used again, and of what came of it.

    `strict`: it is refused, and all tokens of its grant end. `grace`: the same, once so many
    seconds have passed. `retry-tolerant`: the same, once what it gave was used. `none`: nothing
    else ends by it.
    """

    replay: Literal["strict", "grace", "retry-tolerant", "none"] | None = None
    grace: Annotated[float, Field(ge=0)] = 0.0


class Http(Table):
    """What is sent with every request, and how TLS is judged."""

    headers: Mapping[HeaderName, HeaderValue] = Field(default={}, repr=False)
    verify: bool | str = True


class Limits(Table):
    """How much may be sent and how fast; a `rate` that is absent depends on where the target is.

    `risks` are what checks may risk at a remote host in any run.
    """

    rate: Annotated[float, Field(gt=0)] | None = None
    requests: Annotated[int, Field(gt=0)] = _DEFAULTS.requests
    timeout: Annotated[float, Field(gt=0)] = _DEFAULTS.timeout
    risks: tuple[Literal["lockout", "burst"], ...] = ()


class Tables(Table):
    """A whole target file, as it is written."""

    name: Text
    contract: Text
    profile: Text | None = None
    allow_plain_http: bool = False
    endpoints: Endpoints = Endpoints()
    client: Client
    other_client: Client | None = None
    service_client: ServiceClient | None = None
    public_client: PublicClient | None = None
    user: User | None = None
    other_user: User | None = None
    consent: Consent = Consent()
    clock: Clock = Clock()
    install: Install | None = None
    process: Process | None = None
    authorize: Authorize = Authorize()
    lifetimes: Lifetimes = Lifetimes()
    identity: Identity | None = None
    refresh: Refresh = Refresh()
    resource: Resource = Resource()
    http: Http = Http()
    features: Mapping[str, bool] = {}
    accept: Mapping[str, Text] = {}
    limits: Limits = Limits()

    @property
    def urls(self) -> dict[str, str]:
        """Return every URL that the file declares, by its key."""
        found = {f"[endpoints].{key}": url for key, url in self.endpoints}
        found["[clock].advance"] = self.clock.advance
        found["[process].ready"] = self.process.ready if self.process else None
        return {key: url for key, url in found.items() if url is not None}
