"""Who and what a target offers the machine to play with."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from conformance.contract import Contract, Operation
from conformance.lifecycle import USED_ONCE, Event, Kind, State, Transition
from conformance.targets import Client, LiveTarget, Service, User
from conformance.verdict import Inconclusive

# The grant that turns a value of a kind into tokens.
GRANT_OF: Mapping[Kind, str] = {
    Kind.CODE: "authorization_code",
    Kind.REFRESH_TOKEN: "refresh_token",
}
CREDENTIALS = "client_credentials"
_ROLES = ("client", "other_client", "service_client")
_USERS = ("user", "other_user")


@dataclass(frozen=True, slots=True)
class Starter:
    """Who begins a grant: a client, and the user who consents where there is a code."""

    client: Client
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A call that carries an access token."""

    operation: Operation
    placement: str


Starters = Mapping[Kind, tuple[Starter, ...]]
Missing = Mapping[Kind, Inconclusive]


@dataclass(frozen=True)
class Stage:
    """What there is at a target; `missing` says why a kind of starter is not among them."""

    kinds: tuple[Kind, ...]
    single_use: frozenset[Kind]
    clients: tuple[Client, ...]
    starters: Starters
    missing: Missing
    places: tuple[Place, ...]
    probes: tuple[Place, ...]
    origins: tuple[str, ...]
    movable: bool
    solitary: bool

    @property
    def placements(self) -> int:
        """Return how many placements there are: as many `places` come first, one of each."""
        return len({place.placement for place in self.places})

    def stranger_to(self, client: Client, kind: Kind) -> Client | None:
        """Return another client that may make the same kind of grant, or None."""
        grant = GRANT_OF[kind]
        others = (one for one in self.clients if one.id != client.id and grant in one.grants)
        return next(others, None)

    def disguises(self, kind: Kind, client: Client) -> tuple[Kind, ...]:
        """Return what a client can pass a value of a kind off as."""
        return tuple(
            one
            for one in self.kinds
            if one is not kind
            and (self.places if one is Kind.ACCESS_TOKEN else GRANT_OF[one] in client.grants)
        )

    def asks_for(self, row: Transition) -> bool:
        """Tell whether a row of the table says something about this contract."""
        refreshed = row.event is not Event.REFRESH or Kind.REFRESH_TOKEN in self.kinds
        spent = row.state is not State.SPENT or row.kind in self.single_use
        return row.kind in self.kinds and refreshed and spent

    def lacks(self, row: Transition) -> str | None:
        """Return the precondition that a row lacks at this target, or None."""
        if row.kind in self.missing and row.kind is Kind.CODE:
            return self.missing[row.kind].precondition
        if row.kind is Kind.ACCESS_TOKEN and row.event is Event.PRESENT and not self.places:
            return "resource_endpoint"
        if row.event is Event.STRANGER and not self.has_strangers(row.kind):
            return "two_clients"
        timed = row.event is Event.EXPIRE or row.state is State.EXPIRED
        return "clock_control" if timed and not self.movable else None

    def has_strangers(self, kind: Kind) -> bool:
        """Tell whether some client can present what another client obtained."""
        return any(self.stranger_to(client, kind) for client in self.clients)


@contextmanager
def theatre(target: Service) -> Iterator[Service]:
    """Open the service to play on: an embedded server of its own, or else the target itself.

    Only on a server of its own is the clock moved, for others wait on the target's.
    """
    if target.live.application is None or not target.clock.movable:
        yield target
        return
    with target.live.sibling() as live:
        yield Service(live, seed=target.seed, effort=target.effort)


def set_stage(service: Service, *, movable: bool) -> Stage:
    """Find out what a service offers; raises `Inconclusive` where nothing can begin."""
    contract, live = service.contract, service.live
    clients = tuple(filter(None, map(live.client, _ROLES)))
    starters, missing = _tried(service, _starters(service, clients))
    if not any(starters.values()):
        raise next(iter(missing.values()), Inconclusive("no client may begin a grant", "grant"))
    return Stage(
        kinds=kinds_of(contract),
        single_use=frozenset(kind for kind in USED_ONCE if kind in contract.single_use),
        clients=clients,
        starters=starters,
        missing=missing,
        places=_places(contract, _placed(live)),
        probes=_places(contract, (live.identity.operation,) if live.identity else ()),
        origins=service.origins(),
        movable=movable,
        solitary=_solitary(service),
    )


def kinds_of(contract: Contract) -> tuple[Kind, ...]:
    """Return what a contract issues."""
    return tuple(kind for kind in Kind if kind not in GRANT_OF or GRANT_OF[kind] in contract.grants)


def _starters(service: Service, clients: tuple[Client, ...]) -> Starters:
    users = tuple(filter(None, map(service.live.user, _USERS)))
    code, credentials = (
        [one for one in clients if grant in one.grants and grant in service.contract.grants]
        for grant in (GRANT_OF[Kind.CODE], CREDENTIALS)
    )
    return {
        Kind.CODE: tuple(Starter(*pair) for pair in itertools.product(code, users)),
        Kind.ACCESS_TOKEN: tuple(map(Starter, credentials)),
    }


def _tried(service: Service, wanted: Starters) -> tuple[Starters, Missing]:
    """Return the starters that begin something, and why others do not."""
    missing: dict[Kind, Inconclusive] = {}
    for kind, found in wanted.items():
        try:
            _begin(service, kind, found)
        except Inconclusive as problem:
            missing[kind] = problem
    return {kind: wanted[kind] for kind in wanted if kind not in missing}, missing


def _begin(service: Service, kind: Kind, starters: tuple[Starter, ...]) -> None:
    if not starters:
        grant = GRANT_OF.get(kind, CREDENTIALS)
        raise Inconclusive(f"nobody can begin {grant} here", f"grant:{grant}")
    starter = starters[0]
    if starter.user is None:
        service.tokens(CREDENTIALS, client=starter.client)
    else:
        service.code(starter.client, starter.user)


def _solitary(service: Service) -> bool:
    """Tell whether grants may end one another; yes, where that cannot be found out."""
    try:
        return service.solitary
    except Inconclusive:
        return True


def _placed(live: LiveTarget) -> list[str]:
    """Return the resources that are somewhere: of some only the target file can tell."""
    contract, told = live.contract, live.file.resource.paths
    return [one for one in contract.resources if one in told or one not in contract.unplaced]


def _places(contract: Contract, operations: Collection[str]) -> tuple[Place, ...]:
    """Return where a token can travel: every placement once, then the next call of each."""
    columns = [
        [
            Place(contract.operations[one], found.name)
            for one in found.operations
            if one in operations
        ]
        for found in contract.placements.values()
    ]
    rows = itertools.zip_longest(*columns)
    return tuple(place for row in rows for place in row if place)
