"""What is said of a target whose Date does not follow the clock that was moved."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path

import pytest
from werkzeug import Request, Response

from conformance.contract import find, load
from conformance.faults import catalogue as bank
from conformance.reference import Application, Clock, Decisions, Server
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.tests.cli.conftest import Command


class _DateOfTheMachine(Application):
    """Tokens are timed by the clock that can be moved, and the header Date is not."""

    def _respond(self, request: Request) -> Response:
        response = super()._respond(request)
        response.headers["Date"] = formatdate(usegmt=True)
        return response


@pytest.mark.parametrize(
    ("decisions", "code"),
    [(Decisions(), 0), (bank.find("lifetime.code-never-ends").decisions(), 1)],
)
def test_a_date_that_stands_is_told_where_time_went_wrong(
    decisions: Decisions, code: int, tmp_path: Path, conformance: Command
) -> None:
    """Where codes end in time the clock did move; where one does not end, perhaps it did not."""
    settings = settings_for(load(find("kitchenmonki")), clock_control=True)
    with Server(_DateOfTheMachine(settings, decisions, Clock())) as server:
        described = target_file_for(settings, server.url, "kitchenmonki").as_toml()
        (tmp_path / "t.toml").write_text(described)
        ended = conformance("run", "--target", "t.toml", "--only", "KM-36")
    assert ended.code == code, ended.text
    assert ("Date did not follow the clock" in ended.text) == bool(code)
