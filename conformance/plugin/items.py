"""Check cases as pytest items."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.catalogue import CheckCase
from conformance.evidence import JournalError
from conformance.plugin.allure import labels, tell
from conformance.plugin.session import Session
from conformance.verdict import Judgement
from conformance.verdict.exit import SUITE_FAULT

_CATEGORIES = {"passed": "passed", "skipped": "skipped", "failed": "failed", "error": "error"}


class NotPassed(AssertionError):  # noqa: N818 - it carries a verdict through pytest, it is no error
    """A check case that broke a rule; its text holds no secret."""


class NotJudged(Exception):  # noqa: N818
    """A check case that should have been judged and was not; its text holds no secret."""


class CheckModule(pytest.Module):
    """A module of `conformance.checks`: its cases by the contract of this session."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the cases of the checks that the module defines."""
        name = f"conformance.checks.{self.path.stem}"
        for case in Session.of(self.config).cases:
            if case.check.function.__module__ == name:
                yield CheckItem.from_parent(self, name=case.id, case=case)


class CheckItem(pytest.Item):
    """One check case."""

    def __init__(self, *, case: CheckCase, **options: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**options)
        self.case = case
        self.checks = Session.of(self.config)
        self.judgement: Judgement | None = None
        for name, value in labels(self.checks.contract, case):
            self.add_marker(pytest.mark.allure_label(value, label_type=name))
        self.add_marker(pytest.mark.xdist_group(case.company))

    def runtest(self) -> None:
        """Run the case at its time; raises `NotPassed`, `NotJudged`, a skip, or nothing."""
        with writing():
            if self.case.check.hold:
                self.checks.prepare()
            self.judgement = self.checks.runner.run(self.case)
        tell(self, self.judgement)
        text = self.checks.safe(self.judgement.reason)
        outcome = self.checks.shown(self.case.id, self.judgement.outcome).pytest
        if outcome == "skipped":
            pytest.skip(text)
        if outcome == "failed":
            raise NotPassed(text)
        if outcome == "error":
            raise NotJudged(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:  # noqa: ANN401
        """Say what was expected and seen, without a traceback of ours."""
        if not isinstance(excinfo.value, NotPassed | NotJudged):
            return self.checks.safe(str(super().repr_failure(excinfo, style)))
        named = ", ".join(self.checks.requirements(self.case))
        return "\n".join((self.case.check.sentence, str(excinfo.value), f"requirements: {named}"))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the check stands."""
        return self.path, self.case.check.function.__code__.co_firstlineno, self.name


@contextmanager
def writing() -> Iterator[None]:
    """End the session where nothing can be written down any more; raises `pytest.exit`."""
    try:
        yield
    except (JournalError, OSError) as lost:
        pytest.exit(f"the run was stopped: {lost}", returncode=SUITE_FAULT)


def describe(item: pytest.Item, report: pytest.TestReport) -> None:
    """Put a case's verdict into its report."""
    if not isinstance(item, CheckItem) or item.judgement is None or report.when != "call":
        return
    seen = item.checks.shown(item.case.id, item.judgement.outcome)
    category = "warnings" if seen.letter == "w" else _CATEGORIES[seen.pytest]
    report.conformance = {  # type: ignore[attr-defined]
        "category": category,
        "letter": seen.letter,
        "word": seen.word,
        "sent": item.checks.sent,
    }
    report.user_properties += [("requirement", one) for one in item.checks.requirements(item.case)]
