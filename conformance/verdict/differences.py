"""The answers and measurements of two runs -> what differs in them, though it may be lawful.

What differs by chance is not among it: an answer counts as another only where each side has one
that the other never gave, and measurements only where they lie further apart than they are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

from conformance.verdict.behaviour import Answer

_NAMES = {"status": "status", "media_type": "media type", "error": "error code"}
_NONE = "none"
_EXACT = 1.0  # seconds; many servers keep whole ones
_COUNTED = 2.0  # seconds that an answer may count down


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One thing that is otherwise now: of what, which part, and in which check cases it showed."""

    topic: str
    part: str
    old: str
    new: str
    cases: tuple[str, ...] = ()


Answers = Mapping[str, frozenset[Answer]]


def answered(case: str, old: Answers, new: Answers) -> Iterator[Difference]:
    """Yield how the answers differ that a check case has got from each operation."""
    for operation in sorted(old.keys() & new.keys()):
        gone = sorted(old[operation] - new[operation])
        come = sorted(new[operation] - old[operation])
        for before in gone:
            if come:
                after = max(come, key=partial(_likeness, before))
                come.remove(after)
                yield from _between(case, operation, before, after)


def replaced(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return each difference once, with all the cases in which it showed."""
    cases: dict[Difference, list[str]] = defaultdict(list)
    for one in found:
        cases[replace(one, cases=())] += one.cases
    return tuple(
        replace(one, cases=tuple(dict.fromkeys(where))) for one, where in sorted(cases.items())
    )


def measured(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield the measurements that differ by more than they vary."""
    for name in sorted(old.keys() & new.keys()):
        differ = next((rule for prefix, rule in _RULES.items() if name.startswith(prefix)), None)
        if differ and differ(old[name], new[name]):
            left, right = _shown(old[name]), _shown(new[name])
            if left == right:
                left, right = repr(old[name]), repr(new[name])
            yield Difference("measured", name, left, right)


def _between(case: str, operation: str, old: Answer, new: Answer) -> Iterator[Difference]:
    for part in (field.name for field in fields(Answer)):
        before, after = getattr(old, part), getattr(new, part)
        if isinstance(before, tuple):
            for name, left, right in _pairs(dict(before), dict(after)):
                yield Difference(operation, f"{part[:-1]} {name}", left, right, (case,))
        elif before != after:
            name = _NAMES.get(part, part)
            yield Difference(operation, name, str(before or _NONE), str(after or _NONE), (case,))


def _pairs(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in sorted(old.keys() | new.keys()):
        left, right = (one[name] or "present" if name in one else _NONE for one in (old, new))
        if left != right:
            yield name, left, right


def _likeness(one: Answer, other: Answer) -> int:
    alike: int = sum(getattr(one, part) == getattr(other, part) for part in _NAMES)
    shared = set(one.headers + one.members) & set(other.headers + other.members)
    return 10 * alike + len(shared)


# How measurements of a kind are told apart


def _apart(old: Any, new: Any) -> bool:  # noqa: ANN401 - what a journal holds
    """Tell whether two ranges of seconds are further apart than servers are exact."""
    return bool(new[0] - old[-1] >= _EXACT or old[0] - new[-1] >= _EXACT)


def _disjoint(old: Any, new: Any) -> bool:  # noqa: ANN401 - what a journal holds
    return bool(max(old) < min(new) or max(new) < min(old))


def _other_number(old: Any, new: Any) -> bool:  # noqa: ANN401 - what a journal holds
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in (old, new)):
        return bool(abs(old - new) > _COUNTED)
    return bool(old != new)


def _other(old: Any, new: Any) -> bool:  # noqa: ANN401 - what a journal holds
    return bool(old != new)


_RULES: Mapping[str, Callable[[Any, Any], bool]] = {
    "lifetime.": _apart,
    "expires_in.": _other_number,
    "length.": _disjoint,
    "alphabet.": _other,
    "refresh.grace": _other,
}


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " to ".join(f"{one}" for one in dict.fromkeys(value[:1] + value[-1:]))
    return str(value)
