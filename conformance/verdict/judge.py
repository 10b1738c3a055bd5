"""A check that runs -> a judgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.evidence import JournalError
from conformance.verdict.outcome import Inconclusive, NotApplicable, Outcome, Violation
from conformance.wire import BudgetSpent, ForeignHost, Unsendable


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of one check case and what there is to say about it."""

    outcome: Outcome
    reason: str = ""
    expected: str = ""
    seen: str = ""
    step: int | None = None
    precondition: str | None = None


def judge(check: Callable[[], object]) -> Judgement:
    """Run a check and say what came of it; raises nothing but an interruption or `JournalError`."""
    try:
        check()
    except Violation as found:
        step = found.at.number if found.at else None
        return Judgement(Outcome.VIOLATION, str(found), found.expected, found.seen, step)
    except Inconclusive as missing:
        return Judgement(Outcome.INCONCLUSIVE, missing.reason, precondition=missing.precondition)
    except NotApplicable as absent:
        return Judgement(Outcome.NOT_APPLICABLE, str(absent))
    except (BudgetSpent, ForeignHost, Unsendable) as stopped:
        missing_requests = None if isinstance(stopped, Unsendable) else "requests"
        return Judgement(Outcome.INCONCLUSIVE, str(stopped), precondition=missing_requests)
    except JournalError:
        raise  # what is not written down is not judged
    except Exception as fault:  # noqa: BLE001 - whatever a check of ours throws is our fault, and told so
        where = _origin(fault)
        return Judgement(
            Outcome.ERROR, f"a fault of the suite: {type(fault).__name__}: {fault} ({where})"
        )
    return Judgement(Outcome.PASS)


def _origin(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return (
        f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        if trace
        else "?"
    )
