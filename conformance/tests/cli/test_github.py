"""A run inside a GitHub workflow: the action's own script, annotations and the step's summary."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import yaml

from conformance.cli.github import commands
from conformance.cli.merge import merge as merge_command
from conformance.cli.resume import resume as resume_command
from conformance.cli.run import run as run_command
from conformance.tests.verdict.runs import requirement, run
from conformance.verdict.baseline import Assessment, Stale

_ROOT = Path(__file__).resolve().parents[3]
_ACTION = yaml.safe_load((_ROOT / ".github/actions/conformance/action.yml").read_text())


def _step(name: str) -> str:
    found: str = next(step["run"] for step in _ACTION["runs"]["steps"] if step["name"] == name)
    return found


def test_the_actions_script_judges_and_tells_github(tmp_path: Path, target_text: str) -> None:
    """It runs as written; exit code, summary and report are where a workflow looks for them."""
    (tmp_path / "t.toml").write_text(target_text)
    program = tmp_path / "conformance/bin/conformance"
    program.parent.mkdir(parents=True)
    script = "from conformance.cli.main import main; main()"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{script}" "$@"\n')
    program.chmod(0o755)
    given = {
        **dict.fromkeys(("BASELINE", "SHARD"), ""),
        "TARGET": "t.toml",
        "EFFORT": "smoke",
        "ARGUMENTS": "--only answer.status --seed 7",
        "OUT": "report",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": "output",
        "GITHUB_STEP_SUMMARY": "summary",
    }
    done = subprocess.run(  # noqa: S603 - the script of our own action
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _step("Judge")],  # noqa: S607
        cwd=tmp_path,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "output").read_text() == "exit-code=0\n"
    assert "## embedded: PARTIAL" in (tmp_path / "summary").read_text()
    assert (tmp_path / "report/conformance.sarif").is_file()


def test_a_finding_is_an_annotation_that_nothing_leaves() -> None:
    """What a target said stays inside its command; what a baseline excuses is a notice."""
    trap = "seen\n::error title=x::y % \x1b[31m"
    results = run(
        [requirement("R:1", "MUST", "a.b"), requirement("S", "SHOULD", "c.d")],
        {
            "a.b": {"outcome": "violation", "reason": trap},
            "c.d": {"outcome": "violation", "reason": "no header"},
        },
    )
    error, warning = commands(results)
    assert error.startswith("::error title=R%3A1::What R:1 says. seen")
    assert "\n" not in error
    assert "\x1b" not in error
    assert "%25" in error
    assert warning == "::warning title=S::What S says. no header"
    excused = replace(results, baseline=Assessment("b.toml", excused={"a.b": "known"}))
    told = [line.partition(" ")[0] for line in commands(excused)]
    assert told == ["::warning", "::notice"]
    old = Stale("b.toml line 3", "a.b", "it passes now; delete it")
    stale = replace(results, baseline=Assessment("b.toml", stale=(old,)))
    assert "::error title=stale baseline::b.toml line 3: a.b: it passes now; delete it" in list(
        commands(stale)
    )


def test_the_examples_for_ci_ask_for_what_there_is() -> None:
    """The pages' YAML can be read, and each option that it gives to the command line exists."""
    text = (_ROOT / ".github/ci.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 3
    assert all(yaml.safe_load(block) for block in blocks)
    known = {
        option
        for command in (run_command, merge_command, resume_command)
        for parameter in command.params
        for option in parameter.opts
    }
    asked = set(re.findall(r"(?<=\s)--[a-z-]+", "".join(blocks)))
    assert asked
    assert asked <= known
    step = yaml.safe_load(blocks[0])["jobs"]["conformance"]["steps"][1]
    assert set(step["with"]) <= set(_ACTION["inputs"])
    assert "CONFORMANCE_PENDING_KEY" in step["env"]  # the artifacts hold what is pending
