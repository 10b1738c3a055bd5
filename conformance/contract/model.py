"""The nouns of a contract, frozen."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from conformance.contract.selector import Selector

# What values live where nobody says anything else: RFC 6749 sections 4.1.2 and 5.1; seconds.
_USUAL_LIFETIMES = {"code": 600.0, "access_token": 3_600.0, "refresh_token": 1_209_600.0}


class Level(enum.StrEnum):
    """How much a document insists; a MUST NOT is a MUST, a MAY is INFO."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    INFO = "INFO"

    @property
    def gravity(self) -> int:
        """Return a number that is greater the graver the level is."""
        return {Level.MUST: 2, Level.SHOULD: 1, Level.INFO: 0}[self]


@dataclass(frozen=True, slots=True)
class Document:
    """A text that makes demands: the page, or an RFC."""

    id: str
    title: str
    source: str
    cap: Level = Level.MUST


@dataclass(frozen=True, slots=True)
class Requirement:
    """One statement of a document, and the check cases that verify it."""

    id: str
    level: Level
    document: Document
    section: str
    statement: str
    origin: str
    severity: str
    checks: tuple[Selector, ...] = ()
    excluded: str | None = None
    why: str | None = None
    readings: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return where the statement stands, for a reader."""
        return f"{self.document.title}, {self.section}"

    def names(self, case_id: str) -> bool:
        """Tell whether a check case is one of those that verify this requirement."""
        return any(selector.matches(case_id) for selector in self.checks)


@dataclass(frozen=True, slots=True)
class Reading:
    """An ambiguous passage, the readings that can be defended, and the one taken."""

    id: str
    question: str
    readings: tuple[str, ...]
    taken: str
    why: str
    affects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where the contract demands what an inherited document forbids or advises against."""

    requirements: tuple[str, ...]
    against: tuple[str, ...]
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a value lives, and how close to its end nothing is judged; all in seconds."""

    seconds: float
    before: float
    after: float

    def widened(self, margin: float) -> Lifetime:
        """Return the same lifetime with margins of at least `margin` seconds."""
        return Lifetime(self.seconds, max(self.before, margin), max(self.after, margin))


@dataclass(frozen=True, slots=True)
class Margin:
    """How close to the end of a lifetime nothing is judged, in seconds."""

    before: float
    after: float

    def around(self, seconds: float) -> Lifetime:
        """Return a lifetime with these margins; one that is short keeps most of itself."""
        return Lifetime(seconds, min(self.before, seconds / 4), self.after)


@dataclass(frozen=True, slots=True)
class Placement:
    """A place where an access token may travel, and the operations that read it there."""

    name: str
    location: Literal["header", "query", "form"]
    parameter: str
    prefix: str = ""
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a grant gives: whose user its tokens stand for, and whether it can be refreshed.

    `opens` says whether its tokens are promised to open the resources of the description.
    """

    name: str
    subject: Literal["client", "client_owner", "granting_user", "unchanged"]
    refresh_token: bool
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the OpenAPI description.

    `markers` are the members that every success carries with a fixed value (`const`).
    """

    id: str
    method: str
    path: str
    server: str
    query: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    form_example: Mapping[str, str] = field(default_factory=dict)
    path_example: Mapping[str, str] = field(default_factory=dict)
    success: tuple[int, ...] = (200,)
    markers: Mapping[str, object] = field(default_factory=dict)

    def location(self, parameter: str) -> Literal["query", "form"]:
        """Return where a parameter of this operation travels; one that is unknown, in its form."""
        return "query" if parameter in self.query or not self.form else "form"

    def expand(self, values: Mapping[str, object]) -> str:
        """Return the path with its templates filled in, from `values` or the examples."""
        return re.sub(
            r"{(\w+)}", lambda m: str(values.get(m[1], self.path_example.get(m[1]))), self.path
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """The operation whose answer tells which user a token stands for, and where it says so."""

    operation: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change that can be read back and undone: operation ids."""

    write: str
    read: str
    undo: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A selection of documents by id, `without` the requirements that one of them takes back.

    `placements` are those that it leaves; None leaves all.
    """

    documents: tuple[str, ...]
    without: frozenset[str] = frozenset()
    placements: tuple[str, ...] | None = None

    def holds(self, requirement: Requirement) -> bool:
        """Tell whether a requirement belongs to the profile."""
        return requirement.document.id in self.documents and requirement.id not in self.without


@dataclass(frozen=True)
class Contract:
    """All that the documents promise about a service."""

    name: str
    version: str
    digest: str
    folder: Path
    openapi: Mapping[str, Any] = field(repr=False)
    operations: Mapping[str, Operation]
    endpoints: Mapping[str, Operation]
    client_authentication: tuple[str, ...]
    pkce: str | None
    grants: Mapping[str, Grant]
    margins: Mapping[str, Margin]
    lifetimes: Mapping[str, Lifetime]
    values: Mapping[str, str]
    placements: Mapping[str, Placement]
    single_use: frozenset[str]
    rotation: str
    identity: Identity | None
    mutation: Mutation | None
    example: Operation
    popup: tuple[str, str] | None
    documents: tuple[Document, ...]
    requirements: tuple[Requirement, ...]
    readings: tuple[Reading, ...]
    deviations: tuple[Deviation, ...]
    optional: frozenset[str] = frozenset()
    unplaced: frozenset[str] = frozenset()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=lambda: _USUAL_LIFETIMES)

    @property
    def authorize(self) -> Operation:
        """Return the authorization endpoint (RFC 6749 section 3.1)."""
        return self.endpoints["authorize"]

    @property
    def token(self) -> Operation:
        """Return the token endpoint (RFC 6749 section 3.2)."""
        return self.endpoints["token"]

    @property
    def resources(self) -> Mapping[str, Operation]:
        """Return the operations that need an access token."""
        ends = {found.id for found in self.endpoints.values()}
        return {name: found for name, found in self.operations.items() if name not in ends}

    def expected_lifetime(self, kind: str) -> Lifetime:
        """Return how long a value of a kind lives, or about how long where no time is promised.

        Good for putting things into an order, and for nothing that is judged.
        """
        return self.lifetimes.get(kind) or self.margins[kind].around(self.usual[kind])

    def expecting(self, told: Mapping[str, float]) -> Contract:
        """Return the contract with how long values live, in seconds, where a target tells it."""
        return replace(self, usual={**self.usual, **told})

    def profiled(self, profile: str | None) -> Contract:
        """Return what one profile demands, the contract's first by default.

        Raises `ValueError` where the contract has no such profile.
        """
        if profile is None and not self.profiles:
            return self
        chosen = profile or next(iter(self.profiles))
        if chosen not in self.profiles:
            known = ", ".join(self.profiles) or "none"
            raise ValueError(
                f"the contract {self.name!r} has no profile {chosen!r}; it has {known}"
            )
        selected = self.profiles[chosen]
        return replace(
            self,
            documents=tuple(one for one in self.documents if one.id in selected.documents),
            requirements=tuple(filter(selected.holds, self.requirements)),
            placements={
                name: place
                for name, place in self.placements.items()
                if selected.placements is None or name in selected.placements
            },
        )

    def requirement(self, requirement_id: str) -> Requirement:
        """Return one requirement by its id; raises `KeyError`."""
        return {found.id: found for found in self.requirements}[requirement_id]

    def naming(self, case_id: str) -> list[Requirement]:
        """Return the requirements that name a check case."""
        named = self._by_check.get(Selector.parse(case_id).check, ())
        return [found for found in named if found.names(case_id)]

    @cached_property
    def _by_check(self) -> Mapping[str, list[Requirement]]:
        """Return the requirements by the checks that they name; asking all of them is slow."""
        found: dict[str, list[Requirement]] = {}
        for requirement in self.requirements:
            for check in dict.fromkeys(selector.check for selector in requirement.checks):
                found.setdefault(check, []).append(requirement)
        return found

    def level_of(self, case_id: str) -> Level:
        """Return the gravest level among the requirements that name a check case."""
        levels = [found.level for found in self.naming(case_id)]
        return max(levels, key=lambda level: level.gravity, default=Level.INFO)
