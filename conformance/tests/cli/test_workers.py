"""Several workers judge one service, and none spoils what another holds."""

from __future__ import annotations

import json
from pathlib import Path

from conformance.contract import find, load
from conformance.reference import Server, create_app
from conformance.targets.startup.embedded import settings_for, target_file_for
from conformance.tests.cli.conftest import Command

_ONLY = ("--only", "lifetime.code-before", "--only", "refresh.rotates", "--only", "code.single-use")


def test_workers_leave_alone_the_clock_that_they_share(
    conformance: Command, tmp_path: Path
) -> None:
    """What falls due later is left to `resume`, which moves the clock, and nothing turns red."""
    settings = settings_for(load(find("kitchenmonki")), clock_control=True)
    with Server(create_app(settings)) as server:
        text = target_file_for(settings, server.url, "kitchenmonki").as_toml()
        patient = text.replace('driver = "control"', 'driver = "control"\nwait = 0')
        (tmp_path / "target.toml").write_text(patient)
        ended = conformance("run", "-n", "2", "--target", "target.toml", "--out", "out", *_ONLY)
        assert ended.code == 0, ended.text
        assert "the clock was left alone, for all workers judge by it" in ended.text
        assert _outcomes(tmp_path)["lifetime.code-before"] == "pending"
        resumed = conformance("resume", "out")
    assert resumed.code == 0, resumed.text
    assert "left alone" not in resumed.text
    assert set(_outcomes(tmp_path).values()) == {"pass"}


def _outcomes(folder: Path) -> dict[str, str]:
    """Return the verdicts of the cases that were asked for."""
    checks = json.loads((folder / "out/results.json").read_text())["checks"]
    return {one["id"]: one["verdict"] for one in checks if one["verdict"] != "not_selected"}
