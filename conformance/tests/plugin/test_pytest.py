"""The checks as pytest tests: from any directory, with the options that pytest users know."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

_CHECKS = ("--pyargs", "conformance.checks", "-p", "no:cacheprovider", "--effort", "smoke")
Pytest = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_pytest(tmp_path: Path) -> Pytest:
    """Call pytest in an empty folder."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(  # noqa: S603 - pytest itself
            command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )

    return call


def test_k_selects_and_reports_are_written(run_pytest: Pytest, tmp_path: Path) -> None:
    """`-k`, `--junitxml` and `--alluredir` do what a pytest user expects."""
    ended = run_pytest(*_CHECKS, "-k", "code.single-use", "--junitxml", "j.xml", "--alluredir", "a")
    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout
    case = ET.parse(tmp_path / "j.xml").find(".//testcase")  # noqa: S314 - written a moment ago
    assert case is not None
    assert case.get("name") == "code.single-use"
    result = json.loads(next((tmp_path / "a").glob("*-result.json")).read_text())
    labels = {(label["name"], label["value"]) for label in result["labels"]}
    assert ("tag", "RFC6749-4.1.2-5") in labels
    assert ("severity", "normal") in labels
    assert [step["name"].partition(":")[0] for step in result["steps"]][:2] == [
        "GET /authorize",
        "POST /authorize/login",
    ]
    assert "attachments" not in result["steps"][0]


def test_allure_tells_cases_apart_and_shows_what_broke(run_pytest: Pytest, tmp_path: Path) -> None:
    """Each case has a history of its own; a red one has its exchanges, without a secret in them."""
    from conformance.contract import find, load  # noqa: PLC0415 - only this test serves
    from conformance.faults.catalogue import find as find_fault  # noqa: PLC0415
    from conformance.reference import Server, create_app  # noqa: PLC0415
    from conformance.targets.startup.embedded import settings_for, target_file_for  # noqa: PLC0415

    settings = settings_for(load(find("kitchenmonki")))
    faulty = create_app(settings, decisions=find_fault("client.secret-case").decisions())
    with Server(faulty) as server:
        described = target_file_for(settings, server.url, "kitchenmonki")
        (tmp_path / "t.toml").write_text(described.as_toml())
        run_pytest(*_CHECKS, "--target", "t.toml", "--only", "client.refused", "--alluredir", "a")
    found = [json.loads(file.read_text()) for file in (tmp_path / "a").glob("*-result.json")]
    assert len({one["historyId"] for one in found}) == len(found) > 10
    red = [one for one in found if one["status"] == "failed"]
    assert {one["name"].partition(",")[0] for one in red} == {"client.refused[secret-case"}
    broke = [step for step in red[0]["steps"] if step["status"] == "failed"]
    assert len(broke) == 1
    texts = [file.read_text() for file in (tmp_path / "a").glob("*-attachment.txt")]
    assert any(text.startswith("#!/usr/bin/env bash") for text in texts)
    assert any("client-secret" in text for text in texts)
    assert described.client is not None
    assert not any(str(described.client.secret) in text for text in texts)
    assert "clock = " in (tmp_path / "a/environment.properties").read_text()


def test_half_a_character_in_an_error_ends_no_run(run_pytest: Pytest, tmp_path: Path) -> None:
    """What a target says and no file can hold is told by its number, in Allure too."""
    from conformance.contract import find, load  # noqa: PLC0415 - only this test serves
    from conformance.reference import Server, create_app  # noqa: PLC0415
    from conformance.targets.startup.embedded import settings_for, target_file_for  # noqa: PLC0415

    settings = settings_for(load(find("kitchenmonki")))
    right = create_app(settings)

    def app(environ: Any, start: Any) -> Any:  # noqa: ANN401 - as WSGI has it
        if "grant_type=client_credentials" not in environ["QUERY_STRING"]:
            return right(environ, start)
        start("400 Bad", [("Content-Type", "application/json")])
        return [b'{"error": "\\ud800\\u202e"}']

    with Server(app) as server:
        described = target_file_for(settings, server.url, "kitchenmonki")
        (tmp_path / "t.toml").write_text(described.as_toml())
        only = ("--only", "grant.issues[client_credentials]")
        ended = run_pytest(*_CHECKS, "--target", "t.toml", *only, "--alluredir", "a")
    assert "INTERNALERROR" not in ended.stdout
    result = json.loads(next((tmp_path / "a").glob("*-result.json")).read_text())
    assert "\\ud800\\u202e" in result["statusDetails"]["message"]


