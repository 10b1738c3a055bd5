"""Tests of `conformance.cli.progress`."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
import time
from contextlib import closing
from typing import Any, Literal

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.live import Live

from conformance.cli.progress import RunProgress
from conformance.contract import find, load
from conformance.plugin.session import Options, Session
from conformance.targets.description.tables import Consent
from conformance.targets.startup.embedded import settings_for, target_file_for

_LONG = 3.5 * 24 * 60 * 60 + 30 * 60  # seconds


class _Waiting(Session):
    """A session in which one case has long to wait yet."""

    def awaited(self, case_id: str) -> float | None:
        return time.time() + _LONG if case_id == "lifetime.code-after[late]" else None


@pytest.fixture
def progress() -> RunProgress:
    """Return the progress of a run of four cases, into a log."""
    console = Console(file=io.StringIO(), width=60, color_system=None)
    followed = RunProgress(console, _Waiting(Options()))
    followed.begin(4)
    return followed


def _end(progress: RunProgress, case: str, word: str, **members: Any) -> None:  # noqa: ANN401
    report = pytest.TestReport(
        nodeid=f"check_code.py::{case}",
        location=("check_code.py", 1, case),
        keywords={},
        outcome="passed",
        longrepr=None,
        when="call",
        conformance={"word": word, "sent": 7},
        **members,
    )
    progress.pytest_runtest_logstart(report.nodeid)
    progress.pytest_runtest_logreport(report)


def _log(progress: RunProgress) -> str:
    file = progress.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def _view(progress: RunProgress) -> list[str]:
    with progress.console.capture() as captured:
        progress.console.print(progress._view())
    return [line.rstrip() for line in captured.get().splitlines()]


def test_a_log_gets_plain_lines(progress: RunProgress) -> None:
    """What is red and how far the run is, a line each, without a control character."""
    _end(progress, "code.single-use", "FAIL")
    assert "FAIL  code.single-use\n1 of 4 cases, 7 requests, " in _log(progress)
    assert "\x1b" not in _log(progress)


def test_a_log_says_what_is_waited_for(progress: RunProgress) -> None:
    """A run that seems to stand still says until when, and for which case."""
    _end(progress, "lifetime.code-after[late]", "PASS")
    assert " UTC (3 d 12 h more) for lifetime.code-after[late]\n" in _log(progress)


def test_the_live_view_shows_where_the_run_stands(progress: RunProgress) -> None:
    """How far, what is checked, what is waited for, and what is red so far; no line too long."""
    _end(progress, "code.single-use", "FAIL")
    _end(progress, "grant.issues[refresh_token]", "PASS")
    progress.pytest_runtest_logstart("check_lifetime.py::lifetime.code-after[late]")
    shown = _view(progress)
    assert "2 of 4 cases, 7 requests, " in shown[0]
    assert shown[1] == "checking  lifetime.code-after[late]"
    assert shown[2].startswith("waiting   until ")
    assert shown[3:] == ["so far    1 fail, 1 pass", "          FAIL code.single-use"]
    assert max(map(len, shown)) <= 60


def test_the_live_view_is_as_wide_as_the_terminal(progress: RunProgress) -> None:
    """It asks the terminal itself, each time, for a window may be made narrower."""
    there, here = pty.openpty()
    with closing(os.fdopen(here, "w")) as screen, closing(os.fdopen(there, "rb")):
        console = Console(file=screen, color_system=None)
        progress._live = Live(console=console)
        for columns in (52, 31):
            fcntl.ioctl(here, termios.TIOCSWINSZ, struct.pack("HHHH", 20, columns, 0, 0))
            view = progress._fitted()
            lines = console.render_lines(view, pad=False)
            assert console.width == columns
            assert max(cell_len("".join(one.text for one in line)) for line in lines) <= columns
        progress._live = None


@pytest.mark.parametrize(("driver", "alive"), [("form", True), ("manual", False)])
def test_a_person_who_is_asked_has_the_terminal_alone(
    driver: Literal["form", "manual"],
    *,
    alive: bool,
) -> None:
    """What they read and type would be painted over, so the run is told in plain lines."""
    settings = settings_for(load(find("kitchenmonki")))
    described = target_file_for(settings, "http://127.0.0.1:9", "kitchenmonki")
    session = _Waiting(Options())
    session.file = described.model_copy(update={"consent": Consent(driver=driver)})
    there, here = pty.openpty()
    with closing(os.fdopen(here, "w")) as screen, closing(os.fdopen(there, "rb")):
        followed = RunProgress(Console(file=screen, force_terminal=True), session)
        followed.begin(4)
        assert (followed._live is not None) is alive
        followed.pytest_sessionfinish()


def test_the_requests_of_all_workers_are_counted(progress: RunProgress) -> None:
    """Each worker tells its own number; the last of each counts."""
    for worker, sent in (("gw0", 3), ("gw0", 5), ("gw1", 4)):
        _end(progress, "a.b", "PASS", worker_id=worker)
        progress.sent[worker] = sent
    assert "9 requests" in progress.standing
