"""What virtual clients have seen -> outcomes of the check cases that say the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from conformance.checks.machine.invariant import ALL, RACES
from conformance.contract import Selector
from conformance.load.totals import Totals
from conformance.verdict import Judgement, Outcome

_NEVER_PLAYED = ("lifecycle.stranger-refused", "lifecycle.kinds-apart")
JUDGED = {one for one in ALL if not one.startswith(_NEVER_PLAYED)} | set(RACES.values())
"""The invariants that virtual clients can judge; each is a check case of that name."""

# Check cases that a broken invariant breaks as well; what keeps it shows less than they ask for.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "lifecycle.dead-refused[code,spent]": ("code.single-use",),
    "lifecycle.dead-refused[refresh_token,spent]": ("refresh.old-dead", "replay.refused"),
    "lifecycle.dead-refused[access_token,expired]": ("lifetime.access-token-after",),
    "lifecycle.dead-refused[code,expired]": ("lifetime.code-after[late]",),
    "lifecycle.live-accepted[access_token]": ("lifetime.access-token-before",),
    "lifecycle.user-kept": ("association.users-apart",),
    "race.code": ("code.single-use",),
}
_ENDS = ",expired]"


def named(invariant: str, cases: Collection[str]) -> tuple[str, ...]:
    """Return the check cases of a contract that a broken invariant breaks.

    Where the contract has none it stands for itself, so that it is told all the same.
    """
    selectors = [Selector.parse(text) for text in (invariant, *_ALSO.get(invariant, ()))]
    found = [case for one in selectors for case in cases if one.matches(case)]
    return tuple(dict.fromkeys(found)) or (invariant,)


def verdicts(cases: Collection[str], totals: Totals) -> Iterator[tuple[str, Judgement]]:
    """Yield every check case that is not broken, and what came of it."""
    broken = {case for invariant in totals.broken for case in named(invariant, cases)}
    for case in cases:
        if case not in broken:
            yield case, _judged(case, totals)


def _judged(case: str, totals: Totals) -> Judgement:
    if case not in JUDGED or (case.endswith(_ENDS) and not totals.judged[case]):
        return Judgement(Outcome.NOT_SELECTED, _why_not(case))
    if totals.cut.total() * 2 > totals.plays:
        why = f"{totals.cut.total()} of {totals.plays} plays were cut short: {_most(totals)}"
        return Judgement(Outcome.INCONCLUSIVE, why)
    if totals.judged[case]:
        return Judgement(Outcome.PASS)
    return Judgement(Outcome.INCONCLUSIVE, totals.unclear.get(case, "no virtual client judged it"))


def _why_not(case: str) -> str:
    if case in JUDGED:
        return "nothing that was left alone came to its end while this ran"
    return "it is not judged under load"


def _most(totals: Totals) -> str:
    reason, times = totals.cut.most_common(1)[0]
    return f"{reason} ({times} times)"
