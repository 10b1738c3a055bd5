"""How long things really live: measured, not judged, so that a change is noticed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from conformance.checks.catalogue import Turn, check
from conformance.checks.spans import VALUES
from conformance.targets import Code, Service, Tokens
from conformance.verdict import Inconclusive
from conformance.verdict.answer import Answer, of_grant

_AT_ONCE = 4
_ROUNDS = 20
_PRECISION = 0.0001  # of what is documented, but a second at least
_NEAR = 0.3  # of the precision: the first guess is that what is documented is so
_GRACES = (0.0, 1.5, 8.5, 55.0, 280.0)  # no server has these, so none is met at its limit

Held = Code | Tokens


def _code(service: Service) -> Held:
    return service.code()


def _bearer(service: Service) -> Held:
    return service.bearer()


def _tokens(service: Service) -> Held:
    return service.tokens(service.origins()[0])


def _code_lives(service: Service, held: Code) -> bool:
    exchange = service.send(service.grant_request("authorization_code", code=held))
    return of_grant(exchange) is Answer.YES


def _access_token_lives(service: Service, held: Tokens) -> bool:
    example = service.contract.example
    return service.answer(example, service.call(example, held.access_token)) is Answer.YES


def _refresh_token_lives(service: Service, held: Tokens) -> bool:
    exchange = service.send(service.grant_request("refresh_token", tokens=held))
    return of_grant(exchange) is Answer.YES


# kind of value -> how one is obtained, and how it is tried
_TRIALS: Mapping[str, tuple[Callable[[Service], Held], Callable[..., bool]]] = {
    "code": (_code, _code_lives),
    "access_token": (_bearer, _access_token_lives),
    "refresh_token": (_tokens, _refresh_token_lives),
}


@check("measured.lifetime", value=VALUES, turn=Turn.LATE)
def check_lifetime(service: Service, value: str) -> None:
    """Between which two ages a value died is recorded, in seconds."""
    _needs_a_clock(service)
    obtain, lives = _TRIALS[value]
    documented = service.lifetime(value).seconds
    precision = max(documented * _PRECISION, 1.0)
    guesses = [documented + side * _NEAR * precision for side in (-1, 1)]
    low, high = 0.0, 2 * documented
    for _ in range(_ROUNDS):
        if high - low <= precision:
            break
        many = 1 if service.solitary else _AT_ONCE
        likely = [age for age in guesses[:many] if low < age < high]
        guesses = guesses[many:]
        ages = likely or _between(low, high, many)
        low, high = _narrowed(service, obtain, lives, (low, *ages, high))
    service.observe(f"lifetime.{value}", [round(low, 1), round(high, 1)])


@check("measured.grace", turn=Turn.LATE)
def check_grace(service: Service) -> None:
    """At which ages after its use an old refresh token still works is recorded, in seconds."""
    _needs_a_clock(service)
    worked = []
    for age in _GRACES:
        tokens = service.tokens(service.origins()[0])
        service.refreshed(tokens)
        service.clock.advance(age)
        if _refresh_token_lives(service, tokens):
            worked.append(age)
    service.observe("refresh.grace", worked)


def _narrowed(
    service: Service,
    obtain: Callable[[Service], Held],
    lives: Callable[..., bool],
    ages: Sequence[float],
) -> tuple[float, float]:
    """Try one value at each inner age; return the two ages between which they died.

    A value was at least so old when it was tried, and at most so old when it had been.
    """
    low, *inner, high = ages
    held = [obtain(service) for _ in inner]
    for age, one in zip(inner, held, strict=True):
        service.clock.advance(max(0.0, one.issued.received + age - service.clock.now()))
        oldest = service.clock.now() - one.issued.received
        if not lives(service, one):
            return low, min(high, service.clock.now() - one.issued.sent)
        low = max(low, oldest)
    return low, high


def _between(low: float, high: float, how_many: int) -> list[float]:
    step = (high - low) / (how_many + 1)
    return [low + step * turn for turn in range(1, how_many + 1)]


def _needs_a_clock(service: Service) -> None:
    if not service.clock.movable:
        raise Inconclusive("ages are measured on a clock that can be moved", "clock_control")
