"""The decorator that makes a function a check, and the list of all checks.

A check is a function with a sentence. Its parameters beside `service` and `held` span its cases:
`@check("placement.accepted", placement=placements, grant=grants)` gives one case for every
placement and grant of the contract, such as `placement.accepted[put,refresh_token]`.
"""

from __future__ import annotations

import enum
import importlib
import itertools
import math
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, TypeVar

import conformance.checks
from conformance.contract import Contract, Lifetime
from conformance.targets import Effort, Service, Span, Window
from conformance.targets.browser.scene import Scene
from conformance.targets.risk import Risk

Values = Iterable[str] | Callable[[Contract], Iterable[str]]
Function = TypeVar("Function", bound=Callable[..., None])


class Turn(enum.Enum):
    """When in a run a check comes, so that it makes no timed observation late."""

    FIRST = "it needs a user who has not allowed anything yet"
    EARLY = "it takes seconds: hundreds of requests"
    ANY = "it is quick"
    PLAYED = "it takes seconds in a browser, where it is played while the others run"
    LATE = "it moves the clock by itself, past what others wait for"


_UNTIMED = {
    Turn.FIRST: -4.0,
    Turn.EARLY: -3.0,
    Turn.ANY: -2.0,
    Turn.PLAYED: -1.0,
    Turn.LATE: math.inf,
}


class Dated(Protocol):
    """Something that was issued at a known time."""

    @property
    def issued(self) -> Span:
        """When it was issued, by the target's clock."""


Lifetimes = Callable[[str], Lifetime]
WindowOf = Callable[..., Window]


@dataclass(frozen=True)
class Midway:
    """What happens to what is held, between its preparation and the look at it.

    `act` takes the service, what is held and the case's parameters, and returns what is held from
    then on: the same, or, where it `renews`, what was issued instead.
    """

    window: WindowOf
    act: Callable[..., Dated]
    renews: bool = False


@dataclass(frozen=True)
class Hold:
    """What a timed check prepares now, and when it looks at it again.

    `prepare` takes the service and the case's parameters; `window` takes the lifetimes, when the
    value was issued, and the parameters, so that cases can be put in order beforehand.
    """

    prepare: Callable[..., Dated]
    window: WindowOf
    midway: Midway | None = None


@dataclass(frozen=True)
class Check:
    """A check: its stable id, its sentence, its function, and what spans its cases.

    A `scene` is what a browser plays for some. What needs leave at a host that others use too is
    its `risk`.
    """

    id: str
    function: Callable[..., None]
    dimensions: Mapping[str, Values]
    effort: Effort
    hold: Hold | None
    turn: Turn
    ages: bool = False
    scene: Callable[[Service], Scene] | None = None
    risk: Risk | None = None

    @property
    def steady(self) -> bool:
        """Tell whether it is answered alike in every run: its requests are not drawn, nor raced."""
        return self.turn not in (Turn.EARLY, Turn.PLAYED) and self.risk is not Risk.BURST

    @property
    def sentence(self) -> str:
        """Return what is checked, in one sentence."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]

    def cases(self, contract: Contract) -> Iterator[CheckCase]:
        """Return the cases that a contract gives this check."""
        spans = [
            tuple(values(contract)) if callable(values) else tuple(values)
            for values in self.dimensions.values()
        ]
        for combination in itertools.product(*spans):
            yield CheckCase(self, dict(zip(self.dimensions, combination, strict=True)))


@dataclass(frozen=True)
class CheckCase:
    """One case of a check: what is run and judged."""

    check: Check
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the case's id, as requirement files and reports write it."""
        return (
            f"{self.check.id}[{','.join(self.parameters.values())}]"
            if self.parameters
            else self.check.id
        )

    @property
    def company(self) -> str:
        """Return a name for what has to run together: the timeline, what shares observations."""
        if self.check.hold or self.check.turn is Turn.LATE:
            return "timeline"
        group = self.check.id.partition(".")[0]
        if self.check.turn is Turn.EARLY:
            return f"{group} {self.parameters.get('operation', '')}"
        return group

    def window(self, lifetimes: Lifetimes, issued: Span, *, touched: bool = False) -> Window:
        """Return when the case is to be observed, for a value issued at a given time.

        `touched` says that what happens midway has happened.
        """
        hold = self.check.hold
        if hold is None:
            return Window(issued.received)
        if hold.midway and hold.midway.renews and not touched:
            opens = hold.midway.window(lifetimes, issued, **self.parameters).opens
            issued = Span(opens, opens)
        return hold.window(lifetimes, issued, **self.parameters)

    def midway(self, lifetimes: Lifetimes, issued: Span) -> Window | None:
        """Return when something happens to a value issued at a given time, if anything does."""
        midway = self.check.hold.midway if self.check.hold else None
        return midway.window(lifetimes, issued, **self.parameters) if midway else None

    def moment(self, lifetimes: Lifetimes) -> float:
        """Return a number by which cases are put into the order of a run.

        For a timed case it is how many seconds after its preparation it falls due.
        """
        if self.check.hold is None:
            return _UNTIMED[self.check.turn]
        return self.window(lifetimes, Span(0.0, 0.0)).opens

    def __call__(self, service: Service, held: object = None) -> None:
        """Run the case, with what was prepared or played for it.

        Raises `Violation` or `Inconclusive`, or returns where all is well.
        """
        given = (held,) if self.check.hold or self.check.scene else ()
        self.check.function(service, *given, **self.parameters)


_registered: dict[str, Check] = {}


def check(
    check_id: str,
    *,
    effort: Effort = Effort.SMOKE,
    hold: Hold | None = None,
    turn: Turn = Turn.ANY,
    ages: bool = False,
    scene: Callable[[Service], Scene] | None = None,
    risk: Risk | None = None,
    **dimensions: Values,
) -> Callable[[Function], Function]:
    """Register a function as a check.

    `effort` is the least at which it runs, `hold` makes it a timed one; `ages` says of another that
    its verdict depends on the target's clock. What a browser played of the `scene` is given to it.
    What it risks, a remote host is not asked for without leave.
    """
    ages = ages or hold is not None or turn is Turn.LATE
    turn = Turn.PLAYED if scene else turn

    def register(function: Function) -> Function:
        known = _registered.setdefault(
            check_id,
            Check(
                check_id,
                function,
                dimensions,
                effort,
                hold,
                turn,
                ages=ages,
                scene=scene,
                risk=risk,
            ),
        )
        if known.function is not function:
            raise ValueError(f"two checks call themselves {check_id!r}")
        return function

    return register


@cache
def checks() -> Mapping[str, Check]:
    """Return every check of the suite by its id, in the order of the modules."""
    for module in pkgutil.iter_modules(conformance.checks.__path__):
        if module.name.startswith("check_"):
            importlib.import_module(f"conformance.checks.{module.name}")
    return dict(_registered)


def cases(contract: Contract) -> tuple[CheckCase, ...]:
    """Return every check case that a contract asks for: some requirement names it."""
    asked = {selector for one in contract.requirements for selector in one.checks}
    by_check = defaultdict(list)
    for selector in asked:
        by_check[selector.check].append(selector)
    return tuple(
        case
        for found in checks().values()
        for case in found.cases(contract)
        if any(selector.matches(case.id) for selector in by_check[found.id])
    )
