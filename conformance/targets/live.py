"""A target file and a contract -> a live target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from requests.adapters import BaseAdapter

from conformance.contract import Contract, Lifetime, Operation
from conformance.reference import Application, Decisions, Server, create_app
from conformance.targets.browser.chromium import Chromium
from conformance.targets.browser.onscreen import BrowserConsent
from conformance.targets.clock import Clock, ControlClock, EmbeddedClock, RealClock
from conformance.targets.consent.command import CommandConsent
from conformance.targets.consent.driver import Consent, FormConsent
from conformance.targets.consent.manual import ManualConsent
from conformance.targets.description import addresses, endpoints
from conformance.targets.description.endpoints import Endpoints
from conformance.targets.description.file import TargetFile
from conformance.targets.description.metadata import Metadata, fetch
from conformance.targets.description.tables import Client as Confidential
from conformance.targets.description.tables import Identity
from conformance.targets.errors import TargetError
from conformance.targets.grants import SUBSTITUTES, Client, User
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.targets.startup.inprocess import WSGIAdapter
from conformance.targets.startup.process import ManagedProcess
from conformance.verdict import Inconclusive
from conformance.wire import Limits, Wire

Kind = Literal["embedded", "process", "remote"]

_POLITE = 5.0  # requests per second to a machine that is not this one
_LONGEST_CODE = 600.0  # seconds (RFC 6749 section 4.1.2)
_NOWHERE = "http://127.0.0.1:1"  # where a server without a socket pretends to be


@dataclass
class LiveTarget:
    """A running service, and every way to it."""

    name: str
    kind: Kind
    file: TargetFile
    contract: Contract
    wire: Wire
    clock: Clock
    consent: Consent
    endpoints: Endpoints
    metadata: Metadata | None = None
    application: Application | None = field(default=None, repr=False)
    chromium: Chromium = field(default_factory=Chromium, repr=False)
    authentication: str | None = None  # what a first look has found to work
    called: bool = False  # in this process, though it has a socket

    @property
    def near(self) -> bool:
        """Tell whether the target is on this machine."""
        return endpoints.near(self.file, self.contract)

    @property
    def movable(self) -> bool:
        """Tell whether the target's clock can be moved."""
        return self.clock.movable

    @property
    def identity(self) -> Identity | None:
        """Return the identity probe of the target file, or else of the contract."""
        if self.file.identity or self.contract.identity is None:
            return self.file.identity
        found = self.contract.identity
        return Identity(operation=found.operation, pointer=found.pointer)

    @property
    def lifetimes(self) -> Mapping[str, Lifetime]:
        """Return how long values live, where the contract or the target file names a time."""
        own = {
            kind: self.contract.margins[kind].around(seconds)
            for kind, seconds in self.file.lifetimes.told.items()
        }
        return {**own, **self.contract.lifetimes}

    def client(self, role: str) -> Client | None:
        """Return the client of a table (`client`, `other_client`, …), or None without one."""
        found = self.file.clients.get(role)
        if found is None:
            return None
        grants = found.grants or self._assumed_grants(role)
        described = Client(
            role=role,
            id=found.id,
            secret="",
            redirect_uri=found.redirect_uri or "",
            owner=found.owner,
            grants=grants,
            authentication="none",
            scope=found.scope,
        )
        if not isinstance(found, Confidential):
            return described
        how = found.authentication or self.authentication or self.authentications[0]
        return replace(described, secret=found.secret, authentication=how)

    def _assumed_grants(self, role: str) -> tuple[str, ...]:
        """Return the grants of a client whose table names none: all that no other table is for."""
        others = {name: one.grants or () for name, one in self.file.clients.items() if name != role}
        apart = {grant for grant, other in SUBSTITUTES.items() if grant in others.get(other, ())}
        return tuple(grant for grant in self.contract.grants if grant not in apart)

    @property
    def authentications(self) -> tuple[str, ...]:
        """Return how clients may authenticate whose tables do not say: the likeliest way first.

        Metadata tells one for sure; else any that the contract knows may be meant.
        """
        known = self.contract.client_authentication
        told = self.metadata.authentication if self.metadata else ()
        return tuple(one for one in known if one in told)[:1] or known

    def user(self, role: str) -> User | None:
        """Return the user of a table (`user`, `other_user`), or None without one."""
        found = self.file.users.get(role)
        return User(role, found.name, found.password, found.id) if found else None

    def close(self) -> None:
        """End what was started to reach it."""
        self.chromium.close()

    @contextmanager
    def sibling(self) -> Iterator[LiveTarget]:
        """Start another server like this embedded one, with a clock and a memory of its own.

        It is reached as this one is, by the same clients and users, and its exchanges are numbered,
        recorded and counted with this one's. Raises `ValueError` where the server is not embedded.
        """
        if self.application is None:
            raise ValueError(f"{self.name} is not embedded, so it has no sibling")
        with ExitStack() as stack:
            application = self.application.anew()
            if self.wire.has_sockets:
                live = stack.enter_context(_served(application, self.contract, called=self.called))
            else:
                live = stack.enter_context(closing(_in_process(application, self.contract)))
            live.wire.join(self.wire)
            yield live

    def beside(self) -> LiveTarget:
        """Return the same target as one more visitor reaches it.

        Connections, cookies and listeners are the visitor's own; budget and browser are shared.
        """
        wire = self.wire.beside()
        consent = _consent(self.file, self.contract, wire, self.chromium)
        return replace(self, wire=wire, consent=consent)

    def url_of(self, operation: Operation, **path: object) -> str:
        """Return the URL of an operation; path parameters not given come from the target file.

        Raises `Inconclusive` where neither the contract nor the target file places it.
        """
        for part, endpoint in self.contract.endpoints.items():
            if operation.id == endpoint.id:
                return self.endpoint(part)
        values = {**self.file.resource.path_parameters, **path}
        quoted = {name: quote(str(value), safe="") for name, value in values.items()}
        base = endpoints.base(self.file, self.contract, operation)
        placed = self.file.resource.paths.get(operation.id)
        if placed is None and operation.id in self.contract.unplaced:
            problem = f"[resource].paths does not say where {operation.id} is"
            raise Inconclusive(problem, "resource_endpoint")
        return base + (placed or operation.expand(quoted))

    def template_of(self, operation: Operation) -> str:
        """Return the URL of a resource operation with its path parameters still open."""
        base = endpoints.base(self.file, self.contract, operation)
        return base + self.file.resource.paths.get(operation.id, operation.path)

    def path_for(self, operation: Operation, value: str) -> dict[str, str]:
        """Return an operation's first path parameter with a value; empty without one."""
        names = re.findall(r"{(\w+)}", operation.path)
        return {names[0]: value} if names else {}

    def endpoint(self, part: str) -> str:
        """Return the URL of an endpoint by its part; raises `Inconclusive` where it has none."""
        found = self.endpoints.of(part)
        if found is None:
            raise Inconclusive(f"[endpoints] names no {part}", f"{part}_endpoint")
        return found

    def path_value(self, operation: Operation) -> str:
        """Return what an operation's first path parameter is by default; empty without one."""
        names = re.findall(r"{(\w+)}", operation.path)
        values = {**operation.path_example, **self.file.resource.path_parameters}
        return str(values.get(names[0], "")) if names else ""


