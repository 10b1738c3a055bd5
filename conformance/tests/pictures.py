"""A run against a faulty server -> the pictures of the README: the report and the terminal.

`python -m conformance.tests.pictures --out .github`; it needs a Chromium.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
from collections import ChainMap
from contextlib import chdir, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import MONOKAI

from conformance.contract import find, load
from conformance.evidence import read
from conformance.faults.catalogue import find as find_fault
from conformance.reference import Decisions, Server, create_app
from conformance.report import summary
from conformance.targets.browser.chromium import Chromium
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.verdict.results import evaluate

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

_FAULTS = ("code.reusable", "client.secret-case", "answer.no-pragma", "resource.no-challenge")
_SEED = "2026"
_WIDTH, _HEIGHT = 1160, 900
_COLUMNS, _ROWS = 104, 38
_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


class _Terminal(io.StringIO):
    """A file that says that somebody sits before it."""

    def isatty(self) -> bool:
        return True


def main() -> None:
    """Judge the server and draw what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(".github"))
    out: Path = parser.parse_args().out.resolve()
    with TemporaryDirectory() as place, chdir(place):
        _run()
        (out / "terminal.svg").write_text(_terminal(), encoding="utf-8")
        _photograph(Path("reports/latest/report.html").resolve(), out)


def _run() -> None:
    """Judge a server with a few faults, as its target file `staging.toml` names it."""
    contract = load(find("kitchenmonki"))
    overrides = ChainMap(*(dict(find_fault(name).overrides) for name in _FAULTS))
    faulty: type[Decisions] = type("FaultyDecisions", (Decisions,), dict(overrides))
    settings = settings_for(contract, clock_control=True)
    with Server(create_app(settings, decisions=faulty())) as server:
        described = target_file_for(settings, server.url, "kitchenmonki")
        text = described.model_copy(update={"name": "staging"}).as_toml()
        Path("staging.toml").write_text(text, encoding="utf-8")
        command = "from conformance.cli.main import main; main()"
        asked = ("run", "--target", "staging.toml", "--seed", _SEED)
        subprocess.run([sys.executable, "-c", command, *asked], check=False)  # noqa: S603 - ours


def _terminal() -> str:
    """Return the last screen as SVG, without the font that it would load."""
    console = Console(
        file=_Terminal(), record=True, force_terminal=True, width=_COLUMNS, height=_ROWS
    )
    results = evaluate(read(Path("reports/latest/journal.jsonl")))
    console.print(summary(results, Path("reports/latest")), crop=False)
    return _FONT.sub("", console.export_svg(title="conformance run", theme=MONOKAI))


def _photograph(page: Path, out: Path) -> None:
    """Take the first screen of the report, and its first finding as far as the drawing."""

    def act(context: BrowserContext) -> None:
        shown = context.new_page()
        shown.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
        shown.goto(page.as_uri())
        shown.screenshot(path=out / "report.png")
        shown.locator(".finding details.wire, .finding details.script").evaluate_all(
            "hidden => hidden.forEach((one) => one.remove())"
        )
        shown.locator(".finding").first.screenshot(path=out / "finding.png")

    with closing(Chromium()) as browser:
        browser.use(act)


if __name__ == "__main__":
    main()