def test_workers_share_the_checks(run_pytest: Pytest) -> None:
    """With `-n` each worker judges a server of its own, and every case comes to a verdict."""
    ended = run_pytest(
        *_CHECKS, "-k", "refresh.rotates or code-after", "-n", "2", "--dist", "loadgroup"
    )
    assert ended.returncode == 0, ended.stdout
    assert "4 passed" in ended.stdout


def test_one_worker_keeps_the_time(run_pytest: Pytest) -> None:
    """With `-n` every case that waits for its time is judged by the same worker."""
    ended = run_pytest(*_CHECKS, "-k", "lifetime.code", "-n", "2", "--dist", "loadgroup", "-v")
    workers = re.findall(r"\[(gw\d)\].* PASS .*lifetime\.code", ended.stdout)
    assert len(workers) == 6, ended.stdout
    assert len(set(workers)) == 1


def test_what_falls_due_first_is_judged_first(run_pytest: Pytest, tmp_path: Path) -> None:
    """Where tokens die before codes do, as the answers alone tell, both are looked at in time."""
    from conformance.contract import find, load  # noqa: PLC0415 - only this test serves
    from conformance.reference import Server, create_app  # noqa: PLC0415
    from conformance.targets.startup.embedded import settings_for, target_file_for  # noqa: PLC0415

    usual = settings_for(load(find("oauth2")))
    settings = replace(usual, code_lifetime=600.0, access_token_lifetime=300.0, clock_control=True)
    with Server(create_app(settings)) as server:
        text = target_file_for(settings, server.url, "oauth2").as_toml()
        (tmp_path / "t.toml").write_text(text.replace("access_token = 300.0\n", ""))
        chosen = "access-token-before or code-before"
        ended = run_pytest(*_CHECKS, "--target", "t.toml", "-k", chosen)
    assert ended.returncode == 0, ended.stdout


def test_a_must_that_nobody_judged_is_an_error(run_pytest: Pytest, tmp_path: Path) -> None:
    """A precondition that is missing is no skip that nobody sees."""
    from conformance.contract import find, load  # noqa: PLC0415 - only this test serves
    from conformance.reference import Server, create_app  # noqa: PLC0415
    from conformance.targets.startup.embedded import settings_for, target_file_for  # noqa: PLC0415

    settings = settings_for(load(find("kitchenmonki")))
    with Server(create_app(settings)) as server:
        text = target_file_for(settings, server.url, "kitchenmonki").as_toml()
        head, _, rest = text.partition("[other_client]")
        (tmp_path / "t.toml").write_text(head + rest[rest.index("[user]") :])
        ended = run_pytest(*_CHECKS, "--target", "t.toml", "-k", "clients-apart")
    assert ended.returncode == 1, ended.stdout
    assert "the target file has no [other_client]" in ended.stdout
    assert "1 error" in ended.stdout


def test_a_dead_target_ends_the_session(run_pytest: Pytest, tmp_path: Path) -> None:
    """Nothing is judged, nothing is green, and the reason is told."""
    client = 'id = "a"\nsecret = "bbbbbbbb"\nredirect_uri = "http://127.0.0.1:1/cb"\n'
    ends = "".join(
        f'{name} = "http://127.0.0.1:9/{name}"\n' for name in ("authorize", "token", "api")
    )
    text = f'name = "dead"\ncontract = "kitchenmonki"\n[endpoints]\n{ends}[client]\n{client}'
    (tmp_path / "t.toml").write_text(text)
    ended = run_pytest(*_CHECKS, "--target", "t.toml", "-k", "code")
    assert ended.returncode == 5
    assert "nobody answers there" in ended.stdout
    assert "passed" not in ended.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_option_that_means_nothing_is_told_once(run_pytest: Pytest, workers: str) -> None:
    """It is one error of the collection, without a traceback."""
    ended = run_pytest(*_CHECKS, "--target", "nowhere.toml", "-n", workers)
    assert ended.returncode != 0
    assert "1 error" in ended.stdout
    assert "nowhere.toml: there is no such file" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert "plugin/session.py" not in ended.stdout


def test_other_peoples_tests_are_left_alone(run_pytest: Pytest, tmp_path: Path) -> None:
    """A file of a user's own that is called check_x.py is not collected."""
    (tmp_path / "check_x.py").write_text("def check_nothing():\n    raise ValueError\n")
    (tmp_path / "test_x.py").write_text("def test_something():\n    assert True\n")
    ended = run_pytest("-p", "no:cacheprovider", ".")
    assert ended.returncode == 0
    assert "1 passed" in ended.stdout