@contextmanager
def start(
    file: TargetFile | None,
    contract: Contract,
    *,
    decisions: Decisions | None = None,
    application: Application | None = None,
    called: bool = False,
) -> Iterator[LiveTarget]:
    """Start or reach a target for as long as the context lasts; without a file, the embedded one.

    `decisions` or a whole `application` are for the embedded server alone, and so is `called`: in
    this process, which is quicker; its socket is there for what a call cannot say.
    Raises `TargetError`.
    """
    if file is None:
        application = application or _application(contract, decisions)
        with _served(application, contract, called=called) as live:
            yield live
    elif file.process is None:
        with closing(_reached(file, contract, "remote")) as live:
            yield live
    else:
        endpoints.agree(file, contract)  # before a server is started in vain
        with (
            ManagedProcess(file) as process,
            closing(_reached(process.file, contract, "process", process.clock)) as live,
        ):
            yield live


@contextmanager
def _served(application: Application, contract: Contract, *, called: bool) -> Iterator[LiveTarget]:
    with (
        Server(application) as server,
        closing(_embedded(application, contract, server.url)) as live,
    ):
        if called:
            live.wire.mount(server.url, WSGIAdapter(application))
        live.called = called
        yield live


def start_in_process(
    contract: Contract,
    decisions: Decisions | None = None,
    *,
    application: Application | None = None,
) -> LiveTarget:
    """Return an embedded target that is called in this thread: no socket, no server to stop.

    Raises `TargetError` where the reference server cannot serve the contract.
    """
    return _in_process(application or _application(contract, decisions), contract)


