"""How a requirement names the check cases that verify it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_FORM = re.compile(r"(?P<check>[a-z0-9.-]+)(?:\[(?P<case>[^\[\]]+)\])?")


@dataclass(frozen=True, slots=True)
class Selector:
    """`code.single-use` (every case), `placement.accepted[put,*]` (a row), or one case."""

    check: str
    case: tuple[str, ...] = ()

    @classmethod
    @cache
    def parse(cls, text: str) -> Selector:
        """Read a selector; raises `ValueError` where the text is none."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{text!r} does not name a check, like 'code.single-use' or 'x.y[case]'"
            )
        case = match["case"]
        return cls(match["check"], tuple(case.split(",")) if case else ())

    def matches(self, case_id: str) -> bool:
        """Tell whether a check case, such as `placement.accepted[put,refresh_token]`, is meant."""
        other = Selector.parse(case_id)
        if other.check != self.check:
            return False
        return not self.case or (
            len(self.case) == len(other.case)
            and all(
                mine in ("*", theirs) for mine, theirs in zip(self.case, other.case, strict=True)
            )
        )

    def __str__(self) -> str:
        """Return the selector as it is written in a requirement file."""
        return f"{self.check}[{','.join(self.case)}]" if self.case else self.check
