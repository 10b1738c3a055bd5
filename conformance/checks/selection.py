"""Which check cases a run judges, and why the others were left out."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.checks.catalogue import CheckCase
from conformance.contract import Contract, Selector
from conformance.targets import Effort


class UnknownId(ValueError):  # noqa: N818 - named after what the user typed
    """An id after `--only` that is neither a requirement nor a check."""

    def __init__(self, unknown: str, known: Sequence[str]) -> None:
        close = difflib.get_close_matches(unknown, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        super().__init__(f"{unknown!r} is neither a requirement nor a check of this contract{hint}")


@dataclass(frozen=True)
class Selection:
    """What `--only` and `--effort` ask for."""

    effort: Effort
    only: tuple[str, ...] = ()

    def reason_against(self, contract: Contract, case: CheckCase) -> str | None:
        """Return why a case is left out, or None where it is judged."""
        if case.check.effort > self.effort:
            return f"it needs --effort {case.check.effort.name.lower()}"
        if self.only and not any(_named(contract, one, case) for one in self.only):
            return "it is not named by --only"
        return None

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
