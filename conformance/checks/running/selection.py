"""Which check cases a run judges, and why the others were left out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from conformance.checks.catalogue import CheckCase
from conformance.contract import Contract, Selector
from conformance.targets import Effort


class UnknownId(ValueError):  # noqa: N818 - named after what the user typed
    """An id that is neither a requirement nor a check, nor a reading where those are asked for."""

    def __init__(self, unknown: str, known: Sequence[str], where: str = "this contract") -> None:
        close = difflib.get_close_matches(unknown, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        super().__init__(f"{unknown!r} is neither a requirement nor a check of {where}{hint}")


class BadShard(ValueError):  # noqa: N818 - named after what the user typed
    """A shard that is not one of several."""

    def __init__(self, text: str) -> None:
        super().__init__(f"--shard {text}: expected K/N, such as 2/3 for the second of three")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several machines that share a run; `number` counts from one."""

    number: int
    total: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return the shard that is written `2/3`; raises `BadShard`."""
        found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
        if found is None or int(found[1]) > int(found[2]):
            raise BadShard(text)
        return cls(int(found[1]), int(found[2]))

    def others(self, cases: Iterable[CheckCase]) -> frozenset[str]:
        """Return the cases that are left to the other shards.

        What has to run together stays together; the largest companies are dealt out first, each
        to whoever has least.
        """
        companies: dict[str, list[str]] = {}
        for case in cases:
            companies.setdefault(case.company, []).append(case.id)
        hands: list[list[str]] = [[] for _ in range(self.total)]
        for members in sorted(companies.values(), key=len, reverse=True):
            min(hands, key=len).extend(members)
        del hands[self.number - 1]
        return frozenset(one for hand in hands for one in hand)


@dataclass(frozen=True)
class Selection:
    """What `--only` and `--effort` ask for; `elsewhere` is what other shards judge."""

    effort: Effort
    only: tuple[str, ...] = ()
    elsewhere: frozenset[str] = frozenset()

    def reason_against(self, contract: Contract, case: CheckCase) -> str | None:
        """Return why a case is left out, or None where it is judged."""
        if case.check.effort > self.effort:
            return f"it needs --effort {case.check.effort.name.lower()}"
        if self.only and not any(_named(contract, one, case) for one in self.only):
            return "it is not named by --only"
        return "another shard judges it" if case.id in self.elsewhere else None

    def shared(self, contract: Contract, cases: Iterable[CheckCase], shard: Shard) -> Selection:
        """Return what one shard has to judge of the same."""
        mine = [case for case in cases if self.reason_against(contract, case) is None]
        return replace(self, elsewhere=shard.others(mine))

    def validate(self, contract: Contract, cases: Sequence[CheckCase]) -> None:
        """See that every id means something; raises `UnknownId`."""
        for one in self.only:
            if not any(_named(contract, one, case) for case in cases):
                known = [found.id for found in contract.requirements]
                raise UnknownId(one, [*known, *(case.check.id for case in cases)])


def _named(contract: Contract, name: str, case: CheckCase) -> bool:
    for requirement in contract.requirements:
        if requirement.id == name:
            return requirement.names(case.id)
    try:
        return Selector.parse(name).matches(case.id)
    except ValueError:
        return False
