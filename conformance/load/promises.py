"""What must never happen under load, where no document of a contract says so itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.checks import catalogue
from conformance.checks.machine.invariant import RACES, USER_KEPT
from conformance.contract import Contract, Document, Level, Requirement, Selector
from conformance.lifecycle import Kind
from conformance.targets import TargetFile
from conformance.targets.startup.embedded import settings_for, target_file_for

_SPENT = f"lifecycle.dead-refused[{Kind.REFRESH_TOKEN},spent]"
_LIVE, _DEAD = "lifecycle.live-accepted", "lifecycle.dead-refused"
_NOWHERE = "http://127.0.0.1:1"  # the embedded server has not been started yet
_DOCUMENT = Document("SOAK", "Under load", "What the contract and the target file promise")

# The first that a case begins with says what is demanded.
_STATEMENTS = (
    (_SPENT, Level.MUST, "A refresh token that was used is refused, as [refresh] promises."),
    (
        USER_KEPT,
        Level.MUST,
        "An access token stands for the user of its grant, whatever others do.",
    ),
    ("race.", Level.MUST, "What works once works once, also at the same moment."),
    (_DEAD, Level.SHOULD, "What was used or has expired stays dead, whatever others do."),
    (_LIVE, Level.SHOULD, "What was issued works until its time is over, whatever others do."),
)


def amended(contract: Contract, file: TargetFile | None) -> Contract:
    """Return a contract that demands all that virtual clients can judge at a target.

    What a document of it demands is not demanded twice. Without a file the target is embedded.
    """
    known = file or target_file_for(settings_for(contract), _NOWHERE, contract.name)
    silent = [case for case in _judgeable(contract, known) if not contract.naming(case)]
    added = [_requirement(number, case) for number, case in enumerate(silent, start=1)]
    return replace(
        contract,
        documents=(*contract.documents, *([_DOCUMENT] if added else ())),
        requirements=(*contract.requirements, *added),
    )


def cases(contract: Contract) -> tuple[str, ...]:
    """Return every check case that an amended contract names."""
    own = (str(one) for found in contract.requirements if _own(found) for one in found.checks)
    return tuple(dict.fromkeys((*(case.id for case in catalogue.cases(contract)), *own)))


def _judgeable(contract: Contract, file: TargetFile) -> Iterator[str]:
    for name in (_LIVE, _DEAD):
        yield from (case.id for case in catalogue.checks()[name].cases(contract))
    if contract.identity or file.identity:
        yield USER_KEPT
    yield from (RACES[Kind(kind)] for kind in contract.single_use)
    if file.refresh.replay not in (None, "none"):
        yield _SPENT


def _requirement(number: int, case: str) -> Requirement:
    level, statement = next(
        (level, statement) for begins, level, statement in _STATEMENTS if case.startswith(begins)
    )
    return Requirement(
        id=f"SOAK-{number}",
        level=level,
        document=_DOCUMENT,
        section="load",
        statement=statement,
        origin="inferred",
        severity="security",
        checks=(Selector.parse(case),),
        why="No document of the contract says it of many clients at once.",
    )


def _own(found: Requirement) -> bool:
    return found.document is _DOCUMENT
