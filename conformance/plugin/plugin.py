"""Hooks of the `pytest11` entry point: collect the checks of `conformance.checks`, nothing else.

In a session that does not collect the checks this plugin does nothing and imports next to nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conformance.plugin.items import CheckModule
    from conformance.plugin.session import Session

_CHECKS = Path(__file__).resolve().parents[1] / "checks"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say which service is judged, and how."""
    group = parser.getgroup("conformance", "OAuth 2.0 conformance checks")
    group.addoption("--target", metavar="FILE-or-NAME", help="the target file (default: embedded)")
    group.addoption("--contract", metavar="NAME", help="a folder of specs/, or a path to one")
    group.addoption("--effort", default="gate", choices=("smoke", "gate", "deep"))
    group.addoption(
        "--only", action="append", default=[], metavar="ID", help="requirement or check"
    )
    group.addoption("--clock", choices=("real",), help="wait instead of moving the target's clock")
    group.addoption("--conformance-seed", type=int, metavar="N", help="repeat a run's dice")
    group.addoption("--conformance-journal", metavar="FILE", help="write the journal here")
    group.addoption("--conformance-pending", metavar="FILE", help="keep here what is due later")
    group.addoption("--conformance-shard", metavar="K/N", help="one of several machines")
    group.addoption("--conformance-strict", action="store_true", help="a warning is a failure")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CheckModule | None:
    """Collect the modules of checks."""
    if file_path.parent != _CHECKS or not file_path.name.startswith("check_"):
        return None
    from conformance.plugin.items import CheckModule  # noqa: PLC0415 - only a session with checks pays
    from conformance.plugin.session import Session  # noqa: PLC0415

    Session.of(parent.config)  # what is wrong with the options is said once
    return CheckModule.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not selected, and put the timed cases into the order of their time."""
    if _session(config):
        from conformance.plugin.order import arrange  # noqa: PLC0415

        arrange(config, items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Prepare what needs time, then run each item when it is due."""
    checks = _session(session.config)
    if checks is None or session.config.option.collectonly or checks.options.worker:
        return None  # with -n each worker starts its own target and keeps its own time
    from conformance.plugin.loop import run_in_time, start  # noqa: PLC0415

    start(checks)
    if getattr(session.config.option, "dist", "no") != "no":
        return None
    return run_in_time(session)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the verdict into the report, for the terminal and for other plugins."""
    report = yield
    if _session(item.config):
        from conformance.plugin.items import describe  # noqa: PLC0415

        describe(item, report)
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Show a verdict by its own word."""
    seen: Any = getattr(report, "conformance", None)
    if seen is None or report.when != "call":
        return None
    return seen["category"], seen["letter"], seen["word"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell Allure what was judged, where it is told at all."""
    checks = _session(session.config)
    if checks and checks.told_to_allure and not checks.options.worker:
        from conformance.plugin.allure import complete  # noqa: PLC0415

        complete(checks, Path(session.config.option.allure_report_dir))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the target."""
    session = _session(config)
    if session:
        session.close()


def _session(config: pytest.Config) -> Session | None:
    """Return the session of checks, without importing what makes one."""
    module = sys.modules.get("conformance.plugin.session")
    return module.Session.existing(config) if module else None