def _application(contract: Contract, decisions: Decisions | None) -> Application:
    try:
        return create_app(settings_for(contract), decisions=decisions)
    except ValueError as problem:
        raise TargetError(
            f"the embedded server cannot serve the contract {contract.name!r}: {problem};"
            " name a target that does, with --target"
        ) from None


def _in_process(application: Application, contract: Contract) -> LiveTarget:
    live = _embedded(application, contract, _NOWHERE, WSGIAdapter(application))
    live.wire.has_sockets = False
    return live


def _embedded(
    application: Application, contract: Contract, url: str, adapter: BaseAdapter | None = None
) -> LiveTarget:
    file = target_file_for(application.settings, url, contract.name)
    live = _reached(file, contract, "embedded", EmbeddedClock(application.clock), adapter)
    live.application = application
    return live


def _reached(
    file: TargetFile,
    contract: Contract,
    kind: Kind,
    clock: Clock | None = None,
    adapter: BaseAdapter | None = None,
) -> LiveTarget:
    endpoints.agree(file, contract)
    wire = _wire(file, contract)
    if adapter:
        wire.mount(_NOWHERE, adapter)
    metadata = fetch(wire, file.endpoints.metadata)
    chromium = Chromium()
    return LiveTarget(
        name=file.name,
        kind=kind,
        file=file,
        contract=contract.expecting(file.lifetimes.told),
        wire=wire,
        clock=clock or _clock(file, wire),
        endpoints=endpoints.resolve(file, contract, metadata),
        metadata=metadata,
        consent=_consent(file, contract, wire, chromium),
        chromium=chromium,
    )


def _wire(file: TargetFile, contract: Contract) -> Wire:
    near, limits = endpoints.near(file, contract), file.limits
    return Wire(
        tuple(addresses.hosts(endpoints.named(file, contract))),
        Limits(limits.rate or (None if near else _POLITE), limits.requests, limits.timeout),
        headers=file.http.headers,
        verify=file.verify,
        trust_env=not near,
    )


def _clock(file: TargetFile, wire: Wire) -> Clock:
    if file.clock.driver == "control" and file.clock.advance is not None:
        return ControlClock(wire, file.clock.advance)
    return RealClock()


def _consent(file: TargetFile, contract: Contract, wire: Wire, chromium: Chromium) -> Consent:
    if file.consent.driver == "manual":
        code = contract.lifetimes.get("code")
        lives = code.seconds if code else file.lifetimes.code
        return ManualConsent(wire, lives or _LONGEST_CODE)
    if file.consent.driver == "browser":
        return BrowserConsent(wire, file.consent, chromium)
    if file.consent.driver == "command" and file.consent.command is not None:
        return CommandConsent(wire, file.consent.command, file.folder)
    return FormConsent(wire, file.consent)
